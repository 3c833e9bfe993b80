import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numericFingerprint, safetyNumber } from '../../main/trust/safety-number.ts';
import { createSigningKey } from '../../main/trust/signing-key.ts';
import { goldenKey } from './golden.ts';

const alice = { identity: 'alice@example.com', keys: [goldenKey('cosign-3.1')] };
const bob = { identity: 'bob@example.com', keys: [goldenKey('p256')] };

describe('a numeric fingerprint', () => {
  /**
   * Signal's own vector: the keys of Alice (+14152222222) and Bob (+14153333333) and the 60 digits of their version-1
   * fingerprint, from the tests of libsignal-protocol-c (tests/test_fingerprint.c) and libsignal.
   */
  it('is what Signal publishes for two phone numbers', () => {
    const aliceKey = Buffer.from('0506863bc66d02b40d27b8d49ca7c09e9239236f9d7d25d6fcca5ce13c7064d868', 'hex');
    const bobKey = Buffer.from('05f781b6fb32fed9ba1cf2de978d4d5da28dc34046ae814402b5c0dbd96fda907b', 'hex');
    const halves = [
      numericFingerprint(aliceKey, Buffer.from('+14152222222')),
      numericFingerprint(bobKey, Buffer.from('+14153333333')),
    ];
    expect(halves.sort().join('')).toBe('300354477692869396892869876765458257569162576843440918079131');
  });
});

describe('a safety number', () => {
  /**
   * Our own vectors: the method above over the golden keys (test/fixtures/sigstore/key), computed independently with
   * Python's hashlib: SHA-512, 5200 rounds, over 0x0000, the DER of the sorted keys, the identity.
   */
  it.each([
    ['one device each', alice, bob, '757472963747066552459511517311916569984684455534888549831086'],
    [
      'two devices on one side',
      { ...alice, keys: [...alice.keys, ...bob.keys] },
      bob,
      '776863315647365411927389555004916569984684455534888549831086',
    ],
  ])('is this vector: %s', (_title, one, other, digits) => {
    expect(safetyNumber(one, other)).toBe(digits);
  });

  it('has 60 digits', () => {
    expect(safetyNumber(alice, bob)).toMatch(/^[0-9]{60}$/);
  });

  it('is the same on both sides', () => {
    expect(safetyNumber(bob, alice)).toBe(safetyNumber(alice, bob));
  });

  it('does not depend on the order of devices', () => {
    const keys = [createSigningKey().verifying, createSigningKey().verifying, createSigningKey().verifying];
    fc.assert(
      fc.property(fc.shuffledSubarray(keys, { minLength: 3 }), (shuffled) => {
        expect(safetyNumber({ ...alice, keys: shuffled }, bob)).toBe(safetyNumber({ ...alice, keys }, bob));
      }),
      { numRuns: 10 },
    );
  });

  it.each([
    ['another key', { ...bob, keys: [createSigningKey().verifying] }],
    ['a key more', { ...bob, keys: [...bob.keys, createSigningKey().verifying] }],
    ['another name', { ...bob, identity: 'bob@example.org' }],
  ])('changes with %s', (_title, other) => {
    expect(safetyNumber(alice, other)).not.toBe(safetyNumber(alice, bob));
  });
});
