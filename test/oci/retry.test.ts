import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../main/base/clock.ts';
import { sha256 } from '../../main/base/hash.ts';
import { ociError, scriptedRegistry, type ScriptedAnswer } from '../peers/scripted-registry.ts';
import { blobOf, collect, manifestOf } from './contract.ts';
import { openScripted, testClock } from './scripted.ts';

const blob = blobOf(Buffer.alloc(200_000, 5));
const blobPath = `/v2/team/mail/blobs/${blob.digest}`;
const uploads = '/v2/team/mail/blobs/uploads/';
const tagged = '/v2/team/mail/manifests/t';

describe('what fails in passing is tried again', () => {
  it.each<[string, ScriptedAnswer]>([
    ['a cut connection', { cutAfter: -1 }],
    ['408', { status: 408 }],
    ['429', { status: 429 }],
    ['500', { status: 500 }],
    ['502', { status: 502 }],
    ['503', { status: 503 }],
    ['504', { status: 504 }],
  ])('after %s', async (_name, answer) => {
    const peer = await scriptedRegistry();
    peer.times(2, 'HEAD', blobPath, answer);
    peer.once('HEAD', blobPath, {});
    expect(await openScripted(peer.host).exists(blob.digest)).toBe(true);
  });

  it('four times in all, and then it is reported', async () => {
    const peer = await scriptedRegistry();
    peer.times(4, 'HEAD', blobPath, { status: 503 });
    await expect(openScripted(peer.host).exists(blob.digest)).rejects.toMatchObject({ code: 'network' });
  });

  it('as late as Retry-After asks', async () => {
    const peer = await scriptedRegistry();
    const clock = testClock();
    peer.once('GET', blobPath, { status: 429, headers: { 'retry-after': '7' } });
    peer.once('GET', blobPath, { body: blob.bytes });
    await buffer(await openScripted(peer.host, { clock }).fetchBlob(blob));
    expect(Math.min(...clock.waits)).toBe(7000);
  });

  it('but not when Retry-After asks for more than half a minute: whoever plans the work is told', async () => {
    const peer = await scriptedRegistry();
    const clock = testClock();
    const at = new Date(clock.now() + 120_000).toUTCString();
    peer.once('GET', '/v2/team/mail/tags/list', { status: 429, headers: { 'retry-after': at } });
    await expect(collect(openScripted(peer.host, { clock }).tags())).rejects.toMatchObject({
      code: 'rate-limited',
      detail: { retryAfterMs: 120_000 },
    });
    expect(clock.waits).toEqual([]);
  });

  it.each([400, 403, 404, 409, 501, 507])('but not after %i, which stays so', async (status) => {
    const peer = await scriptedRegistry();
    peer.once('GET', '/v2/team/mail/manifests/t', { status });
    await expect(openScripted(peer.host).fetchManifest('t')).rejects.toThrow();
  });

  it('an upload as a whole, from its beginning', async () => {
    const peer = await scriptedRegistry();
    peer.once('POST', uploads, { status: 202, headers: { location: '/first?state=1' } });
    peer.once('PUT', '/first', { cutAfter: -1 });
    peer.once('POST', uploads, { status: 503 });
    peer.once('POST', uploads, { status: 202, headers: { location: '/second?state=2' } });
    peer.once('PUT', '/second', { status: 201 });
    const sent: number[] = [];
    await openScripted(peer.host).pushBlob(blob.bytes, blob, { onSent: (bytes) => sent.push(bytes) });
    expect(peer.requests.at(-1)?.body).toEqual(Buffer.from(blob.bytes));
    expect(sent.filter((bytes) => bytes === 0)).toHaveLength(2);
    expect(sent.at(-1)).toBe(blob.size);
  });

  it('a manifest, with the same bytes', async () => {
    const peer = await scriptedRegistry();
    const bytes = manifestOf([]);
    peer.once('PUT', '/v2/team/mail/manifests/t', { cutAfter: -1 });
    peer.once('PUT', '/v2/team/mail/manifests/t', { status: 201 });
    await openScripted(peer.host).pushManifest(bytes, { tag: 't' });
    expect(peer.requests.map(({ body }) => body)).toEqual([Buffer.from(bytes), Buffer.from(bytes)]);
  });

  it('but never a connection test: a person waits for it', async () => {
    const peer = await scriptedRegistry();
    peer.once('GET', '/v2/', { status: 503 });
    await expect(openScripted(peer.host).ping()).rejects.toMatchObject({ code: 'network' });
  });

  it('and a program that waits for that does not end meanwhile', async () => {
    const peer = await scriptedRegistry();
    peer.once('HEAD', blobPath, { status: 503 });
    peer.once('HEAD', blobPath, {});
    const main = join(import.meta.dirname, '..', '..', 'main', 'oci');
    const program = `
      import { OciRepository } from ${JSON.stringify(join(main, 'repository.ts'))};
      const repository = new OciRepository({ host: '${peer.host}', path: 'team/mail' });
      process.stdout.write(String(await repository.exists('${blob.digest}')));
      await repository.close();`;
    const run = promisify(execFile)(process.execPath, ['--input-type=module-typescript', '-e', program]);
    expect((await run).stdout).toBe('true');
  });

  it('unless somebody stops it while it waits', async () => {
    const peer = await scriptedRegistry();
    const stop = new AbortController();
    peer.once('HEAD', blobPath, () => {
      setTimeout(() => stop.abort(), 50);
      return { status: 503, headers: { 'retry-after': '20' } };
    });
    const repository = openScripted(peer.host, { clock: systemClock });
    await expect(repository.exists(blob.digest, stop.signal)).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('what is cut in the middle is asked for again, from its beginning', () => {
  it('a manifest', async () => {
    const peer = await scriptedRegistry();
    const bytes = manifestOf([]);
    peer.times(2, 'GET', tagged, { body: bytes, cutAfter: 10 });
    peer.once('GET', tagged, { body: bytes });
    expect((await openScripted(peer.host).fetchManifest('t')).digest).toBe(sha256(bytes));
  });

  it('a blob in one block, and its progress with it', async () => {
    const peer = await scriptedRegistry();
    peer.once('GET', blobPath, { body: blob.bytes, cutAfter: 150_000 });
    peer.once('GET', blobPath, { body: blob.bytes });
    let arrived = 0;
    const onBytes = (bytes: number) => (arrived += bytes);
    await openScripted(peer.host).fetchWholeBlob(blob, { onBytes });
    expect(arrived).toBe(blob.size);
  });

  it('a page of tags, and only that page', async () => {
    const peer = await scriptedRegistry();
    const list = '/v2/team/mail/tags/list';
    const link = { link: `<${list}?last=b>; rel="next"` };
    peer.once('GET', /n=1000$/, { body: { tags: ['a', 'b'] }, headers: link });
    peer.times(3, 'GET', /last=b$/, { body: { tags: ['c', 'd'] }, cutAfter: 14 });
    peer.once('GET', /last=b$/, { body: { tags: ['c', 'd'] } });
    const tags = await collect(openScripted(peer.host).tags());
    expect([...new Set(tags)]).toEqual(['a', 'b', 'c', 'd']);
  });
});

describe('what was damaged on its way is asked for again, at once, before it is believed to be bad', () => {
  const bytes = manifestOf([], { annotations: { note: 'what was written' } });
  const vouched = { headers: { 'docker-content-digest': sha256(bytes) } };
  const inside = bytes.length - 10;

  it('a blob, in one block', async () => {
    const peer = await scriptedRegistry();
    const clock = testClock();
    peer.times(2, 'GET', blobPath, { body: blob.bytes, corruptAt: 100 });
    peer.once('GET', blobPath, { body: blob.bytes });
    expect(await openScripted(peer.host, { clock }).fetchWholeBlob(blob)).toEqual(Buffer.from(blob.bytes));
    expect(clock.waits).toEqual([]);
  });

  it('a manifest by its digest', async () => {
    const peer = await scriptedRegistry();
    const path = `/v2/team/mail/manifests/${sha256(bytes)}`;
    peer.once('GET', path, { body: bytes, corruptAt: inside });
    peer.once('GET', path, { body: bytes });
    expect((await openScripted(peer.host).fetchManifest(sha256(bytes))).bytes).toEqual(Buffer.from(bytes));
  });

  it('a manifest by its tag, where the registry says its digest', async () => {
    const peer = await scriptedRegistry();
    peer.once('GET', tagged, { body: bytes, corruptAt: inside, ...vouched });
    peer.once('GET', tagged, { body: bytes, corruptAt: inside - 1, ...vouched });
    peer.once('GET', tagged, { body: bytes, ...vouched });
    expect((await openScripted(peer.host).fetchManifest('t')).digest).toBe(sha256(bytes));
  });

  it('a manifest by its tag that is no document any more, where the registry says nothing', async () => {
    const peer = await scriptedRegistry();
    peer.once('GET', tagged, { body: bytes, corruptAt: 0 });
    peer.once('GET', tagged, { body: bytes });
    expect((await openScripted(peer.host).fetchManifest('t')).digest).toBe(sha256(bytes));
  });

  it('an upload that arrived as something else', async () => {
    const peer = await scriptedRegistry();
    peer.times(2, 'POST', uploads, { status: 202, headers: { location: '/upload' } });
    peer.once('PUT', '/upload', { status: 400, body: ociError('DIGEST_INVALID') });
    peer.once('PUT', '/upload', { status: 201 });
    await openScripted(peer.host).pushBlob(blob.bytes, blob);
  });

  it('a manifest that was stored as something else', async () => {
    const peer = await scriptedRegistry();
    const stored = { 'docker-content-digest': sha256('something else') };
    peer.once('PUT', tagged, { status: 201, headers: stored });
    peer.once('PUT', tagged, { status: 201, ...vouched });
    await openScripted(peer.host).pushManifest(bytes, { tag: 't' });
  });

  it('but a tag that never gives the same bytes twice is not believed at all', async () => {
    const peer = await scriptedRegistry();
    for (const offset of [0, 1, 2]) {
      peer.once('GET', tagged, { body: bytes, corruptAt: inside - offset, ...vouched });
    }
    await expect(openScripted(peer.host).fetchManifest('t')).rejects.toMatchObject({
      code: 'verification-failed',
    });
  });

  it('and what is the same twice and no manifest is held against the tag, by its digest', async () => {
    const peer = await scriptedRegistry();
    peer.times(2, 'GET', tagged, { body: 'no manifest' });
    await expect(openScripted(peer.host).fetchManifest('t')).rejects.toMatchObject({
      code: 'protocol',
      detail: { digest: sha256('no manifest') },
    });
  });
});
