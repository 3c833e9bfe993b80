import { Readable } from 'node:stream';
import type { Digest } from '../base/digest.ts';
import { DockerCommsError } from '../base/errors.ts';
import { checkTarget, type Exchange } from './exchange.ts';
import { requestDetail } from './failures.ts';
import { ociMediaTypes } from './media-types.ts';
import { discardBody, headerOf, type WireAnswer } from './transport.ts';

export interface Upload {
  readonly exchange: Exchange;
  /** `/v2/<name>/blobs/uploads/`. */
  readonly url: URL;
  readonly bytes: Uint8Array;
  readonly digest: Digest;
  /** Called with how many bytes the connection took so far. */
  readonly onSent?: ((bytes: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** One try at uploading a blob in one piece ("POST then PUT"). A failed one is begun anew from the POST. */
export async function uploadOnce({ exchange, url, bytes, digest, onSent, signal }: Upload): Promise<void> {
  const started = await exchange.once({ method: 'POST', url, access: 'push', accept: [202], signal });
  await discardBody(started);
  const finished = await exchange.once({
    method: 'PUT',
    url: uploadTarget(started, digest),
    access: 'push',
    accept: [201, 204],
    headers: {
      'content-type': ociMediaTypes.octetStream,
      'content-length': String(bytes.byteLength),
    },
    body: () => uploadBody(bytes, onSent),
    signal,
  });
  await discardBody(finished);
}

/**
 * Bytes handed to the connection at once. Not the whole blob, because each piece that leaves begins the answer's
 * time-out anew: a line that moves 256 KiB a minute is slow, not dead. Smaller pieces cost time (64 KiB: half as much
 * again of this thread's as one large write), larger ones gain nothing.
 */
const pieceBytes = 256 * 1024;

/** `bytes` as a body that reports how much of it was taken, as a running total. Copies nothing. */
function uploadBody(bytes: Uint8Array, onSent?: (bytes: number) => void): Readable {
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

/** Attacker-controlled: where the registry wants the content, with the digest added ("POST then PUT"). */
function uploadTarget(started: WireAnswer, digest: Digest): URL {
  const location = headerOf(started, 'location');
  if (location === undefined || !URL.canParse(location, started.url)) {
    throw new DockerCommsError('protocol', `${started.url.host} did not say where to upload to.`, {
      detail: { ...requestDetail(started), status: started.status },
    });
  }
  const target = new URL(location, started.url);
  checkTarget(started, target);
  // Appended by hand: rewriting the query would change the registry's signed state in it.
  target.search += `${target.search === '' ? '?' : '&'}digest=${encodeURIComponent(digest)}`;
  return target;
}
