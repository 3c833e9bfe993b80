/**
 * What is known of registries by their names, each as one case: the registry's way is reproduced by a scripted peer, and
 * our client gets along with it. What is not known of a registry has no case here. docker-registry.test.ts and
 * docker-registry-*.test.ts run the real distribution 2.8.2.
 */
import { describe, expect, it } from 'vitest';
import { limits, MiB } from '../../main/base/limits.ts';
import { publishMessage } from '../../main/messenger/wire/publish.ts';
import { publishReceipt } from '../../main/messenger/wire/receipt.ts';
import { sha256 } from '../../main/base/hash.ts';
import { parseImageManifest } from '../../main/oci/manifest.ts';
import { ociMediaTypes } from '../../main/oci/media-types.ts';
import type { OciRepositoryOptions } from '../../main/oci/repository.ts';
import { referrersTag } from '../../main/oci/referrers.ts';
import { chunkBytesFor } from '../../main/protocol/chunking.ts';
import { MemoryBudget } from '../../main/transfer/memory-budget.ts';
import { bytesSource } from '../../main/transfer/payload.ts';
import { findEvidence } from '../../main/trust/evidence.ts';
import { publishBundle } from '../../main/trust/publish-bundle.ts';
import { keySigner } from '../../main/trust/signer.ts';
import { createSigningKey } from '../../main/trust/signing-key.ts';
import {
  allowList,
  indexAnswer,
  noDeletes,
  pretendRegistry,
  referrersApi,
  refusing,
  type PretendRegistry,
  type Quirk,
} from '../peers/pretend-registry.ts';
import {
  ociError,
  redirectTo,
  scriptedRegistry,
  type ScriptedAnswer,
  type ScriptedRegistry,
} from '../peers/scripted-registry.ts';
import { ScriptedWorld } from '../peers/scripted-world.ts';
import { collect, manifestOf } from './contract.ts';
import { large, registryWithPieces } from './piecewise.ts';
import { openScripted, whenLoggedIn, withLogin } from './scripted.ts';

const list = '/v2/team/mail/tags/list';
const subject = { mediaType: ociMediaTypes.imageManifest, digest: sha256('a message'), size: 9 };
const fallbackTag = referrersTag(subject.digest);
const aboutIt = manifestOf([], { subject });

/** A client of `host`, which `peer` serves; `others` are the rest of the internet. */
function clientOf(
  host: string,
  peer: ScriptedRegistry,
  others: Readonly<Record<string, ScriptedRegistry>> = {},
  options: OciRepositoryOptions = {},
) {
  const served = host === 'docker.io' ? 'registry-1.docker.io' : host;
  const world = new ScriptedWorld({ [`https://${served}`]: peer, ...others });
  return { world, repository: openScripted(host, { connections: world.connections, ...options }) };
}

/** The path of everything that was sent with this method. */
const sent = (peer: ScriptedRegistry, method: string) =>
  peer.requests.filter((request) => request.method === method).map(({ path }) => path);

/** Answers nobody without the login. */
const wantsLogin: Quirk = (request) => {
  const answer = whenLoggedIn({})(request);
  return 'status' in answer ? answer : undefined;
};

const noRoute: ScriptedAnswer = { status: 404, body: '404 page not found\n' };
const noReferrers = refusing('GET', /\/referrers\//, noRoute);

describe('distribution 2.8.2', () => {
  it('lists tags in no order and ignores `n` and `last`: each comes once, and none is missed', async () => {
    const peer = await scriptedRegistry();
    peer.always('GET', list, { body: { name: 'team/mail', tags: ['d', 'a', 'c', 'b'] } });
    const repository = openScripted(peer.host);
    for (const options of [{ pageSize: 2 }, { pageSize: 4 }, { pageSize: 2, last: 'a' }]) {
      expect(await collect(repository.tags(options))).toEqual(['d', 'a', 'c', 'b']);
    }
  });

  it('takes manifests with `[]`, null and absent layers: all three are read as none', async () => {
    const layers = { empty: [], none: null, absent: undefined };
    const peer = await scriptedRegistry();
    for (const [tag, value] of Object.entries(layers)) {
      const body = manifestOf([], { layers: value });
      peer.once('GET', `/v2/team/mail/manifests/${tag}`, { body: Buffer.from(body) });
      const { bytes } = await openScripted(peer.host).fetchManifest(tag);
      expect(parseImageManifest(bytes).layers).toEqual([]);
    }
  });

  it('appends a piece that it gets twice: after a cut it is asked how much it has, and nothing goes twice', async () => {
    const { push, state, peer } = await registryWithPieces({ patches: [{}, { cutAfter: -1 }] });
    await push();
    expect(state.stored?.equals(large.bytes)).toBe(true);
    expect(sent(peer, 'GET')).toHaveLength(1);
  });

  it('deletes by digest (202) and not by tag (400): both are learnt', async () => {
    const wantsDigest = { status: 400, body: ociError('DIGEST_INVALID') };
    const { peer } = await pretendRegistry(refusing('DELETE', /\/manifests\/one$/, wantsDigest));
    const repository = openScripted(peer.host);
    const { digest } = await repository.pushManifest(manifestOf([]), { tag: 'one' });
    await expect(repository.delete('one')).rejects.toMatchObject({ code: 'unsupported' });
    await repository.delete(digest);
    expect(repository.capabilities.lacks('delete-tag')).toBe(true);
    expect(repository.capabilities.has('delete-manifest')).toBe(true);
  });

  it('refuses a manifest over 4 MiB (400), so it never gets one', async () => {
    const peer = await scriptedRegistry();
    const annotations = { padding: 'x'.repeat(limits.manifestPushBytes) };
    const pushing = openScripted(peer.host).pushManifest(manifestOf([], { annotations }));
    await expect(pushing).rejects.toMatchObject({ code: 'too-large' });
    expect(peer.requests).toEqual([]);
  });
});

describe('distribution 3', () => {
  it('sorts and pages its tags: all pages are read, and that both work is learnt', async () => {
    const tags = ['a', 'b', 'c', 'd', 'e'];
    const peer = await scriptedRegistry();
    peer.always('GET', list, ({ query }) => {
      const [n, last] = [Number(query.get('n')), query.get('last') ?? ''];
      const left = tags.filter((tag) => tag > last);
      const page = left.slice(0, n);
      const next = `<${list}?n=${n}&last=${page.at(-1) ?? ''}>; rel="next"`;
      return {
        body: { name: 'team/mail', tags: page },
        headers: left.length > page.length ? { link: next } : {},
      };
    });
    const repository = openScripted(peer.host);
    expect(await collect(repository.tags({ pageSize: 2 }))).toEqual(tags);
    expect(await collect(repository.tags({ pageSize: 2, last: 'c' }))).toEqual(['d', 'e']);
    expect(repository.capabilities.has('paging')).toBe(true);
  });
});

describe('without a referrers API', () => {
  it.each([
    ['distribution 2.8.2', 'registry.example'],
    ['distribution 3', 'registry.example'],
    ['GHCR', 'ghcr.io'],
    ['Docker Hub', 'docker.io'],
  ])(
    '%s: what refers to something is entered under the fallback tag, and found there',
    async (_name, host) => {
      const registry = await pretendRegistry(noReferrers);
      const { repository } = clientOf(host, registry.peer);
      const { digest } = await repository.pushManifest(aboutIt, { tag: 'about' });
      expect([...registry.tags.keys()]).toEqual(['about', fallbackTag]);
      const found = await collect(repository.referrers(subject.digest));
      expect(found.map((descriptor) => descriptor.digest)).toEqual([digest]);
      expect(repository.capabilities.lacks('referrers')).toBe(true);
    },
  );
});

describe('with a referrers API', () => {
  it.each([
    ['zot', 'zot.example'],
    ['Harbor 2.8', 'harbor.example'],
    ['Azure Container Registry', 'team.azurecr.io'],
    ['Quay', 'quay.io'],
    ['Artifactory 7.90', 'team.jfrog.io'],
    ['Google Artifact Registry', 'europe-docker.pkg.dev'],
  ])(
    '%s: what refers to something is found through it, and no fallback tag is written',
    async (_name, host) => {
      const registry: PretendRegistry = await pretendRegistry(referrersApi(() => registry.manifests));
      const { repository } = clientOf(host, registry.peer);
      const { digest } = await repository.pushManifest(aboutIt, { tag: 'about' });
      expect([...registry.tags.keys()]).toEqual(['about']);
      const found = await collect(repository.referrers(subject.digest));
      expect(found.map((descriptor) => descriptor.digest)).toEqual([digest]);
      expect(repository.capabilities.has('referrers')).toBe(true);
    },
  );
});

describe('Harbor', () => {
  it('lists the type of the config where the artifact type belongs: a signature is found all the same', async () => {
    const configType = ({ config }: { config: { mediaType: string } }) => ({
      artifactType: config.mediaType,
    });
    const registry: PretendRegistry = await pretendRegistry(
      referrersApi(() => registry.manifests, configType),
    );
    const { repository } = clientOf('harbor.example', registry.peer);
    const message = manifestOf([], { annotations: { text: 'hello' } });
    const descriptor = await repository.pushManifest(message);
    const key = createSigningKey();
    const bundle = await keySigner(key).sign(descriptor.digest);
    await publishBundle(repository, { subject: descriptor, bundle, createdAt: new Date() });
    const signed = { digest: descriptor.digest, bytes: message };
    const { verdict } = await findEvidence(repository, signed, { keys: [key.verifying] }, { tags: [] });
    expect(verdict.state).toBe('verified');
  });
});

describe('GHCR', () => {
  it('redirects who asks for referrers to another host: no login goes there, and the fallback tag counts', async () => {
    const elsewhere = await scriptedRegistry();
    elsewhere.always('GET', /./, { body: '<!doctype html>', headers: { 'content-type': 'text/html' } });
    const leads = redirectTo('https://elsewhere.example/docs', 303);
    const registry = await pretendRegistry(wantsLogin, ({ path }) =>
      path.includes('/referrers/') ? leads : undefined,
    );
    const others = { 'https://elsewhere.example': elsewhere };
    const { repository, world } = clientOf('ghcr.io', registry.peer, others, withLogin);
    const { digest } = await repository.pushManifest(aboutIt, { tag: 'about' });
    const found = await collect(repository.referrers(subject.digest));
    expect(found.map((descriptor) => descriptor.digest)).toEqual([digest]);
    expect(world.origins).toContain('https://elsewhere.example');
    expect(world.originsWithCredentials).toEqual(['https://ghcr.io']);
  });

  it('takes 4 MiB at most in a PATCH: a larger blob goes in one piece, without any', async () => {
    const { push, patchRanges, peer } = await registryWithPieces({ whole: { status: 201 } });
    await push();
    expect(patchRanges()).toEqual([]);
    expect(peer.requests.at(-1)?.body.byteLength).toBe(large.size);
  });

  it('takes no layer over 10 GB: no chunk of any file that can be sent comes near', () => {
    const largestFile = 625 * 1024 ** 3;
    expect(chunkBytesFor(largestFile)).toBeLessThan(10e9 / 100);
  });

  it('deletes no tags (405), which is learnt', async () => {
    const { peer } = await pretendRegistry(noDeletes);
    const { repository } = clientOf('ghcr.io', peer);
    await repository.pushManifest(manifestOf([]), { tag: 'one' });
    await expect(repository.delete('one')).rejects.toMatchObject({ code: 'unsupported' });
    expect(repository.capabilities.lacks('delete-tag')).toBe(true);
  });
});

describe('Docker Hub', () => {
  it('said that it saw a subject, and has no referrers: it is not believed once that is known', async () => {
    const claims: Quirk = ({ method, path }) =>
      method === 'PUT' && path.endsWith('/manifests/about')
        ? { status: 201, headers: { 'oci-subject': subject.digest } }
        : undefined;
    const registry = await pretendRegistry(claims, noReferrers);
    const { repository } = clientOf('docker.io', registry.peer);
    expect(await repository.referrersSupported()).toBe(false);
    const { digest } = await repository.pushManifest(aboutIt, { tag: 'about' });
    const found = await collect(repository.referrers(subject.digest));
    expect(found.map((descriptor) => descriptor.digest)).toEqual([digest]);
  });

  it('counts a manifest GET as a pull, and a HEAD not: tags and the fallback index are looked at by HEAD', async () => {
    const { peer } = await pretendRegistry(noReferrers);
    const { repository } = clientOf('docker.io', peer);
    await repository.pushManifest(aboutIt, { tag: 'about' });
    expect(await repository.resolve('about')).toMatchObject({ digest: sha256(aboutIt) });
    expect(sent(peer, 'GET').filter((path) => path.includes('/manifests/'))).toEqual([]);
    expect(sent(peer, 'HEAD').filter((path) => path.includes('/manifests/')).length).toBeGreaterThan(0);
  });

  it('deletes nothing (405), which is learnt', async () => {
    const { peer } = await pretendRegistry(noDeletes);
    const { repository } = clientOf('docker.io', peer);
    const { digest } = await repository.pushManifest(manifestOf([]), { tag: 'one' });
    for (const reference of ['one', digest]) {
      await expect(repository.delete(reference)).rejects.toMatchObject({ code: 'unsupported' });
    }
    expect(repository.capabilities.lacks('delete-tag')).toBe(true);
    expect(repository.capabilities.lacks('delete-manifest')).toBe(true);
  });
});

describe('Amazon ECR', () => {
  const host = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';
  const refusesEmptyLayers: Quirk = ({ method, body }) =>
    method === 'PUT' && body.includes('"layers":[]')
      ? { status: 400, body: ociError('MANIFEST_INVALID') }
      : undefined;
  const parties = {
    ...{ sender: 'alice@example.com', recipient: 'bob@example.com' },
    ...{ createdAt: new Date(), ttlSeconds: 604_800 },
  };

  it('rejects manifests without layers: a receipt gets one `{}` layer, and the next one at once', async () => {
    const { peer, tags } = await pretendRegistry(refusesEmptyLayers);
    const { repository } = clientOf(host, peer);
    const receipt = { for: subject.digest, status: 'accepted', verified: true, ...parties } as const;
    const pushes = () => sent(peer, 'PUT').filter((path) => path.includes('/manifests/')).length;
    const first = await publishReceipt(repository, receipt);
    expect([first.tag, pushes()]).toEqual([[...tags.keys()][0], 2]);
    await publishReceipt(repository, receipt);
    expect(pushes()).toBe(3);
  });

  it('rejects zero-byte blobs: none is ever sent, not even for an empty file', async () => {
    const { peer, blobs } = await pretendRegistry();
    const { repository } = clientOf(host, peer);
    const draft = {
      ...parties,
      messageId: '0b41a2ca-19f5-4a3f-a56f-25a3a4c5ad52',
      sessionId: '4cf0c0b8-2a9f-4e3e-a80e-6e6fbca8d4e6',
      compression: 'zstd',
    } as const;
    await publishMessage(repository, draft, bytesSource('empty.bin', Buffer.alloc(0)), {
      ...{ chunkBytes: MiB, parallel: 1, budget: new MemoryBudget(MiB), inlineSmallPayload: true },
    });
    expect([...blobs.values()].map(({ byteLength }) => byteLength)).toEqual([2]);
  });

  it('loses every PATCH after the first: the blob counts as refused, and pieces are not tried again', async () => {
    const { push, stateOf, patchRanges } = await registryWithPieces({ loses: true });
    await expect(push()).rejects.toMatchObject({ code: 'too-large' });
    expect(stateOf('chunked-upload')).toBe('no');
    const before = patchRanges().length;
    await expect(push()).rejects.toMatchObject({ code: 'too-large' });
    expect(patchRanges()).toHaveLength(before);
  });

  it('makes no repository by itself: that is what the error says, before any content is sent', async () => {
    const missing = refusing('POST', /\/blobs\/uploads\/$/, { status: 404, body: ociError('NAME_UNKNOWN') });
    const { peer } = await pretendRegistry(missing);
    const { repository } = clientOf(host, peer);
    const pushing = repository.pushBlob(large.bytes, large);
    await expect(pushing).rejects.toMatchObject({
      code: 'not-found',
      detail: { registryCodes: 'NAME_UNKNOWN' },
    });
    expect(peer.requests.every(({ body }) => body.byteLength === 0)).toBe(true);
  });
});

describe('GitLab', () => {
  it('rejects artifact types that it does not know (400): the content is what is refused, and not the line or the login', async () => {
    const { peer } = await pretendRegistry(allowList);
    const { repository } = clientOf('registry.gitlab.com', peer);
    const pushing = repository.pushManifest(manifestOf([]), { tag: 'one' });
    await expect(pushing).rejects.toMatchObject({ code: 'unsupported', detail: { status: 400 } });
    expect(sent(peer, 'PUT')).toHaveLength(1);
  });
});

describe('Google Artifact Registry', () => {
  it('writes the fallback tag itself, beside its API: each entry comes once, and the tag is left to it', async () => {
    const registry: PretendRegistry = await pretendRegistry(
      referrersApi(() => registry.manifests),
      ({ method, path }) =>
        method === 'GET' && path.endsWith(`/manifests/${fallbackTag}`)
          ? indexAnswer([{ mediaType: subject.mediaType, digest: sha256(aboutIt), size: aboutIt.byteLength }])
          : undefined,
    );
    const { repository } = clientOf('europe-docker.pkg.dev', registry.peer);
    const { digest } = await repository.pushManifest(aboutIt, { tag: 'about' });
    const found = await collect(repository.referrers(subject.digest));
    expect(found.map((descriptor) => descriptor.digest)).toEqual([digest]);
    await repository.forgetReferrer(subject.digest, digest);
    expect(registry.peer.requests.filter(({ path }) => path.endsWith(fallbackTag))).toEqual([]);
  });

  it('has no PATCH: a large blob goes in one piece, and that is all', async () => {
    const { peer, blobs } = await pretendRegistry();
    const { repository } = clientOf('europe-docker.pkg.dev', peer);
    await repository.pushBlob(large.bytes, large);
    expect([...blobs.keys()]).toEqual([large.digest]);
    expect(peer.requests.map(({ method }) => method)).toEqual(['POST', 'PUT']);
  });
});
