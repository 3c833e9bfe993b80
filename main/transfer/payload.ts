import type { PayloadSource } from './payload-source.ts';

export { fileSource } from './file-source.ts';
export { folderSource } from './folder-source.ts';
export type { PayloadSource } from './payload-source.ts';

/** Bytes that are already in memory. */
export function bytesSource(name: string, bytes: Uint8Array): PayloadSource {
  return {
    name,
    totalBytes: bytes.length,
    // eslint-disable-next-line @typescript-eslint/require-await -- the interface is asynchronous, memory is not
    async *open() {
      yield bytes;
    },
  };
}
