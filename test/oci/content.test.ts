import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { isDockerCommsError } from '../../main/base/errors.ts';
import { sha256 } from '../../main/base/hash.ts';
import { limits } from '../../main/base/limits.ts';
import { ociMediaTypes } from '../../main/oci/media-types.ts';
import { ociError, scriptedRegistry, type ScriptedAnswer } from '../peers/scripted-registry.ts';
import { blobOf, manifestOf } from './contract.ts';
import { openScripted } from './scripted.ts';

const blob = blobOf(Buffer.from('the bytes that were meant'));
const blobPath = `/v2/team/mail/blobs/${blob.digest}`;
const manifests = '/v2/team/mail/manifests';
const chunked = { 'content-length': [] as string[], 'transfer-encoding': 'chunked' };

/** What becomes of a blob that the registry answers so: the same as a stream and in one block. */
async function fetchAnswered(answer: ScriptedAnswer): Promise<unknown> {
  const peer = await scriptedRegistry();
  peer.always('GET', blobPath, answer);
  const repository = openScripted(peer.host);
  const asError = (error: unknown) => error;
  const streamed = await repository.fetchBlob(blob).then(buffer).catch(asError);
  const whole = await repository.fetchWholeBlob(blob).catch(asError);
  expect(outcomeOf(whole)).toEqual(outcomeOf(streamed));
  return streamed;
}

/** Errors are compared by what they say, not by the connection they happened on. */
function outcomeOf(result: unknown): unknown {
  return isDockerCommsError(result) ? { code: result.code, detail: result.detail } : result;
}

describe('a blob', () => {
  it('ends well when size and digest fit', async () => {
    expect(await fetchAnswered({ body: blob.bytes })).toEqual(Buffer.from(blob.bytes));
  });

  it.each([
    ['other bytes of the same size', { body: Buffer.from('the bytes that were MEANT') }],
    [
      'other bytes under a header that vouches for them',
      {
        body: Buffer.from('the bytes that were MEANT'),
        headers: { 'docker-content-digest': blob.digest },
      },
    ],
    ['more bytes', { body: Buffer.concat([blob.bytes, Buffer.from('!')]) }],
    [
      'more bytes without a length',
      { body: Buffer.concat([blob.bytes, Buffer.from('!')]), headers: chunked },
    ],
    ['fewer bytes', { body: blob.bytes.subarray(1) }],
    ['fewer bytes without a length', { body: blob.bytes.subarray(1), headers: chunked }],
    ['no bytes', { body: '' }],
  ])('is refused with %s', async (_name, answer: ScriptedAnswer) => {
    expect(await fetchAnswered(answer)).toMatchObject({
      code: 'verification-failed',
      detail: { expectedDigest: blob.digest, expectedSize: blob.size },
    });
  });

  it('that goes on and on is cut as soon as it is too long, and hands out no byte too many', async () => {
    const peer = await scriptedRegistry();
    peer.once('GET', blobPath, {
      body: Buffer.concat([blob.bytes, Buffer.alloc(20_000_000)]),
      headers: chunked,
    });
    const stream = await openScripted(peer.host).fetchBlob(blob);
    let handed = 0;
    stream.on('data', (piece: Buffer) => (handed += piece.byteLength));
    const error: unknown = await new Promise((resolve) => stream.once('error', resolve));
    expect(error).toMatchObject({ code: 'verification-failed', detail: { problem: 'longer' } });
    expect(handed).toBeLessThanOrEqual(blob.size);
  });

  it('that is cut off is a network failure, not an end', async () => {
    expect(await fetchAnswered({ body: blob.bytes, cutAfter: 10 })).toMatchObject({ code: 'network' });
  });

  it('that is cut off without a length is a network failure, not an end', async () => {
    const answer = { body: blob.bytes, headers: chunked, cutAfter: 10 };
    expect(await fetchAnswered(answer)).toMatchObject({ code: 'network' });
  });

  it('never emits its end event before its digest was checked', async () => {
    const peer = await scriptedRegistry();
    peer.once('GET', blobPath, { body: Buffer.from('the bytes that were MEANT') });
    const events: string[] = [];
    const stream = await openScripted(peer.host).fetchBlob(blob);
    stream.on('end', () => events.push('end')).on('error', () => events.push('error'));
    stream.resume();
    await new Promise((resolve) => stream.once('close', resolve));
    expect(events).toEqual(['error']);
  });

  it('may have a sha512 digest', async () => {
    const digest = `sha512:${createHash('sha512').update(blob.bytes).digest('hex')}` as const;
    const peer = await scriptedRegistry();
    peer.times(4, 'GET', `/v2/team/mail/blobs/${digest}`, { body: blob.bytes });
    const repository = openScripted(peer.host);
    expect(await buffer(await repository.fetchBlob({ digest, size: blob.size }))).toEqual(
      Buffer.from(blob.bytes),
    );
    await expect(repository.fetchBlob({ digest, size: 1 })).rejects.toMatchObject({
      code: 'verification-failed',
    });
  });

  it('is asked for without compression on the way', async () => {
    const peer = await scriptedRegistry();
    peer.once('GET', blobPath, { body: blob.bytes });
    await buffer(await openScripted(peer.host).fetchBlob(blob));
    expect(peer.requests[0]?.headers['accept-encoding']).toBe('identity');
  });
});

describe('a blob whose beginning is here', () => {
  const here = 10;
  const rest = Buffer.from(blob.bytes.subarray(here));
  const range = `bytes ${here}-${blob.size - 1}/${blob.size}`;
  const asRange = { status: 206, body: rest, headers: { 'content-range': range } };

  async function fetchRest(answer: ScriptedAnswer, begun: Uint8Array = blob.bytes.subarray(0, here)) {
    const peer = await scriptedRegistry();
    peer.always('GET', blobPath, answer);
    const repository = openScripted(peer.host);
    const pieces = Readable.from([begun.subarray(0, 4), begun.subarray(4)]);
    const fetched = await repository
      .fetchBlob(blob, { begun: pieces })
      .then(buffer)
      .catch((error: unknown) => error);
    return { fetched, peer };
  }

  it('is asked only for what follows', async () => {
    const { fetched, peer } = await fetchRest(asRange);
    expect(fetched).toEqual(rest);
    expect(peer.requests.map(({ headers }) => headers.range)).toEqual([`bytes=${here}-`]);
  });

  it('gives only what follows where the registry gives all of it', async () => {
    expect((await fetchRest({ body: blob.bytes })).fetched).toEqual(rest);
  });

  it('and all of it is asked for nothing', async () => {
    const { fetched, peer } = await fetchRest({ status: 500 }, blob.bytes);
    expect(fetched).toEqual(Buffer.alloc(0));
    expect(peer.requests).toEqual([]);
  });

  it('and nothing of it is asked for as a whole', async () => {
    const { fetched, peer } = await fetchRest({ body: blob.bytes }, new Uint8Array());
    expect(fetched).toEqual(Buffer.from(blob.bytes));
    expect(peer.requests[0]?.headers).not.toHaveProperty('range');
  });

  it.each<[string, ScriptedAnswer, Uint8Array?]>([
    ['its beginning is another one', asRange, Buffer.from('THE bytes ')],
    ['its beginning is another one, and all of it comes', { body: blob.bytes }, Buffer.from('THE bytes ')],
    ['more than all of it is here', asRange, Buffer.concat([blob.bytes, Buffer.from('!')])],
    ['as much as all of it is here, and is not it', asRange, Buffer.alloc(blob.size)],
    ['what follows is something else', { ...asRange, body: Buffer.from('that were MEANT') }],
    ['what follows is from another place', { ...asRange, headers: { 'content-range': 'bytes 0-14/25' } }],
    ['nobody says where what follows is from', { ...asRange, headers: {} }],
    ['too little follows', { ...asRange, body: rest.subarray(1) }],
    ['too much follows', { ...asRange, body: Buffer.concat([rest, rest]) }],
    ['too little of all of it comes', { body: blob.bytes.subarray(0, 5), headers: chunked }],
  ])('is refused where %s', async (_name, answer, begun) => {
    expect((await fetchRest(answer, begun)).fetched).toMatchObject({ code: 'verification-failed' });
  });
});

describe('a manifest', () => {
  const bytes = manifestOf([]);
  const digest = sha256(bytes);

  it('that is asked for by digest and differs is refused, whatever the header says', async () => {
    const peer = await scriptedRegistry();
    peer.times(3, 'GET', `${manifests}/${digest}`, {
      body: manifestOf([], { annotations: { forged: 'yes' } }),
      headers: { 'docker-content-digest': digest },
    });
    await expect(openScripted(peer.host).fetchManifest(digest)).rejects.toMatchObject({
      code: 'verification-failed',
    });
  });

  it('that is asked for by tag has the digest of its bytes, whatever the header says', async () => {
    const peer = await scriptedRegistry();
    peer.times(2, 'GET', `${manifests}/t`, {
      body: bytes,
      headers: { 'docker-content-digest': sha256('something else'), 'content-type': 'text/plain' },
    });
    expect(await openScripted(peer.host).fetchManifest('t')).toMatchObject({
      digest,
      mediaType: ociMediaTypes.imageManifest,
    });
  });

  it('over 8 MiB is not read to its end', async () => {
    const peer = await scriptedRegistry();
    peer.once('GET', `${manifests}/t`, { body: Buffer.alloc(limits.manifestReadBytes + 1, 0x20) });
    await expect(openScripted(peer.host).fetchManifest('t')).rejects.toMatchObject({ code: 'too-large' });
  });

  it('over 4 MiB is refused before anything is sent', async () => {
    const peer = await scriptedRegistry();
    const huge = manifestOf([], { annotations: { x: 'x'.repeat(limits.manifestPushBytes) } });
    await expect(openScripted(peer.host).pushManifest(huge)).rejects.toMatchObject({ code: 'too-large' });
    expect(peer.requests).toEqual([]);
  });

  it('that the registry says it stored as something else is a failure', async () => {
    const peer = await scriptedRegistry();
    peer.times(3, 'PUT', `${manifests}/t`, {
      status: 201,
      headers: { 'docker-content-digest': sha256('something else') },
    });
    await expect(openScripted(peer.host).pushManifest(bytes, { tag: 't' })).rejects.toMatchObject({
      code: 'verification-failed',
    });
  });

  it('is pushed byte for byte, with the media type that it carries', async () => {
    const peer = await scriptedRegistry();
    peer.once('PUT', `${manifests}/${digest}`, { status: 201 });
    await openScripted(peer.host).pushManifest(bytes);
    expect(peer.requests[0]?.body).toEqual(Buffer.from(bytes));
    expect(peer.requests[0]?.headers['content-type']).toBe(ociMediaTypes.imageManifest);
  });

  it.each(['', '..', '../blobs', 'a/b', 'a b', `x${'y'.repeat(128)}`, 'sha256:12'])(
    'is not asked for under %j, which is neither a tag nor a digest',
    async (reference) => {
      const peer = await scriptedRegistry();
      const repository = openScripted(peer.host);
      await expect(repository.fetchManifest(reference)).rejects.toMatchObject({ code: 'invalid' });
      await expect(repository.pushManifest(bytes, { tag: reference })).rejects.toMatchObject({
        code: 'invalid',
      });
      expect(peer.requests).toEqual([]);
    },
  );

  it('is resolved without fetching it, when HEAD says enough', async () => {
    const peer = await scriptedRegistry();
    peer.once('HEAD', `${manifests}/t`, {
      headers: {
        'docker-content-digest': digest,
        'content-length': '321',
        'content-type': `${ociMediaTypes.imageManifest}; charset=utf-8`,
      },
    });
    expect(await openScripted(peer.host).resolve('t')).toEqual({
      digest,
      size: 321,
      mediaType: ociMediaTypes.imageManifest,
    });
  });

  it('is resolved by fetching it, when HEAD says too little', async () => {
    const peer = await scriptedRegistry();
    peer.once('HEAD', `${manifests}/t`, { headers: { 'content-type': ociMediaTypes.imageManifest } });
    peer.once('GET', `${manifests}/t`, { body: bytes });
    expect(await openScripted(peer.host).resolve('t')).toEqual({
      digest,
      size: bytes.byteLength,
      mediaType: ociMediaTypes.imageManifest,
    });
  });
});

describe('the empty config', () => {
  it('is pushed once, however many ask', async () => {
    const peer = await scriptedRegistry();
    peer.once('HEAD', /\/blobs\/sha256:44136f/, { status: 404 });
    peer.once('POST', '/v2/team/mail/blobs/uploads/', { status: 202, headers: { location: '/put' } });
    peer.once('PUT', '/put', { status: 201 });
    const repository = openScripted(peer.host);
    await Promise.all([repository.ensureEmptyConfig(), repository.ensureEmptyConfig()]);
    await repository.ensureEmptyConfig();
    expect(peer.requests.at(-1)?.body.toString()).toBe('{}');
  });

  it('is tried again after a failure', async () => {
    const peer = await scriptedRegistry();
    peer.once('HEAD', /\/blobs\/sha256:44136f/, { status: 403, body: ociError('DENIED') });
    peer.once('HEAD', /\/blobs\/sha256:44136f/, { status: 200 });
    const repository = openScripted(peer.host);
    await expect(repository.ensureEmptyConfig()).rejects.toMatchObject({ code: 'auth' });
    expect((await repository.ensureEmptyConfig()).size).toBe(2);
  });
});

describe('a manifest that is asked for by its sha512', () => {
  const bytes = manifestOf([]);
  const digest = `sha512:${createHash('sha512').update(bytes).digest('hex')}` as const;
  const path = `/v2/team/mail/manifests/${digest}`;

  it('is checked against it, and comes under it', async () => {
    const peer = await scriptedRegistry();
    peer.once('GET', path, { body: bytes });
    expect(await openScripted(peer.host).fetchManifest(digest)).toMatchObject({ digest });
  });

  it('is not taken when only the registry says that it is that one', async () => {
    const peer = await scriptedRegistry();
    peer.times(3, 'GET', path, {
      body: manifestOf([], { annotations: { other: 'yes' } }),
      headers: { 'docker-content-digest': digest },
    });
    await expect(openScripted(peer.host).fetchManifest(digest)).rejects.toMatchObject({
      code: 'verification-failed',
    });
  });
});
