/**
 * Byte ranges of blobs (RFC 9110, section 14; OCI distribution specification, "Pushing a blob in chunks").
 * Must-fail vectors: "ranges" in test/registry/parsers.test.ts.
 */

/** Byte ranges, both ways: what a pull asks for, and where a pushed chunk belongs. Both ends are inclusive. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * One range of a representation of `size` bytes (RFC 9110, section 14.1.2). Null: serve the whole, which a server may
 * always do and does for several ranges, other units and what it cannot read. `unsatisfiable` is answered with 416.
 */
export function parseRange(header: string | undefined, size: number): ByteRange | null | 'unsatisfiable' {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '');
  if (match === null) return null;
  const [, first = '', last = ''] = match;
  if (first === '') return last === '' ? null : suffix(Number(last), size);
  const start = Number(first);
  const end = last === '' ? size - 1 : Number(last);
  if (last !== '' && end < start) return null;
  return start >= size ? 'unsatisfiable' : { start, end: Math.min(end, size - 1) };
}

function suffix(length: number, size: number): ByteRange | 'unsatisfiable' {
  if (length === 0 || size === 0) return 'unsatisfiable';
  return { start: Math.max(0, size - length), end: size - 1 };
}

/** A chunk's `Content-Range` in the registry's own form, `start-end` ("Pushing a blob in chunks"); else null. */
export function parseChunkRange(header: string): ByteRange | null {
  const match = /^(\d{1,15})-(\d{1,15})$/.exec(header);
  if (match === null) return null;
  const range = { start: Number(match[1]), end: Number(match[2]) };
  return range.end < range.start ? null : range;
}

/** The `Range` of an upload that has `received` bytes. Nothing yet is `0-0` too: the header has no word for it. */
export function receivedRange(received: number): string {
  return `0-${Math.max(0, received - 1)}`;
}
