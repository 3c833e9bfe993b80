import { Readable } from 'node:stream';

/**
 * Bytes handed to the connection at once. Small, because each piece that leaves begins the answer's time-out anew: a
 * slow line that moves 64 KiB a minute is slow, not dead.
 */
const pieceBytes = 64 * 1024;

/** `bytes` as a body that reports how much of it was taken, as a running total. Copies nothing. */
export function uploadBody(bytes: Uint8Array, onSent?: (bytes: number) => void): Readable {
  return Readable.from(pieces(bytes, onSent), { objectMode: false, highWaterMark: pieceBytes });
}

function* pieces(
  bytes: Uint8Array,
  onSent?: (bytes: number) => void,
): Generator<Uint8Array, void, undefined> {
  onSent?.(0);
  for (let start = 0; start < bytes.byteLength; start += pieceBytes) {
    const piece = bytes.subarray(start, start + pieceBytes);
    yield piece;
    // Reached when the connection asks for more: this piece was taken.
    onSent?.(start + piece.byteLength);
  }
}
