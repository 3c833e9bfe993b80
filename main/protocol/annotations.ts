/**
 * Reading annotations (protocol, section 2): attacker-controlled strings become numbers, dates and names here, or
 * `protocol` errors.
 * Must-fail vectors: test/protocol/message.test.ts.
 */
import { z } from 'zod';
import { isDigest, type Digest } from '../base/digest.ts';
import { DockerCommsError, isDockerCommsError } from '../base/errors.ts';
import { annotationNames, formatVersion } from './constants.ts';
import { parseIdentity } from './identity.ts';
import { parseUuid } from './uuid.ts';

/** A whole number in canonical decimal: no sign, no leading zeros, exactly representable. */
export const decimal = z
  .string()
  .regex(/^(?:0|[1-9][0-9]{0,15})$/)
  .transform(Number)
  .refine(Number.isSafeInteger);

/** Milliseconds on both sides of 1970 that a `Date` can hold. */
const latestTime = 8.64e15;

/** RFC 3339; read with any offset and fraction, cut to whole seconds. */
export const timestamp = z.iso
  .datetime({ offset: true })
  .transform((text) => wholeSeconds(Date.parse(text)))
  .refine((time) => Math.abs(time.getTime()) <= latestTime);

export const identity = z.string().refine(accepts(parseIdentity));
export const uuid = z.string().refine(accepts(parseUuid)).transform(parseUuid);
export const digest = z.string().refine((text): text is Digest => isDigest(text));
export const boolean = z.enum(['true', 'false']).transform((text) => text === 'true');

/** Versions 1.x: a later minor version may add annotations, which are ignored here. */
export const version = z.string().regex(/^1\.(?:0|[1-9][0-9]{0,3})$/);

/**
 * What `schema` makes of the annotations, which it names as on the wire. Throws `protocol` with the name (never the
 * value) of the first one that does not fit.
 */
export function readAnnotations<Schema extends z.ZodType>(
  schema: Schema,
  annotations: Readonly<Record<string, string>>,
): z.output<Schema> {
  const result = schema.safeParse(annotations);
  if (result.success) return result.data;
  const annotation = String(result.error.issues[0]?.path[0] ?? '');
  throw new DockerCommsError('protocol', 'An annotation of this message is missing or malformed.', {
    detail: { annotation },
  });
}

/** Canonical decimal. Throws `invalid` for anything but a whole number. */
export function formatDecimal(value: number): string {
  if (Number.isSafeInteger(value) && value >= 0) return String(value);
  throw new DockerCommsError('invalid', 'A number in this message is not a whole number.');
}

/** RFC 3339 has four digits for a year (section 5.6). */
const lastYear = 9999;

/** RFC 3339 in UTC with whole seconds. Throws `invalid` for a date that RFC 3339 cannot hold. */
export function formatTimestamp(date: Date): string {
  const year = date.getUTCFullYear();
  if (Number.isNaN(year) || year < 0 || year > lastYear) {
    throw new DockerCommsError('invalid', 'This date cannot be written down.');
  }
  return `${date.toISOString().slice(0, 19)}Z`;
}

/** What every artifact of ours carries. */
export const commonAnnotations = { [annotationNames.version]: formatVersion } as const;

function accepts(parse: (text: string) => string): (text: string) => boolean {
  return (text) => {
    try {
      parse(text);
      return true;
    } catch (error) {
      if (isDockerCommsError(error, 'invalid')) return false;
      throw error;
    }
  };
}

/** A moment (milliseconds since 1970) as it is written: cut to the second, so that what is read back is what was meant. */
export function wholeSeconds(milliseconds: number): Date {
  return new Date(Math.floor(milliseconds / 1000) * 1000);
}
