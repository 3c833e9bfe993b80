import { describe, expect, it } from 'vitest';
import { sha256 } from '../../main/base/hash.ts';
import type { OciRepository } from '../../main/oci/repository.ts';
import { profileTag, profileVersionTag } from '../../main/protocol/tags.ts';
import { nextProfile, uniteProfiles } from '../../main/trust/own-profile.ts';
import {
  announceProfile,
  fetchSignedProfile,
  profileVersions,
  publishProfile,
  signProfile,
} from '../../main/trust/profile-artifact.ts';
import { classifyProfile } from '../../main/trust/profile-change.ts';
import { firstSightProblem } from '../../main/trust/profile-succession.ts';
import { keySigner } from '../../main/trust/signer.ts';
import { countedRepository } from './counted-repository.ts';
import { goldenSubject } from './golden.ts';
import { alicesFirst, day, entry, noon, someDevice } from './profiles.ts';

const alice = 'alice@example.com';

async function tagsOf(repository: OciRepository): Promise<string[]> {
  const tags: string[] = [];
  for await (const tag of repository.tags()) tags.push(tag);
  return tags;
}

describe('a profile in a repository', () => {
  it('is fetched by the identity’s tag, with whoever signed it', async () => {
    const { repository } = await countedRepository();
    const phone = someDevice();
    const published = await publishProfile(repository, alicesFirst(phone), [keySigner(phone.signingKey)]);
    await announceProfile(repository, alice, published);
    const signed = await fetchSignedProfile(repository, profileTag(alice), []);
    expect(signed.digest).toBe(published.digest);
    expect(signed.signedBy).toEqual(new Set([phone.id]));
    expect(firstSightProblem(signed, { identity: alice, fingerprint: phone.id })).toBeNull();
  });

  it('is not seen before it is announced', async () => {
    const { repository } = await countedRepository();
    const phone = someDevice();
    await publishProfile(repository, alicesFirst(phone), [keySigner(phone.signingKey)]);
    await expect(fetchSignedProfile(repository, profileTag(alice), [])).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  it('gets the signature of a device that finds itself in it', async () => {
    const { repository } = await countedRepository();
    const [phone, laptop] = [someDevice(), someDevice()];
    const first = await publishProfile(repository, alicesFirst(phone), [keySigner(phone.signingKey)]);
    const pinned = await fetchSignedProfile(repository, first.tag, []);
    const second = await publishProfile(
      repository,
      nextProfile(pinned, { add: [entry(laptop)] }, noon + day),
      [keySigner(phone.signingKey)],
    );
    const offer = async () =>
      classifyProfile(
        { signed: pinned, verified: false },
        { signed: await fetchSignedProfile(repository, second.tag, [phone.key]), from: 'mailbox' },
        noon + day,
      );
    expect(await offer()).toMatchObject({ kind: 'alarm', reason: 'new-key-not-proven' });
    await signProfile(repository, second, keySigner(laptop.signingKey), new Date(noon + day));
    expect(await offer()).toEqual({ kind: 'devices', added: [laptop.id], revoked: [] });
  });

  it('published twice at once leaves both versions, which are found and united', async () => {
    const { repository } = await countedRepository();
    const [phone, laptop] = [someDevice(), someDevice()];
    const signers = [keySigner(phone.signingKey), keySigner(laptop.signingKey)] as const;
    const base = await publishProfile(
      repository,
      { ...alicesFirst(phone), devices: [entry(phone), entry(laptop)] },
      signers,
    );
    const pinned = await fetchSignedProfile(repository, base.tag, []);
    for (const [signer, mailbox] of [
      [signers[0], 'registry.example/a'],
      [signers[1], 'registry.example/b'],
    ] as const) {
      const edited = nextProfile(pinned, { mailboxes: [mailbox] }, noon + day);
      await announceProfile(repository, alice, await publishProfile(repository, edited, [signer]));
    }
    const versions = profileVersions(await tagsOf(repository), alice, 2);
    expect(versions).toHaveLength(2);
    const forks = await Promise.all(versions.map((tag) => fetchSignedProfile(repository, tag, [])));
    const united = uniteProfiles(forks, noon + 2 * day);
    expect(united.mailboxes).toEqual(['registry.example/a', 'registry.example/b']);
    const { tag } = await publishProfile(repository, united, [signers[0]]);
    const offered = await fetchSignedProfile(repository, tag, []);
    for (const fork of forks) {
      const change = classifyProfile(
        { signed: fork, verified: true },
        { signed: offered, from: 'mailbox' },
        noon + 2 * day,
      );
      expect(change).toEqual({ kind: 'renewed' });
    }
  });

  it('is refused when the tag names something else', async () => {
    const { repository } = await countedRepository();
    await repository.ensureEmptyConfig();
    await repository.pushBlob(Buffer.from('{}'), { digest: sha256('{}'), size: 2 });
    await repository.pushManifest(goldenSubject.bytes, { tag: profileTag(alice) });
    await expect(fetchSignedProfile(repository, profileTag(alice), [])).rejects.toMatchObject({
      code: 'protocol',
    });
  });
});

describe('the versions in a listing', () => {
  const digest = sha256('a profile');
  const version = (sequence: number, of = alice) => profileVersionTag(of, sequence, digest);

  it('are those of the identity from a sequence on, the lowest first, junk aside', () => {
    const tags = [
      version(12),
      'inbox-x',
      version(9),
      profileTag(alice),
      version(10),
      version(11, 'bob@example.com'),
      `${profileTag(alice)}-07-abcdefabcdef`,
      `${profileTag(alice)}-99999999999999999999-abcdefabcdef`,
      `${profileTag(alice)}-13-nothexnothex`,
    ];
    expect(profileVersions(tags, alice, 10)).toEqual([version(10), version(12)]);
  });

  it('are never more than 64, however many there are', () => {
    const tags = Array.from({ length: 1000 }, (_, index) => version(index + 1));
    expect(profileVersions(tags, alice, 5)[0]).toBe(version(5));
    expect(profileVersions(tags, alice, 5)).toHaveLength(64);
  });
});
