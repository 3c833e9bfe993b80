/**
 * Identities and the tags made of them (protocol, section 3, "Identities").
 * Must-fail vectors: test/protocol/identity.test.ts.
 */
import { createHash } from 'node:crypto';
import { DockerCommsError } from '../base/errors.ts';
import { limits } from '../base/limits.ts';

/**
 * What cannot be seen, or looks like nothing: controls, formats, private and unassigned characters, separators other
 * than the plain space, Unicode's own "default ignorable" ones (Hangul fillers, variation selectors) and the blank
 * Braille cell. Two identities that look the same must be the same.
 */
const invisible = /[\p{C}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Z}/u;

/**
 * The identity that `text` is, unchanged (protocol, section 3, "Identities"): identities are compared byte for byte, so
 * nothing is trimmed or normalised for anybody. Throws `invalid` when it is empty, longer than `limits.identityBytes` in UTF-8, not
 * in Unicode's NFC, begins or ends with a space or holds an invisible character.
 */
export function parseIdentity(text: string): string {
  const problem = problemWith(text);
  if (problem !== null) throw new DockerCommsError('invalid', problem);
  return text;
}

function problemWith(text: string): string | null {
  if (text === '') return 'An identity must not be empty.';
  if (Buffer.byteLength(text) > limits.identityBytes)
    return `This identity is too long (${limits.identityBytes} bytes at most).`;
  if (text.normalize('NFC') !== text) return 'This identity is not in the normal form of Unicode (NFC).';
  if (invisible.test(text)) return 'This identity holds an invisible character. Type it again.';
  if (text.trim() !== text) return 'An identity must not begin or end with a space.';
  return null;
}

/**
 * First 26 characters of the lower-case base32hex of SHA-256 of the identity in UTF-8, exactly as given (protocol,
 * section 1). Any string has one; whether it is an identity is `parseIdentity`'s business.
 */
export function recipientTag(identity: string): string {
  return base32hex(createHash('sha256').update(identity, 'utf8').digest()).slice(0, 26);
}

const alphabet = '0123456789abcdefghijklmnopqrstuv';

/** RFC 4648, section 7, lower case, without padding. */
function base32hex(bytes: Uint8Array): string {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
  const groups = bits.match(/.{1,5}/g) ?? [];
  return groups.map((group) => alphabet.charAt(Number.parseInt(group.padEnd(5, '0'), 2))).join('');
}
