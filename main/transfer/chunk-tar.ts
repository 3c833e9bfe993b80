/** The tar around one chunk, for writing (protocol, section 1). Reading somebody else's is `chunk-tar-reader.ts`. */

/** Bytes of a block, of which every archive is made (POSIX `pax`, "ustar Interchange Format"). */
export const tarBlockBytes = 512;
/** Two empty blocks end an archive (POSIX `pax`, "ustar Interchange Format"). */
export const tarEndBytes = 2 * tarBlockBytes;

/** Bytes of the whole tar stream around `size` bytes. */
export function chunkTarBytes(size: number): number {
  return tarBlockBytes + Math.ceil(size / tarBlockBytes) * tarBlockBytes + tarEndBytes;
}

/**
 * Turns `tar` (of `chunkTarBytes(size)` bytes, whatever it held before) into the archive of chunk `index`, and returns
 * the part of it where the chunk's bytes belong: they are read straight to where they are compressed from.
 */
export function layOutChunkTar(tar: Buffer, index: number, size: number): Buffer {
  writeHeader(tar.subarray(0, tarBlockBytes), `chunk_${index}.bin`, size);
  tar.fill(0, tarBlockBytes + size);
  return tar.subarray(tarBlockBytes, tarBlockBytes + size);
}

/**
 * One ustar header, byte for byte as the reference's Go library writes it (tar-stream pads its numbers with spaces):
 * the same file then gives the same tar on both sides.
 */
function writeHeader(block: Buffer, name: string, size: number): void {
  block.fill(0);
  block.write(name, 0, 'latin1');
  writeOctal(block, 100, 7, 0o644);
  writeOctal(block, 108, 7, 0); // uid
  writeOctal(block, 116, 7, 0); // gid
  writeOctal(block, 124, 11, size);
  writeOctal(block, 136, 11, 0); // mtime
  block.write('0', 156, 'latin1'); // a regular file
  block.write('ustar\u000000', 257, 'latin1');
  writeOctal(block, 329, 7, 0); // device, major
  writeOctal(block, 337, 7, 0); // device, minor
  writeChecksum(block);
}

function writeOctal(block: Buffer, offset: number, digits: number, value: number): void {
  block.write(value.toString(8).padStart(digits, '0'), offset, 'latin1');
}

/** The sum of all bytes, taken while its own field is blank. */
function writeChecksum(block: Buffer): void {
  block.write('        ', 148, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\u0000 `, 148, 'latin1');
}
