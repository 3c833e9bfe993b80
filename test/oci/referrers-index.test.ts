import { describe, expect, it } from 'vitest';
import { sha256 } from '../../main/base/hash.ts';
import { emptyConfig } from '../../main/oci/descriptor.ts';
import { ociMediaTypes } from '../../main/oci/media-types.ts';
import type { OciRepositoryOptions } from '../../main/oci/repository.ts';
import { indexAnswer, pretendRegistry, refusing, type Quirk } from '../peers/pretend-registry.ts';
import { ociError } from '../peers/scripted-registry.ts';
import { collect, manifestOf } from './contract.ts';
import { openScripted, testClock } from './scripted.ts';

const subject = { mediaType: ociMediaTypes.imageManifest, digest: sha256('the message'), size: 11 };
const tag = subject.digest.replace(':', '-');
const named = (name: string) => manifestOf([], { subject, annotations: { name } });
const indexPath = new RegExp(`/manifests/${tag}$`);

/** A registry without referrers (unless a quirk has them) and a client; what could not be written is noted. */
async function setting(quirks: readonly Quirk[] = [], options: OciRepositoryOptions = {}) {
  const registry = await pretendRegistry(...quirks);
  const problems: string[] = [];
  const repository = openScripted(registry.peer.host, {
    onIndexProblem: ({ code }) => problems.push(code),
    ...options,
  });
  const index = () => {
    const bytes = registry.manifests.get(registry.tags.get(tag) ?? '');
    return bytes === undefined ? null : (JSON.parse(bytes.toString('utf8')) as { manifests: unknown[] });
  };
  /** Puts something there as another client would. */
  const place = async (document: object) => {
    const other = openScripted(registry.peer.host);
    await other.pushManifest(new TextEncoder().encode(JSON.stringify(document)), { tag });
    registry.peer.requests.length = 0;
  };
  return { ...registry, repository, problems, index, place };
}

const anIndex = (manifests: readonly unknown[], more: object = {}) => ({
  schemaVersion: 2,
  mediaType: ociMediaTypes.imageIndex,
  manifests,
  ...more,
});
const theirs = { mediaType: 'x/y', digest: sha256('theirs'), size: 3, platform: { os: 'any' } };

describe('a manifest with a subject, pushed where there is no referrers API', () => {
  it('is entered into the index under the tag of its subject, with its type and annotations', async () => {
    const { repository, index, problems } = await setting();
    const pushed = await repository.pushManifest(named('one'), { tag: 'one' });
    expect(index()).toEqual(
      anIndex([
        { ...pushed, artifactType: 'application/vnd.dockercomms.test.v1', annotations: { name: 'one' } },
      ]),
    );
    expect(problems).toEqual([]);
  });

  it('has the type of its config where it names none itself', async () => {
    const { repository, index } = await setting();
    await repository.pushManifest(manifestOf([], { subject, artifactType: '' }), { tag: 'one' });
    expect(index()?.manifests).toMatchObject([{ artifactType: emptyConfig.mediaType }]);
  });

  it('leaves what others have entered as they wrote it', async () => {
    const { repository, index, place } = await setting();
    await place(anIndex([theirs, { odd: true }]));
    const { digest } = await repository.pushManifest(named('one'), { tag: 'one' });
    expect(index()?.manifests).toMatchObject([theirs, { odd: true }, { digest }]);
  });

  it('is entered once, however often it is pushed', async () => {
    const { repository, index } = await setting();
    await repository.pushManifest(named('one'));
    await repository.pushManifest(named('one'), { tag: 'one' });
    expect(index()?.manifests).toHaveLength(1);
  });

  it('costs no GET of a manifest, which is what is counted as a pull', async () => {
    const { repository, peer } = await setting();
    await repository.pushManifest(named('one'), { tag: 'one' });
    expect(peer.seen.filter((line) => /^GET .*\/manifests\//.test(line))).toEqual([]);
  });

  it('is entered again when another writer was quicker', async () => {
    const raced = { left: 2 };
    const { repository, index, tags, peer } = await setting([
      ({ method, path }) => {
        // Between our writing and our reading back, somebody puts the tag back to what it was for them.
        if (method === 'HEAD' && indexPath.test(path) && tags.has(tag) && raced.left > 0) {
          raced.left -= 1;
          (tags as Map<string, string>).delete(tag);
        }
        return undefined;
      },
    ]);
    await repository.pushManifest(named('one'), { tag: 'one' });
    expect(index()?.manifests).toHaveLength(1);
    expect(peer.seen.filter((line) => line.startsWith('PUT') && line.endsWith(tag))).toHaveLength(3);
  });

  it('is there all the same when others never stop changing the index', async () => {
    const { repository, problems, tags, peer } = await setting([
      ({ method, path }) =>
        method === 'HEAD' && indexPath.test(path) ? { status: 404, body: '' } : undefined,
    ]);
    const { digest } = await repository.pushManifest(named('one'), { tag: 'one' });
    expect(tags.get('one')).toBe(digest);
    expect(problems).toEqual(['conflict']);
    expect(peer.requests.length).toBeLessThan(16);
  });

  it.each<[string, Quirk, string]>([
    ['is not permitted', refusing('PUT', indexPath, { status: 403, body: ociError('DENIED') }), 'auth'],
    [
      'takes no indexes',
      refusing('PUT', indexPath, { status: 400, body: ociError('MANIFEST_INVALID') }),
      'unsupported',
    ],
    ['has a problem', refusing('HEAD', indexPath, { status: 500 }), 'network'],
  ])('is there all the same when the registry %s', async (_name, quirk, code) => {
    const { repository, problems, tags } = await setting([quirk]);
    const { digest } = await repository.pushManifest(named('one'), { tag: 'one' });
    expect(tags.get('one')).toBe(digest);
    expect(problems).toEqual([code]);
  });

  it('leaves alone what stands there and is no index', async () => {
    const { repository, problems, tags, place } = await setting();
    await place({
      schemaVersion: 2,
      mediaType: ociMediaTypes.imageManifest,
      config: emptyConfig,
      layers: [],
    });
    const before = tags.get(tag);
    await repository.pushManifest(named('one'), { tag: 'one' });
    expect(tags.get(tag)).toBe(before);
    expect(problems).toEqual(['conflict']);
  });

  it('carries no index about that somebody has filled', async () => {
    const { repository, problems, tags, peer, place } = await setting();
    await place(anIndex([theirs], { annotations: { junk: 'x'.repeat(300_000) } }));
    const before = tags.get(tag);
    await repository.pushManifest(named('one'), { tag: 'one' });
    expect(tags.get(tag)).toBe(before);
    expect(problems).toEqual(['too-large']);
    expect(peer.seen.filter((line) => /^GET .*\/manifests\//.test(line))).toEqual([]);
  });

  it('leaves the index alone when that is asked for, and so does one without a subject', async () => {
    const { repository, tags, peer } = await setting();
    await repository.pushManifest(named('one'), { tag: 'one', indexed: false });
    await repository.pushManifest(manifestOf([], { annotations: { text: '"subject"' } }), { tag: 'two' });
    expect([...tags.keys()]).toEqual(['one', 'two']);
    expect(peer.requests.map(({ method }) => method)).toEqual(['PUT', 'PUT']);
  });

  it('stops when the signal says so', async () => {
    const stop = new AbortController();
    const { repository } = await setting([
      ({ method }) => {
        if (method === 'PUT') stop.abort();
        return undefined;
      },
    ]);
    const pushing = repository.pushManifest(named('one'), { tag: 'one', signal: stop.signal });
    await expect(pushing).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('whose index it is', () => {
  const hears: Quirk = ({ method, path }) =>
    method === 'PUT' && path.endsWith('/manifests/one')
      ? { status: 201, headers: { 'oci-subject': subject.digest } }
      : undefined;

  it('is the registry’s where it says that it saw the subject: nothing more is asked', async () => {
    const { repository, peer } = await setting([hears]);
    await repository.pushManifest(named('one'), { tag: 'one' });
    expect(peer.seen).toEqual(['PUT /v2/team/mail/manifests/one']);
  });

  it('is the registry’s where the referrers API was seen, whatever header it sends', async () => {
    const { repository, peer, tags } = await setting([refusing('GET', /\/referrers\//, indexAnswer([]))]);
    await repository.pushManifest(named('one'), { tag: 'one' });
    await repository.pushManifest(named('two'), { tag: 'two' });
    expect([...tags.keys()]).toEqual(['one', 'two']);
    expect(peer.requests.map(({ method }) => method)).toEqual(['PUT', 'GET', 'PUT']);
  });

  it('is ours where the API is known to be missing, though the registry says that it saw the subject', async () => {
    const { repository, peer } = await setting([hears, refusing('GET', /\/referrers\//, { status: 404 })]);
    expect(await collect(repository.referrers(subject.digest))).toEqual([]);
    await repository.pushManifest(named('one'), { tag: 'one' });
    expect(peer.seen).toContain(`PUT /v2/team/mail/manifests/${tag}`);
  });

  it('is not decided by a registry in trouble', async () => {
    const { repository, tags, problems } = await setting([refusing('GET', /\/referrers\//, { status: 500 })]);
    await repository.pushManifest(named('one'), { tag: 'one' });
    expect([...tags.keys()]).toEqual(['one']);
    expect(problems).toEqual(['network']);
  });
});

describe('an index that is written behind a push', () => {
  it('leaves nobody waiting, and is done when everything is settled', async () => {
    const held = Promise.withResolvers<undefined>();
    const { repository, tags } = await setting([
      ({ path }) => (indexPath.test(path) ? held.promise : undefined),
    ]);
    for (const name of ['one', 'two'])
      await repository.pushManifest(named(name), { tag: name, indexed: 'behind' });
    expect([...tags.keys()]).toEqual(['one', 'two']);
    held.resolve(undefined);
    await repository.settled();
    expect([...tags.keys()]).toEqual(['one', 'two', tag]);
  });

  it('loses none of its own entries: they are written one after the other', async () => {
    const { repository, index, peer } = await setting();
    const names = ['one', 'two', 'three', 'four'];
    for (const name of names) await repository.pushManifest(named(name), { indexed: 'behind' });
    await repository.settled();
    expect(index()?.manifests).toHaveLength(names.length);
    expect(peer.seen.filter((line) => line.startsWith('PUT') && line.endsWith(tag))).toHaveLength(
      names.length,
    );
  });

  it('is given up when the connections are closed, and nobody is told: there is no problem', async () => {
    const { repository, problems } = await setting([
      ({ path }) => (indexPath.test(path) ? new Promise<undefined>(() => undefined) : undefined),
    ]);
    await repository.pushManifest(named('one'), { indexed: 'behind' });
    await repository.close();
    await repository.settled();
    expect(problems).toEqual([]);
  });
});

describe('whose index it is, when the registry does not say', () => {
  it('is asked again after a day', async () => {
    const clock = testClock();
    const { repository, peer } = await setting([], { clock });
    for (const days of [0, 1, 1]) {
      clock.advance(days * 86_400_000);
      await repository.pushManifest(
        manifestOf([], { subject, annotations: { day: String(peer.requests.length) } }),
      );
    }
    expect(peer.requests.filter(({ path }) => path.includes('/referrers/'))).toHaveLength(3);
    await repository.pushManifest(named('the same day'));
    expect(peer.requests.filter(({ path }) => path.includes('/referrers/'))).toHaveLength(3);
  });
});

describe('an entry of what is gone', () => {
  it('is taken out of the index, and nothing else', async () => {
    const { repository, index, place } = await setting();
    await place(anIndex([theirs]));
    const { digest } = await repository.pushManifest(named('one'), { tag: 'one' });
    await repository.forgetReferrer(subject.digest, digest);
    expect(index()?.manifests).toEqual([theirs]);
  });

  it('takes the index with it when it was the last one', async () => {
    const { repository, tags, manifests } = await setting();
    const { digest } = await repository.pushManifest(named('one'), { tag: 'one' });
    await repository.forgetReferrer(subject.digest, digest);
    expect([...tags.keys()]).toEqual(['one']);
    expect([...manifests.keys()]).toEqual([digest]);
  });

  it('that was never there changes nothing', async () => {
    const { repository, peer, place } = await setting();
    await place(anIndex([theirs]));
    await repository.forgetReferrer(subject.digest, sha256('another'));
    await repository.forgetReferrer(sha256('no index'), sha256('another'));
    expect(peer.requests.map(({ method }) => method)).toEqual(['HEAD', 'GET', 'HEAD']);
  });
});
