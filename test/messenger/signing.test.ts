import { expect, test } from 'vitest';
import { parseRepositoryReference } from '../../main/oci/reference.ts';
import { OciRepository } from '../../main/oci/repository.ts';
import { artifactTypes } from '../../main/protocol/constants.ts';
import { inboxPrefix } from '../../main/protocol/tags.ts';
import { findEvidence } from '../../main/trust/evidence.ts';
import { subjectOf } from '../../main/trust/verify.ts';
import { collect } from '../oci/contract.ts';
import { aliceAndBob, aliceId, bobId } from './household.ts';
import { keyOf } from './keys.ts';

test('every message is signed by the key of its account, and the signature is a referrer and has a tag', async () => {
  const { alice, bob, registry } = await aliceAndBob();
  await alice.say(bobId, 'Really me');
  await bob.awaits(aliceId, { state: 'received' });
  const repository = new OciRepository(parseRepositoryReference(registry.mailbox));
  try {
    const tags = await collect(repository.tags());
    const tag = tags.find((name) => name.startsWith(inboxPrefix(bobId))) ?? '';
    const { bytes, digest } = await repository.fetchManifest(tag);
    const policy = { keys: [(await keyOf(alice)).verifying] };
    const { verdict } = await findEvidence(repository, subjectOf(bytes), policy);
    expect(verdict).toEqual({
      state: 'verified',
      by: { kind: 'key', fingerprint: policy.keys[0]?.fingerprint },
    });
    const referrers = await collect(repository.referrers(digest, { artifactType: artifactTypes.bundle }));
    expect(referrers).toHaveLength(1);
    expect(tags.filter((name) => name.startsWith(`bundle-${digest.slice(7, 19)}-`))).toHaveLength(1);
  } finally {
    await repository.close();
  }
});
