import { describe, expect, it } from 'vitest';
import type { OciRepository } from '../../main/oci/repository.ts';
import { findEvidence } from '../../main/trust/evidence.ts';
import { publishBundle } from '../../main/trust/publish-bundle.ts';
import { keySigner } from '../../main/trust/signer.ts';
import { createSigningKey } from '../../main/trust/signing-key.ts';
import { bundlePrefix } from '../../main/protocol/tags.ts';
import { goldenSubject } from './golden.ts';
import { countedRepository } from './counted-repository.ts';
import { descriptorOf } from './memory-place.ts';

const createdAt = new Date('2026-11-24T12:00:00Z');

describe('publishing a signature', () => {
  it('adds two requests to a message where small blobs go up at once: the bundle and its tagged manifest', async () => {
    const { repository, requests } = await countedRepository();
    await repository.ensureEmptyConfig();
    await repository.pushManifest(goldenSubject.bytes).catch(() => null);
    requests.length = 0;
    const bundle = await keySigner(createSigningKey()).sign(goldenSubject.digest);
    await publishBundle(repository, { subject: descriptorOf(goldenSubject), bundle, createdAt });
    expect(requests).toEqual(['POST', 'PUT']);
  });

  it('lets it be found as a referrer and, elsewhere, by its tag', async () => {
    const { repository } = await countedRepository();
    const key = createSigningKey();
    const bundle = await keySigner(key).sign(goldenSubject.digest);
    const { tag } = await publishBundle(repository, {
      subject: descriptorOf(goldenSubject),
      bundle,
      createdAt,
    });
    expect(tag.startsWith(bundlePrefix(goldenSubject.digest))).toBe(true);

    const policy = { keys: [key.verifying] };
    const byReferrer = await findEvidence(repository, goldenSubject, policy, { tags: [] });
    const withoutReferrers = Object.assign(Object.create(repository) as OciRepository, {
      referrers: async function* () {
        await Promise.resolve();
        yield* [];
      },
      tags: () => repository.tags(),
      fetchManifest: (reference: string) => repository.fetchManifest(reference),
      fetchWholeBlob: (...content: Parameters<OciRepository['fetchWholeBlob']>) =>
        repository.fetchWholeBlob(...content),
    });
    const byTag = await findEvidence(withoutReferrers, goldenSubject, policy);
    expect([byReferrer.verdict.state, byTag.verdict.state]).toEqual(['verified', 'verified']);
  });
});
