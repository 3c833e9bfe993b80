import { describe, expect, it } from 'vitest';
import { keySigner } from '../../main/trust/signer.ts';
import { createSigningKey } from '../../main/trust/signing-key.ts';
import { findPublicSignatures } from '../../main/trust/public-signatures.ts';
import { parseTrustedRoot } from '../../main/trust/trusted-root.ts';
import { subjectOf } from '../../main/trust/verify.ts';
import { damagedBundle, golden, goldenAlice, goldenSubject, type OpenBundle } from './golden.ts';
import { MemoryPlace } from './memory-place.ts';

const rootOf = (instance: 'rekor-v1' | 'rekor-v2') => () =>
  Promise.resolve(parseTrustedRoot(golden(`${instance}/trusted_root.json`)));

function placeWith(...bundles: readonly Uint8Array[]): MemoryPlace {
  const place = new MemoryPlace();
  for (const bundle of bundles) place.attach(goldenSubject, bundle);
  return place;
}

const nothing = { proven: [], hasUnproven: false };
const nobodyAsks = () => Promise.reject(new Error('Nobody has to ask for authorities.'));

describe('public signatures', () => {
  it('of a message that only a key signed: none, and no authority is asked for', async () => {
    const place = placeWith(await keySigner(createSigningKey()).sign(goldenSubject.digest));
    expect(await findPublicSignatures(place, goldenSubject, nobodyAsks)).toEqual(nothing);
  });

  it.each(['rekor-v1/dsse.json', 'rekor-v1/dsse-timestamped.json', 'rekor-v1/message-signature.json'])(
    'say who, and when the log took it: %s',
    async (file) => {
      const bundle = JSON.parse(golden(file).toString()) as OpenBundle;
      const [entry] = bundle.verificationMaterial.tlogEntries;
      const { proven: found } = await findPublicSignatures(
        placeWith(golden(file)),
        goldenSubject,
        rootOf('rekor-v1'),
      );
      expect(found).toMatchObject([goldenAlice]);
      // The timestamp of the other kind is of the same minute.
      const late = Number(entry?.integratedTime) * 1000 - (found[0]?.signedAt.getTime() ?? 0);
      expect(late).toBeGreaterThanOrEqual(0);
      expect(late).toBeLessThan(60_000);
    },
  );

  it('say when by a timestamp where the log promises no time', async () => {
    const place = placeWith(golden('rekor-v2/dsse-as-hashedrekord.json'));
    const {
      proven: [found],
    } = await findPublicSignatures(place, goldenSubject, rootOf('rekor-v2'));
    expect(found).toMatchObject(goldenAlice);
    expect(found?.signedAt.getUTCFullYear()).toBe(2026);
  });

  it('name each person once, with their first time', async () => {
    const place = placeWith(golden('rekor-v1/dsse.json'), golden('rekor-v1/message-signature.json'));
    const { proven, hasUnproven } = await findPublicSignatures(place, goldenSubject, rootOf('rekor-v1'));
    expect([proven.length, hasUnproven]).toEqual([1, false]);
  });

  it.each<[string, Uint8Array]>([
    ['of another manifest', golden('rekor-v1/dsse.json')],
    [
      'that no log knows',
      damagedBundle('rekor-v1/dsse.json', (b) => (b.verificationMaterial.tlogEntries = [])),
    ],
    [
      'whose time was changed',
      damagedBundle('rekor-v1/dsse.json', (b) => {
        const [entry] = b.verificationMaterial.tlogEntries;
        if (entry !== undefined) entry.integratedTime = String(Number(entry.integratedTime) - 86_400);
      }),
    ],
    ['under authorities that nobody trusts here', golden('rekor-v2/dsse-as-hashedrekord.json')],
    ['that cannot be read', Buffer.from('{}')],
  ])(
    'are not told of one %s, but that it is there where it says that it is of this',
    async (what, bundle) => {
      const subject = what === 'of another manifest' ? subjectOf(Buffer.from('{}')) : goldenSubject;
      const place = new MemoryPlace();
      place.attach(subject, bundle);
      const isOfThis = what !== 'of another manifest' && what !== 'that cannot be read';
      expect(await findPublicSignatures(place, subject, rootOf('rekor-v1'))).toEqual({
        proven: [],
        hasUnproven: isOfThis,
      });
    },
  );
});
