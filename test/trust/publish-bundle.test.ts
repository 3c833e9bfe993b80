import { Agent } from 'undici';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Connections } from '../../main/oci/connections.ts';
import { parseRepositoryReference } from '../../main/oci/reference.ts';
import { OciRepository } from '../../main/oci/repository.ts';
import { findEvidence } from '../../main/trust/evidence.ts';
import { publishBundle } from '../../main/trust/publish-bundle.ts';
import { keySigner } from '../../main/trust/signer.ts';
import { createSigningKey } from '../../main/trust/signing-key.ts';
import { bundlePrefix } from '../../main/protocol/tags.ts';
import { started } from '../registry/started.ts';
import { goldenSubject } from './golden.ts';
import { descriptorOf } from './memory-place.ts';

const createdAt = new Date('2026-11-24T12:00:00Z');

/** A repository of an embedded registry, and every request that went there. */
async function countedRepository() {
  const requests: string[] = [];
  const { registry, close } = await started();
  const agent = new Agent();
  const dispatcher = agent.compose((dispatch) => (options, handler) => {
    requests.push(options.method);
    return dispatch(options, handler);
  });
  const connections = new Connections({ dispatcher });
  onTestFinished(async () => {
    await connections.close();
    await close();
  });
  const repository = new OciRepository(parseRepositoryReference(`${registry.host}/mail/bob`), {
    connections,
  });
  return { repository, requests };
}

describe('publishing a signature', () => {
  it('adds three requests to a message: two for the bundle, one for its tagged manifest', async () => {
    const { repository, requests } = await countedRepository();
    await repository.ensureEmptyConfig();
    await repository.pushManifest(goldenSubject.bytes).catch(() => null);
    requests.length = 0;
    const bundle = await keySigner(createSigningKey()).sign(goldenSubject.digest);
    await publishBundle(repository, { subject: descriptorOf(goldenSubject), bundle, createdAt });
    expect(requests).toEqual(['POST', 'PUT', 'PUT']);
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
