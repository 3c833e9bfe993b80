/**
 * All pieces in one block of exactly `size` bytes; where there are more or fewer, throws what `wrongSize` answers.
 * `onBytes` is told of each piece.
 */
export async function gather(
  pieces: AsyncIterable<Uint8Array>,
  size: number,
  wrongSize: (problem: 'longer' | 'shorter') => Error,
  onBytes?: (bytes: number) => void,
): Promise<Buffer<ArrayBuffer>> {
  const whole = Buffer.allocUnsafeSlow(size);
  let position = 0;
  for await (const piece of pieces) {
    if (position + piece.byteLength > size) throw wrongSize('longer');
    whole.set(piece, position);
    position += piece.byteLength;
    onBytes?.(piece.byteLength);
  }
  if (position < size) throw wrongSize('shorter');
  return whole;
}
