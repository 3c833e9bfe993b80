import { describe, expect, it } from 'vitest';
import { sha256 } from '../../main/base/hash.ts';
import {
  Capabilities,
  type Capability,
  type CapabilityMemory,
  type Learnt,
} from '../../main/oci/capabilities.ts';
import { ociMediaTypes } from '../../main/oci/media-types.ts';
import type { OciRepository } from '../../main/oci/repository.ts';
import { ociError, scriptedRegistry, type ScriptedAnswer } from '../peers/scripted-registry.ts';
import { collect, manifestOf } from './contract.ts';
import { openScripted, testClock } from './scripted.ts';

const day = 86_400_000;
const digest = sha256('something');
const noRoute = { status: 404, body: '404 page not found' };
const html = { body: '<!doctype html>', headers: { 'content-type': 'text/html' } };
const index = {
  body: Buffer.from('{"schemaVersion":2,"manifests":[]}'),
  headers: { 'content-type': ociMediaTypes.imageIndex },
};

/** What is remembered, and whether it changed. */
function memory(known: Partial<Record<Capability, Learnt>> = {}) {
  const learnt = new Map(Object.entries(known));
  const kept: CapabilityMemory = {
    read: (name) => learnt.get(name) ?? null,
    write: (name, value) => void learnt.set(name, value),
  };
  return kept;
}

describe('what was learnt', () => {
  it('is known from its proof on, with its time', () => {
    const clock = testClock();
    const capabilities = new Capabilities(clock);
    expect(capabilities.report('mount')).toEqual({ state: 'unknown', learntAt: null });
    capabilities.learn('mount', true);
    expect(capabilities.report('mount')).toEqual({ state: 'yes', learntAt: clock.now() });
  });

  it('is what the last proof said', () => {
    const capabilities = new Capabilities(testClock());
    capabilities.learn('tag-overwrite', true);
    capabilities.learn('tag-overwrite', false);
    expect(capabilities.lacks('tag-overwrite')).toBe(true);
  });

  it.each<[Capability, number]>([
    ['delete-tag', 7],
    ['empty-layers', 7],
    ['referrers', 1],
  ])('to be missing is doubted after a while: %s after %i days', (name, days) => {
    const clock = testClock();
    const capabilities = new Capabilities(clock);
    const learntAt = clock.now();
    capabilities.learn(name, false);
    clock.advance(days * day);
    expect(capabilities.report(name)).toEqual({ state: 'no', learntAt });
    clock.advance(1);
    expect(capabilities.report(name)).toEqual({ state: 'unknown', learntAt });
  });

  it('to be there is not doubted, and to be missing is not while it is proved again', () => {
    const clock = testClock();
    const capabilities = new Capabilities(clock);
    capabilities.learn('last', true);
    for (let week = 0; week < 4; week += 1) {
      capabilities.learn('delete-blob', false);
      clock.advance(6 * day);
    }
    expect(capabilities.has('last')).toBe(true);
    expect(capabilities.lacks('delete-blob')).toBe(true);
  });

  it('is not written down again with every proof', () => {
    let written = 0;
    const kept = memory();
    const counting: CapabilityMemory = {
      read: (name) => kept.read(name),
      write: (name, learnt) => {
        written += 1;
        kept.write(name, learnt);
      },
    };
    const capabilities = new Capabilities(testClock(), counting);
    for (let time = 0; time < 100; time += 1) capabilities.learn('referrers', true);
    expect(written).toBe(1);
  });

  it('by one client is known to the next one with the same memory', async () => {
    const kept = memory();
    const peer = await scriptedRegistry();
    peer.once('GET', /\/referrers\//, noRoute);
    expect(await openScripted(peer.host, { capabilities: kept }).referrersSupported()).toBe(false);
    expect(await openScripted(peer.host, { capabilities: kept }).referrersSupported()).toBe(false);
  });
});

/** The state of `name` after `use` met a registry that answers everything so. */
async function stateAfter(
  name: Capability,
  answer: ScriptedAnswer,
  use: (repository: OciRepository) => Promise<unknown>,
): Promise<string> {
  const peer = await scriptedRegistry();
  for (const method of ['GET', 'HEAD', 'PUT', 'DELETE']) peer.always(method, /./, answer);
  const repository = openScripted(peer.host);
  await use(repository).catch(() => undefined);
  expect(peer.requests.length).toBeGreaterThan(0);
  return repository.capabilities.report(name).state;
}

/** Answers that have any number of reasons, and so prove nothing. */
const meaningless: [string, ScriptedAnswer][] = [
  ['500', { status: 500 }],
  ['503', { status: 503 }],
  ['429', { status: 429 }],
  ['401', { status: 401 }],
  ['403', { status: 403, body: ociError('DENIED') }],
  ['a cut', { cutAfter: -1 }],
  ['a web page', { ...html, status: 404 }],
  ['404 for the repository', { status: 404, body: ociError('NAME_UNKNOWN') }],
  ['400 for the name', { status: 400, body: ociError('NAME_INVALID') }],
];

describe('the referrers API', () => {
  const ask = (repository: OciRepository) => collect(repository.referrers(digest));

  it.each<[string, string, ScriptedAnswer]>([
    ['yes', 'an index', index],
    ['no', '404 for the path', noRoute],
    ['no', '404 without a word', { status: 404 }],
    ['no', '405', { status: 405 }],
    ['no', '400 UNSUPPORTED', { status: 400, body: ociError('UNSUPPORTED') }],
    ['unknown', 'a sign-in page', html],
    ['unknown', 'some other JSON', { body: { manifests: [] } }],
    ...meaningless.map(([name, answer]): [string, string, ScriptedAnswer] => ['unknown', name, answer]),
  ])('is %s after %s', async (state, _name, answer) => {
    expect(await stateAfter('referrers', answer, ask)).toBe(state);
  });

  it('that is missing is not asked again, until that is doubted', async () => {
    const peer = await scriptedRegistry();
    const clock = testClock();
    peer.times(2, 'GET', /\/referrers\//, noRoute);
    peer.times(3, 'HEAD', /\/manifests\/sha256-/, { status: 404 });
    const repository = openScripted(peer.host, { clock });
    await ask(repository);
    await ask(repository);
    clock.advance(day + 1);
    await ask(repository);
  });
});

describe('deleting', () => {
  const uses = {
    'delete-manifest': (repository: OciRepository) => repository.delete(digest),
    'delete-tag': (repository: OciRepository) => repository.delete('t'),
    'delete-blob': (repository: OciRepository) => repository.deleteBlob(digest),
  } as const;
  const names = Object.keys(uses) as (keyof typeof uses)[];

  it.each(names)('%s is learnt from 202, 405 and UNSUPPORTED', async (name) => {
    expect(await stateAfter(name, { status: 202 }, uses[name])).toBe('yes');
    expect(await stateAfter(name, { status: 405 }, uses[name])).toBe('no');
    expect(await stateAfter(name, { status: 400, body: ociError('UNSUPPORTED') }, uses[name])).toBe('no');
  });

  it('of tags is missing where the registry wants a digest there, and of manifests it is not', async () => {
    const wantsDigest = { status: 400, body: ociError('DIGEST_INVALID') };
    expect(await stateAfter('delete-tag', wantsDigest, uses['delete-tag'])).toBe('no');
    expect(await stateAfter('delete-manifest', wantsDigest, uses['delete-manifest'])).toBe('unknown');
  });

  it.each(names)('%s is not learnt from anything else', async (name) => {
    for (const [, answer] of meaningless) expect(await stateAfter(name, answer, uses[name])).toBe('unknown');
    const gone = { status: 404, body: ociError('MANIFEST_UNKNOWN') };
    expect(await stateAfter(name, gone, uses[name])).toBe('unknown');
  });

  it('a tag says nothing about deleting manifests', async () => {
    expect(await stateAfter('delete-manifest', { status: 405 }, uses['delete-tag'])).toBe('unknown');
  });

  it('that was refused is asked again: the registry decides, not we', async () => {
    const peer = await scriptedRegistry();
    peer.times(2, 'DELETE', `/v2/team/mail/manifests/${digest}`, { status: 405 });
    const repository = openScripted(peer.host);
    for (let time = 0; time < 2; time += 1) {
      await expect(repository.delete(digest)).rejects.toMatchObject({ code: 'unsupported' });
    }
  });
});

describe('a tag listing', () => {
  const list = '/v2/team/mail/tags/list';
  const page = (tags: readonly string[], next?: string) => ({
    body: { name: 'team/mail', tags },
    headers: next === undefined ? {} : { link: `<${next}>; rel="next"` },
  });
  const states = ({ capabilities }: OciRepository) =>
    (['paging', 'last'] as const).map((name) => capabilities.report(name).state);

  it('shows that `n` works by full pages that go on', async () => {
    const peer = await scriptedRegistry();
    peer.once('GET', /n=2$/, page(['a', 'b'], `${list}?n=2&last=b`)).once('GET', /last=b/, page(['c']));
    const repository = openScripted(peer.host);
    await collect(repository.tags({ pageSize: 2 }));
    expect(states(repository)).toEqual(['yes', 'unknown']);
  });

  it('shows that `last` works by a second page with nothing of the first', async () => {
    const peer = await scriptedRegistry();
    peer.once('GET', /n=2$/, page(['a', 'b'])).once('GET', /last=b/, page(['c']));
    const repository = openScripted(peer.host);
    await collect(repository.tags({ pageSize: 2 }));
    expect(states(repository)).toEqual(['yes', 'yes']);
  });

  it('shows that both are ignored, and the last page is not asked for twice again', async () => {
    const peer = await scriptedRegistry();
    peer.times(4, 'GET', list, page(['d', 'a', 'c', 'b']));
    const repository = openScripted(peer.host);
    await collect(repository.tags({ pageSize: 4 }));
    expect(states(repository)).toEqual(['unknown', 'no']);
    await collect(repository.tags({ pageSize: 4 }));
    await collect(repository.tags({ pageSize: 3 }));
    expect(states(repository)).toEqual(['no', 'no']);
  });

  it('of fewer tags than fit on a page shows nothing', async () => {
    const peer = await scriptedRegistry();
    peer.once('GET', list, page(['a', 'b']));
    const repository = openScripted(peer.host);
    await collect(repository.tags({ pageSize: 3 }));
    expect(states(repository)).toEqual(['unknown', 'unknown']);
  });

  it('that fails in its middle shows nothing', async () => {
    const peer = await scriptedRegistry();
    peer.always('GET', list, { ...page(['a', 'b', 'c']), cutAfter: 30 });
    const repository = openScripted(peer.host);
    await expect(collect(repository.tags({ pageSize: 1 }))).rejects.toMatchObject({ code: 'network' });
    expect(states(repository)).toEqual(['unknown', 'unknown']);
  });
});

describe('a manifest that was taken', () => {
  it.each([
    ['with an artifact type and no layers', manifestOf([]), ['yes', 'yes']],
    ['without an artifact type', manifestOf([], { artifactType: undefined }), ['unknown', 'yes']],
    ['with absent layers', manifestOf([], { layers: undefined }), ['yes', 'unknown']],
  ])('%s shows what it shows', async (_name, bytes, states) => {
    const peer = await scriptedRegistry();
    peer.once('PUT', /./, { status: 201 });
    const repository = openScripted(peer.host);
    await repository.pushManifest(bytes, { tag: 't' });
    expect(
      (['artifact-types', 'empty-layers'] as const).map((name) => repository.capabilities.report(name).state),
    ).toEqual(states);
  });

  it('and one that was refused shows nothing', async () => {
    const refused = { status: 400, body: ociError('MANIFEST_INVALID') };
    const push = (repository: OciRepository) => repository.pushManifest(manifestOf([]), { tag: 't' });
    expect(await stateAfter('artifact-types', refused, push)).toBe('unknown');
    expect(await stateAfter('empty-layers', refused, push)).toBe('unknown');
  });
});
