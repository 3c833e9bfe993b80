/**
 * The digits that two people compare (protocol, section 6, "Safety number"), by Signal's published method:
 * https://signal.org/blog/safety-number-updates/. Vectors: test/trust/safety-number.test.ts.
 */
import { createHash } from 'node:crypto';
import type { VerifyingKey } from './signing-key.ts';

/** What five decimal digits count to. */
const groupSize = 100_000;

/** One of two people who compare. */
export interface SafetySide {
  readonly identity: string;
  /** The signing keys of all unrevoked devices. */
  readonly keys: readonly VerifyingKey[];
}

/** Version of the method, part of what is hashed (Signal's numeric fingerprint: 0, as two bytes). */
const version = Buffer.from([0, 0]);
/** As Signal: over 112 bits of work for whoever looks for a key with the same digits. */
const iterations = 5200;

/**
 * The 60 digits that two people compare, the same on both sides: Signal's numeric fingerprint (iterated SHA-512), 30
 * digits a person, the smaller first. New devices change it. About 10 ms.
 */
export function safetyNumber(one: SafetySide, other: SafetySide): string {
  return [half(one), half(other)].sort().join('');
}

function half({ identity, keys }: SafetySide): string {
  const sorted = keys.map(({ spki }) => Buffer.from(spki)).sort((a, b) => a.compare(b));
  return numericFingerprint(Buffer.concat(sorted), Buffer.from(identity, 'utf8'));
}

/** Signal's method for one person: `keys` are what is proven, concatenated; `identifier` is whose they are. */
export function numericFingerprint(keys: Uint8Array, identifier: Uint8Array): string {
  let hash = Buffer.concat([version, keys, identifier]);
  for (let round = 0; round < iterations; round += 1) {
    hash = createHash('sha512').update(hash).update(keys).digest();
  }
  const groups = [0, 5, 10, 15, 20, 25].map((offset) => hash.readUIntBE(offset, 5) % groupSize);
  return groups.map((group) => String(group).padStart(5, '0')).join('');
}
