import { describe, expect, it } from 'vitest';
import { DockerCommsError } from '../../main/base/errors.ts';
import { buildBundleManifest } from '../../main/protocol/bundle.ts';
import { sha256 } from '../../main/base/hash.ts';
import { findEvidence, findSigners } from '../../main/trust/evidence.ts';
import type { Policy } from '../../main/trust/policy.ts';
import { keySigner } from '../../main/trust/signer.ts';
import { createSigningKey, type SigningKey } from '../../main/trust/signing-key.ts';
import { subjectOf } from '../../main/trust/verify.ts';
import { goldenSubject } from './golden.ts';
import { descriptorOf, MemoryPlace } from './memory-place.ts';

const alice = createSigningKey();
const mallory = createSigningKey();
const policy: Policy = { keys: [alice.verifying] };

function signed(key: SigningKey, subject = goldenSubject): Promise<Uint8Array> {
  return keySigner(key).sign(subject.digest);
}

function junk(place: MemoryPlace, count: number, how: 'referrer' | 'tag' = 'referrer'): void {
  for (let index = 0; index < count; index += 1) {
    place.attach(goldenSubject, Buffer.from(`{"junk":${index}}`), how);
  }
}

describe('looking for a signature', () => {
  it('finds none where none is: pending', async () => {
    expect(await findEvidence(new MemoryPlace(), goldenSubject, policy)).toEqual({
      verdict: { state: 'pending' },
      bundle: null,
    });
  });

  it('finds the right one among the referrers, and gives it to be kept', async () => {
    const place = new MemoryPlace();
    const bundle = await signed(alice);
    place.attach(goldenSubject, bundle);
    expect(await findEvidence(place, goldenSubject, policy)).toEqual({
      verdict: { state: 'verified', by: { kind: 'key', fingerprint: alice.verifying.fingerprint } },
      bundle: Buffer.from(bundle),
    });
    expect(place.listedTags).toBe(0);
  });

  it('finds the right one under a tag, where the registry lists no referrers', async () => {
    const place = new MemoryPlace();
    place.attach(goldenSubject, await signed(alice), 'tag');
    const { verdict } = await findEvidence(place, goldenSubject, policy);
    expect(verdict.state).toBe('verified');
  });

  it('takes tags that were listed anyway, and does not list them again', async () => {
    const place = new MemoryPlace();
    place.attach(goldenSubject, await signed(alice), 'tag');
    const tags = ['inbox-x', ...place.tagged.keys()];
    expect((await findEvidence(place, goldenSubject, policy, { tags })).verdict.state).toBe('verified');
    expect(place.listedTags).toBe(0);
  });

  it.each(['referrer', 'tag'] as const)('finds the right %s behind fifty junk bundles', async (how) => {
    const place = new MemoryPlace();
    junk(place, 50, how);
    place.attach(goldenSubject, await signed(alice), how);
    expect((await findEvidence(place, goldenSubject, policy)).verdict.state).toBe('verified');
  });

  it.each(['referrer', 'tag'] as const)('finds the right %s before fifty junk bundles', async (how) => {
    const place = new MemoryPlace();
    place.attach(goldenSubject, await signed(alice), how);
    junk(place, 50, how);
    expect((await findEvidence(place, goldenSubject, policy)).verdict.state).toBe('verified');
  });

  it('finds the right one in the midst of fifty', async () => {
    const place = new MemoryPlace();
    junk(place, 25);
    place.attach(goldenSubject, await signed(alice));
    for (let index = 0; index < 25; index += 1) place.attach(goldenSubject, Buffer.from(`[${index}]`));
    expect((await findEvidence(place, goldenSubject, policy)).verdict.state).toBe('verified');
  });

  it('looks at sixteen together, from both ends: the last of ten thousand costs one round', async () => {
    const place = new MemoryPlace();
    junk(place, 10_000);
    place.attach(goldenSubject, await signed(alice));
    expect((await findEvidence(place, goldenSubject, policy)).verdict.state).toBe('verified');
    expect(place.fetched.length).toBeLessThanOrEqual(32);
  });

  it('stops at a cap, however many there are', async () => {
    const place = new MemoryPlace();
    junk(place, 1000);
    junk(place, 1000, 'tag');
    expect((await findEvidence(place, goldenSubject, policy)).verdict.state).toBe('bad');
    expect(place.fetched.length).toBeLessThanOrEqual(2 * 2 * 128);
  });

  it('looks at the same bundle once, however often it is attached', async () => {
    const place = new MemoryPlace();
    const bundle = await signed(mallory);
    for (let index = 0; index < 20; index += 1) {
      const manifest = buildBundleManifest({
        subject: descriptorOf(goldenSubject),
        bundle: { digest: sha256(bundle), size: bundle.byteLength },
        createdAt: new Date(index * 1000),
      });
      place.put(manifest, goldenSubject);
    }
    place.blobs.set(sha256(bundle), bundle);
    await findEvidence(place, goldenSubject, policy);
    expect(place.fetched.filter((reference) => reference === sha256(bundle)).length).toBeLessThanOrEqual(16);
  });

  it('is not misled by an artifact that names the right bundle with a wrong size', async () => {
    const place = new MemoryPlace();
    const bundle = await signed(alice);
    const wrong = buildBundleManifest({
      subject: descriptorOf(goldenSubject),
      bundle: { digest: sha256(bundle), size: bundle.byteLength + 1 },
      createdAt: new Date(0),
    });
    place.put(wrong, goldenSubject);
    place.attach(goldenSubject, bundle);
    expect((await findEvidence(place, goldenSubject, policy)).verdict.state).toBe('verified');
  });

  it.each([
    ['a bundle of another message, attached to this one', 'bad'],
    ['a bundle of this message, attached to another one', 'pending'],
    ['a bundle by somebody else', 'untrusted'],
    ['a bundle of more than 64 KiB', 'pending'],
    ['an artifact that is not there', 'pending'],
    ['an artifact of another type', 'pending'],
  ])('does not take %s for the signature: %s', async (what, state) => {
    const place = new MemoryPlace();
    const other = subjectOf(Buffer.from('{"schemaVersion":2}'));
    if (what.startsWith('a bundle of another')) place.attach(goldenSubject, await signed(alice, other));
    if (what.startsWith('a bundle of this')) {
      const manifest = buildBundleManifest({
        subject: descriptorOf(other),
        bundle: { digest: sha256(await signed(alice)), size: 1 },
        createdAt: new Date(0),
      });
      place.put(manifest, goldenSubject);
    }
    if (what.startsWith('a bundle by')) place.attach(goldenSubject, await signed(mallory));
    if (what.startsWith('a bundle of more')) place.attach(goldenSubject, Buffer.alloc(64 * 1024 + 1, 0x20));
    if (what.endsWith('not there')) place.manifests.delete(place.attach(goldenSubject, await signed(alice)));
    if (what.endsWith('type')) place.put(goldenSubject.bytes, goldenSubject);
    expect((await findEvidence(place, goldenSubject, policy)).verdict.state).toBe(state);
  });

  it('says that it is by a stranger rather than that other evidence is bad', async () => {
    const place = new MemoryPlace();
    junk(place, 3);
    place.attach(goldenSubject, await signed(mallory));
    junk(place, 3, 'tag');
    expect((await findEvidence(place, goldenSubject, policy)).verdict.state).toBe('untrusted');
  });

  it('names a stranger whose key is known', async () => {
    const place = new MemoryPlace();
    place.attach(goldenSubject, await signed(mallory));
    const known = { ...policy, recognised: [mallory.verifying] };
    expect((await findEvidence(place, goldenSubject, known)).verdict).toMatchObject({
      state: 'untrusted',
      by: { kind: 'key', fingerprint: mallory.verifying.fingerprint },
    });
  });

  it('fails when the registry does, rather than calling the message unsigned', async () => {
    const place = new MemoryPlace();
    junk(place, 3);
    place.attach(goldenSubject, await signed(alice));
    place.beforeFetch = () => {
      throw new DockerCommsError('network', 'The connection was cut.');
    };
    await expect(findEvidence(place, goldenSubject, policy)).rejects.toMatchObject({ code: 'network' });
  });

  it('does not fail for what could not be fetched when another bundle verifies', async () => {
    const place = new MemoryPlace();
    const gone = place.attach(goldenSubject, Buffer.from('{}'));
    place.attach(goldenSubject, await signed(alice));
    place.beforeFetch = (reference) => {
      if (reference === gone) throw new DockerCommsError('network', 'The connection was cut.');
    };
    expect((await findEvidence(place, goldenSubject, policy)).verdict.state).toBe('verified');
  });

  it('ends at once when it is cancelled', async () => {
    const place = new MemoryPlace();
    junk(place, 3);
    place.beforeFetch = () => {
      throw new DockerCommsError('cancelled', 'Cancelled.');
    };
    await expect(findEvidence(place, goldenSubject, policy)).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('everybody who signed', () => {
  it('is found, junk and strangers aside', async () => {
    const place = new MemoryPlace();
    const second = createSigningKey();
    const absent = createSigningKey();
    junk(place, 20);
    place.attach(goldenSubject, await signed(alice));
    place.attach(goldenSubject, await signed(mallory));
    place.attach(goldenSubject, await signed(second), 'tag');
    const keys = [alice, second, absent].map(({ verifying }) => verifying);
    expect(await findSigners(place, goldenSubject, keys)).toEqual(
      new Set([alice.verifying.fingerprint, second.verifying.fingerprint]),
    );
  });
});
