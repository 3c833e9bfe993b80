import { describe, expect, it } from 'vitest';
import { sha256 } from '../../main/base/hash.ts';
import { limits } from '../../main/base/limits.ts';
import { ListingGuard } from '../../main/oci/paging.ts';
import { ociMediaTypes } from '../../main/oci/media-types.ts';
import { ociError, scriptedRegistry, type SeenRequest } from '../peers/scripted-registry.ts';
import { collect } from './contract.ts';
import { openScripted } from './scripted.ts';

const list = '/v2/team/mail/tags/list';
const page = (tags: readonly string[] | null, next?: string) => ({
  body: { name: 'team/mail', tags },
  headers: next === undefined ? {} : { link: `<${next}>; rel="next"` },
});

describe('a tag listing', () => {
  it('follows Link to its end', async () => {
    const peer = await scriptedRegistry();
    peer.once('GET', /tags\/list\?n=2$/, page(['a', 'b'], `${list}?n=2&last=b`));
    peer.once('GET', /last=b$/, page(['c', 'd'], '?n=2&last=d'));
    peer.once('GET', /last=d$/, page(['e']));
    expect(await collect(openScripted(peer.host).tags({ pageSize: 2 }))).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('asks on with `last` where full pages come without Link', async () => {
    const peer = await scriptedRegistry();
    const all = ['a', 'b', 'c', 'd'];
    peer.always('GET', list, ({ query }: SeenRequest) => {
      const from = all.indexOf(query.get('last') ?? '') + 1;
      return page(all.slice(from, from + Number(query.get('n'))));
    });
    expect(await collect(openScripted(peer.host).tags({ pageSize: 2 }))).toEqual(all);
  });

  it('ends where `n` and `last` are ignored, even when the page happens to be full', async () => {
    const peer = await scriptedRegistry();
    peer.always('GET', list, page(['d', 'a', 'c', 'b']));
    expect(await collect(openScripted(peer.host).tags({ pageSize: 4 }))).toEqual(['d', 'a', 'c', 'b']);
    expect(await collect(openScripted(peer.host).tags({ pageSize: 3 }))).toEqual(['d', 'a', 'c', 'b']);
    expect(peer.requests.length).toBeLessThanOrEqual(3);
  });

  it('begins after `last` when told to', async () => {
    const peer = await scriptedRegistry();
    peer.once('GET', /[?&]last=b(&|$)/, page(['c']));
    expect(await collect(openScripted(peer.host).tags({ last: 'b' }))).toEqual(['c']);
  });

  it('fetches the next page only when it is wanted', async () => {
    const peer = await scriptedRegistry();
    peer.once('GET', list, page(['a', 'b'], `${list}?last=b`));
    for await (const tag of openScripted(peer.host).tags()) {
      if (tag === 'b') break;
    }
    expect(peer.requests).toHaveLength(1);
  });

  it.each([
    ['null', page(null)],
    ['no', { body: { name: 'x' } }],
    ['empty', page([])],
  ])('may have %s tags', async (_name, answer) => {
    const peer = await scriptedRegistry();
    peer.once('GET', list, answer);
    expect(await collect(openScripted(peer.host).tags())).toEqual([]);
  });

  it('is empty for a repository that does not exist', async () => {
    const peer = await scriptedRegistry();
    peer.once('GET', list, { status: 404, body: ociError('NAME_UNKNOWN') });
    expect(await collect(openScripted(peer.host).tags())).toEqual([]);
  });

  it('leaves out what cannot be a tag', async () => {
    const peer = await scriptedRegistry();
    peer.once('GET', list, page(['good', '../../v2/other', '', 'a b', '-x', 'also.good']));
    expect(await collect(openScripted(peer.host).tags())).toEqual(['good', 'also.good']);
  });

  it('that goes round in circles is refused', async () => {
    const peer = await scriptedRegistry();
    peer.always('GET', /last=one/, page(['b'], `${list}?last=two`));
    peer.always('GET', /last=two/, page(['c'], `${list}?last=one`));
    peer.once('GET', list, page(['a'], `${list}?last=one`));
    await expect(collect(openScripted(peer.host).tags())).rejects.toMatchObject({ code: 'protocol' });
    expect(peer.requests.length).toBeLessThan(10);
  });

  it('that never ends is refused at a million tags', async () => {
    const peer = await scriptedRegistry();
    let count = 0;
    peer.always('GET', list, () => {
      const tags = Array.from({ length: 200_000 }, () => `t${(count += 1)}`);
      return page(tags, `${list}?last=${count}`);
    });
    let seen = 0;
    const reading = (async () => {
      for await (const _tag of openScripted(peer.host).tags()) seen += 1;
    })();
    await expect(reading).rejects.toMatchObject({ code: 'too-large', detail: { unit: 'tags' } });
    expect(seen).toBe(limits.tagsListed);
  });

  it('that never ends is refused at 20,000 pages', () => {
    const guard = new ListingGuard();
    for (let number = 0; number < limits.listingPages; number += 1) {
      guard.enter(new URL(`https://r.example/?last=${number}`));
    }
    expect(() => guard.enter(new URL('https://r.example/?last=end'))).toThrow(
      expect.objectContaining({ code: 'too-large' }) as Error,
    );
  });

  it.each([
    ['no JSON', 'tags: a, b'],
    ['a list', '[]'],
    ['tags that are no list', '{"tags":{"a":1}}'],
    ['tags that are no text', '{"tags":[1]}'],
  ])('of %s is refused', async (_name, body) => {
    const peer = await scriptedRegistry();
    peer.once('GET', list, { body });
    await expect(collect(openScripted(peer.host).tags())).rejects.toMatchObject({ code: 'protocol' });
  });

  it('stops when the signal says so', async () => {
    const peer = await scriptedRegistry();
    const stop = new AbortController();
    peer.once('GET', list, page(['a'], `${list}?last=a`));
    const reading = (async () => {
      for await (const _tag of openScripted(peer.host).tags({ signal: stop.signal })) stop.abort();
    })();
    await expect(reading).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('a referrers listing', () => {
  const subject = sha256('subject');
  const path = `/v2/team/mail/referrers/${subject}`;
  const fallback = `/v2/team/mail/manifests/${subject.replace(':', '-')}`;
  const entry = (name: string, artifactType: string) => ({
    mediaType: ociMediaTypes.imageManifest,
    digest: sha256(name),
    size: 1,
    artifactType,
  });
  const index = (manifests: unknown, headers = {}) => ({
    body: Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: ociMediaTypes.imageIndex, manifests })),
    headers: { 'content-type': ociMediaTypes.imageIndex, ...headers },
  });

  it('is filtered here, also where the registry says that it filtered', async () => {
    const peer = await scriptedRegistry();
    peer.once(
      'GET',
      path,
      index([entry('1', 'a/b'), entry('2', 'c/d')], { 'oci-filters-applied': 'artifactType' }),
    );
    const found = await collect(openScripted(peer.host).referrers(subject, { artifactType: 'a/b' }));
    expect(found.map(({ digest }) => digest)).toEqual([sha256('1')]);
    expect(peer.requests[0]?.query.get('artifactType')).toBe('a/b');
  });

  it('follows Link and names each digest once', async () => {
    const peer = await scriptedRegistry();
    peer.once('GET', path, index([entry('1', 'a/b')], { link: `<${path}?page=2>; rel="next"` }));
    peer.once('GET', path, index([entry('1', 'a/b'), entry('2', 'a/b')]));
    const found = await collect(openScripted(peer.host).referrers(subject));
    expect(found.map(({ digest }) => digest)).toEqual([sha256('1'), sha256('2')]);
  });

  it('that goes round in circles is refused', async () => {
    const peer = await scriptedRegistry();
    peer.always('GET', path, index([entry('1', 'a/b')], { link: `<${path}>; rel="next"` }));
    await expect(collect(openScripted(peer.host).referrers(subject))).rejects.toMatchObject({
      code: 'protocol',
    });
  });

  it('leaves out entries that make no sense, and keeps the others', async () => {
    const peer = await scriptedRegistry();
    peer.once('GET', path, index([null, {}, { ...entry('1', 'a/b'), size: -1 }, entry('2', 'a/b')]));
    const found = await collect(openScripted(peer.host).referrers(subject));
    expect(found.map(({ digest }) => digest)).toEqual([sha256('2')]);
  });

  it.each([
    ['404', { status: 404, body: '404 page not found' }],
    ['405', { status: 405 }],
    ['a web page', { body: '<html></html>', headers: { 'content-type': 'text/html' } }],
    ['some other JSON', { body: { manifests: [] } }],
    ['a redirect to where we do not go', { status: 302, headers: { location: 'http://elsewhere.example/' } }],
  ])('is read from the fallback tag where the API answers with %s', async (_name, answer) => {
    const peer = await scriptedRegistry();
    peer.always('GET', path, answer);
    peer.always('GET', `/v2/team/mail/referrers/sha256:${'0'.repeat(64)}`, answer);
    peer.once('HEAD', fallback, {}).once('GET', fallback, index([entry('1', 'a/b')]));
    const repository = openScripted(peer.host);
    expect(await collect(repository.referrers(subject, { artifactType: 'a/b' }))).toHaveLength(1);
    expect(await repository.referrersSupported()).toBe(false);
  });

  it('is empty where there is neither the API nor a fallback tag', async () => {
    const peer = await scriptedRegistry();
    peer.once('GET', path, { status: 404 });
    peer.once('HEAD', fallback, { status: 404 });
    expect(await collect(openScripted(peer.host).referrers(subject))).toEqual([]);
  });

  it('is empty where the fallback tag is gone by the time it is fetched', async () => {
    const peer = await scriptedRegistry();
    peer.once('GET', path, { status: 404 }).once('HEAD', fallback, {});
    peer.once('GET', fallback, { status: 404, body: ociError('MANIFEST_UNKNOWN') });
    expect(await collect(openScripted(peer.host).referrers(subject))).toEqual([]);
  });

  it('is not taken for missing because the registry is in trouble', async () => {
    const peer = await scriptedRegistry();
    peer.always('GET', /referrers/, { status: 500 });
    const repository = openScripted(peer.host);
    await expect(collect(repository.referrers(subject))).rejects.toMatchObject({ code: 'network' });
    await expect(repository.referrersSupported()).rejects.toMatchObject({ code: 'network' });
  });
});
