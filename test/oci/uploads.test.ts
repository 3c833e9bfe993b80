import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { MiB } from '../../main/base/limits.ts';
import { BlobPlaces } from '../../main/oci/blob-places.ts';
import type { OciRepository } from '../../main/oci/repository.ts';
import {
  ociError,
  scriptedRegistry,
  type ScriptedAnswer,
  type SeenRequest,
} from '../peers/scripted-registry.ts';
import { startDockerRegistry } from '../peers/docker-registry.ts';
import { describeWithRealPart } from '../peers/real-parts.ts';
import { blobOf } from './contract.ts';
import { large, registryWithPieces } from './piecewise.ts';
import { openScripted } from './scripted.ts';

const uploads = '/v2/team/mail/blobs/uploads/';
const small = blobOf(Buffer.from('a chat message'));

describe('a blob that is refused in one piece (413)', () => {
  it('goes in pieces of at most 4 MiB, and that pieces work is learnt', async () => {
    const { push, state, stateOf, patchRanges } = await registryWithPieces();
    await push();
    expect(state.stored?.equals(large.bytes)).toBe(true);
    expect(patchRanges()).toEqual([
      `0-${4 * MiB - 1}`,
      `${4 * MiB}-${8 * MiB - 1}`,
      `${8 * MiB}-${large.size - 1}`,
    ]);
    expect(stateOf('chunked-upload')).toBe('yes');
  });

  it('frees what the refused upload kept', async () => {
    const { peer, push } = await registryWithPieces();
    await push();
    expect(peer.seen).toContain('DELETE /upload/1?at=0');
  });

  it('tells its progress as a running total', async () => {
    const { repository } = await registryWithPieces();
    const sent: number[] = [];
    await repository.pushBlob(large.bytes, large, { onSent: (bytes) => sent.push(bytes) });
    const second = sent.slice(sent.lastIndexOf(0));
    expect(second).toEqual(second.toSorted((a, b) => a - b));
    expect(second.at(-1)).toBe(large.size);
  });

  it('goes on where the registry says that it stands, after a cut in the middle of a piece', async () => {
    const { push, state, patchRanges } = await registryWithPieces({
      patches: [{}, { keeps: 1000, cutAfter: -1 }],
    });
    await push();
    expect(state.stored?.equals(large.bytes)).toBe(true);
    expect(patchRanges()[2]).toBe(`${4 * MiB + 1000}-${8 * MiB + 999}`);
  });

  it('does not repeat a piece that had arrived though its answer did not', async () => {
    const { push, state, patchRanges } = await registryWithPieces({ patches: [{ cutAfter: -1 }] });
    await push();
    expect(state.stored?.equals(large.bytes)).toBe(true);
    expect(patchRanges()).toHaveLength(3);
  });

  it('begins anew where the registry cannot say whether it has one byte or none', async () => {
    const { push, state } = await registryWithPieces({ patches: [{ keeps: 0, cutAfter: -1 }] });
    await push();
    expect(state.opened).toBe(3);
    expect(state.stored?.equals(large.bytes)).toBe(true);
  });

  it('goes in smaller pieces where those are refused too', async () => {
    const { push, state, patchRanges } = await registryWithPieces({ patches: [{ status: 413, keeps: 0 }] });
    await push();
    expect(state.stored?.equals(large.bytes)).toBe(true);
    expect(patchRanges().at(1)).toBe(`0-${MiB - 1}`);
  });

  it('goes in the pieces that the registry wants at least', async () => {
    const { push, patchRanges } = await registryWithPieces({
      opening: { 'oci-chunk-min-length': String(8 * MiB) },
    });
    await push();
    expect(patchRanges()).toEqual([`0-${8 * MiB - 1}`, `${8 * MiB}-${large.size - 1}`]);
  });

  it('goes in pieces where the registry says nothing of what it has', async () => {
    const { push, state } = await registryWithPieces({ silent: true });
    await push();
    expect(state.stored?.equals(large.bytes)).toBe(true);
  });

  it.each([
    ['more than was sent', `0-${large.size}`],
    ['nothing, again and again', '0-0'],
  ])('is given up where the registry says that it has %s', async (_name, range) => {
    const lying = { headers: { range } };
    const { push, peer } = await registryWithPieces({ patches: [lying, lying, lying, lying] });
    await expect(push()).rejects.toMatchObject({ code: 'conflict' });
    expect(peer.requests.length).toBeLessThan(20);
  });

  it('is refused as too large where pieces are not supported, which is learnt', async () => {
    const { push, stateOf, peer } = await registryWithPieces({ patches: [{ status: 405, keeps: 0 }] });
    await expect(push()).rejects.toMatchObject({ code: 'too-large' });
    expect(stateOf('chunked-upload')).toBe('no');
    await expect(push()).rejects.toMatchObject({ code: 'too-large' });
    expect(peer.seen.filter((line) => line.startsWith('PATCH'))).toHaveLength(1);
  });

  it('is refused as too large where pieces get lost, which is learnt (ECR)', async () => {
    const { push, stateOf } = await registryWithPieces({ loses: true });
    await expect(push()).rejects.toMatchObject({ code: 'too-large' });
    expect(stateOf('chunked-upload')).toBe('no');
  });

  it('learns nothing from trouble in between', async () => {
    const trouble = Array.from({ length: 8 }, () => ({ status: 503, keeps: 0 }));
    const { push, stateOf } = await registryWithPieces({ patches: trouble });
    await expect(push()).rejects.toMatchObject({});
    expect(stateOf('chunked-upload')).toBe('unknown');
  });

  it('frees what was begun when it is cancelled', async () => {
    const { repository, peer } = await registryWithPieces();
    const stop = new AbortController();
    const pushing = repository.pushBlob(large.bytes, large, {
      signal: stop.signal,
      onSent: (bytes) => {
        if (bytes >= 4 * MiB && peer.seen.some((line) => line.startsWith('PATCH'))) stop.abort();
      },
    });
    await expect(pushing).rejects.toMatchObject({ code: 'cancelled' });
    expect(peer.seen.at(-1)).toMatch(/^DELETE \/upload\/2/);
  });
});

describe('a blob whose connection is cut', () => {
  it('goes in one piece again where nobody knows whether pieces work', async () => {
    const { push, state, patchRanges, peer } = await registryWithPieces({ whole: { cutAfter: -1 } });
    await expect(push()).rejects.toMatchObject({ code: 'network' });
    expect([state.opened, patchRanges().length]).toEqual([4, 0]);
    expect(peer.seen.filter((line) => line.startsWith('PUT'))).toHaveLength(4);
  });

  it('goes on in pieces where those are known to work', async () => {
    const { push, state, repository } = await registryWithPieces({ whole: { cutAfter: -1 } });
    repository.capabilities.learn('chunked-upload', true);
    await push();
    expect(state.opened).toBe(2);
    expect(state.stored?.equals(large.bytes)).toBe(true);
  });
});

describe('a small blob', () => {
  const push = (repository: OciRepository) => repository.pushBlob(small.bytes, small);

  it('goes in one request where that is taken, seen to be there once', async () => {
    const peer = await scriptedRegistry();
    peer.times(2, 'POST', uploads, { status: 201 });
    peer.once('HEAD', /\/blobs\//, {});
    const repository = openScripted(peer.host);
    await push(repository);
    await push(repository);
    expect(peer.requests[0]?.body).toEqual(small.bytes);
    expect(peer.requests[0]?.query.get('digest')).toBe(small.digest);
    expect(repository.capabilities.has('single-post')).toBe(true);
  });

  it('goes the usual way where the registry answers 202, and is not sent along again', async () => {
    const peer = await scriptedRegistry();
    peer
      .times(2, 'POST', uploads, { status: 202, headers: { location: '/put' } })
      .times(2, 'PUT', '/put', { status: 201 });
    const repository = openScripted(peer.host);
    await push(repository);
    await push(repository);
    expect(peer.requests.map(({ body }) => body.byteLength)).toEqual([small.size, small.size, 0, small.size]);
    expect(repository.capabilities.lacks('single-post')).toBe(true);
  });

  it('that is not there after a 201 goes the usual way', async () => {
    const peer = await scriptedRegistry();
    peer.once('POST', uploads, { status: 201 }).once('HEAD', /\/blobs\//, { status: 404 });
    peer
      .once('POST', uploads, { status: 202, headers: { location: '/put' } })
      .once('PUT', '/put', { status: 201 });
    const repository = openScripted(peer.host);
    await push(repository);
    expect(repository.capabilities.lacks('single-post')).toBe(true);
  });

  it.each([
    ['400', { status: 400 }, 'unknown'],
    ['405', { status: 405 }, 'no'],
  ])('goes the usual way where one request is answered %s', async (_name, refusal, state) => {
    const peer = await scriptedRegistry();
    peer.once('POST', /digest=/, refusal);
    peer
      .once('POST', uploads, { status: 202, headers: { location: '/put' } })
      .once('PUT', '/put', { status: 201 });
    const repository = openScripted(peer.host);
    await push(repository);
    expect(repository.capabilities.report('single-post').state).toBe(state);
  });
});

describe('a blob of a repository beside', () => {
  const push = (repository: OciRepository) => repository.pushBlob(large.bytes, large, { from: 'team/other' });

  it('is mounted, not sent', async () => {
    const peer = await scriptedRegistry();
    peer.once('POST', uploads, { status: 201 }).once('HEAD', /\/blobs\//, {});
    const repository = openScripted(peer.host);
    await push(repository);
    expect(peer.requests[0]?.query.get('mount')).toBe(large.digest);
    expect(peer.requests[0]?.query.get('from')).toBe('team/other');
    expect(repository.capabilities.has('mount')).toBe(true);
  });

  it('is sent into the upload that the registry opens instead, which proves nothing', async () => {
    const peer = await scriptedRegistry();
    peer
      .once('POST', uploads, { status: 202, headers: { location: '/put' } })
      .once('PUT', '/put', { status: 201 });
    const repository = openScripted(peer.host);
    await push(repository);
    expect(repository.capabilities.report('mount').state).toBe('unknown');
  });

  it.each([
    ['has no right there', { status: 403, body: ociError('DENIED') }],
    ['is asked for a login there', { status: 401 }],
    ['does not know mounts', { status: 405 }],
    ['does not know that repository', { status: 404, body: ociError('NAME_UNKNOWN') }],
  ])('is sent as usual where the login %s', async (_name, refusal) => {
    const peer = await scriptedRegistry();
    peer.once('POST', /mount=/, refusal);
    peer
      .once('POST', uploads, { status: 202, headers: { location: '/put' } })
      .once('PUT', '/put', { status: 201 });
    await push(openScripted(peer.host));
  });

  it('is found by itself where the same login has put it, and on no other registry', async () => {
    const [one, other] = [await scriptedRegistry(), await scriptedRegistry()];
    const places = new BlobPlaces();
    places.note({ host: one.host, path: 'team/before' }, large.digest);
    one.once('POST', /mount=.*&from=team%2Fbefore$/, { status: 201 }).once('HEAD', /\/blobs\//, {});
    other
      .once('POST', uploads, { status: 202, headers: { location: '/put' } })
      .once('PUT', '/put', { status: 201 });
    for (const peer of [one, other]) await openScripted(peer.host, { places }).pushBlob(large.bytes, large);
  });
});

describe('where blobs were put', () => {
  it('is bounded, the oldest forgotten first', () => {
    const places = new BlobPlaces();
    const digest = (number: number) => `sha256:${String(number).padStart(64, '0')}` as const;
    for (let number = 0; number <= 10_000; number += 1)
      places.note({ host: 'r.example', path: 'a' }, digest(number));
    const beside = (number: number) => places.beside({ host: 'r.example', path: 'b' }, digest(number));
    expect([beside(0), beside(1), beside(10_000)]).toEqual([undefined, 'a', 'a']);
    expect(places.beside({ host: 'r.example', path: 'a' }, digest(1))).toBeUndefined();
  });
});

describeWithRealPart('docker-registry', 'distribution 2.8.2', () => {
  // After a cut it refuses to say how much it has, and forgets the upload: only a new one helps.
  it('takes a blob in pieces behind a proxy that refuses large bodies and loses an answer', async () => {
    const registry = await startDockerRegistry();
    const proxy = await scriptedRegistry();
    let pieces = 0;
    const pass = async ({ method, url, headers, body }: SeenRequest): Promise<ScriptedAnswer> => {
      if (body.byteLength > MiB) return { status: 413 };
      if (method === 'PATCH') pieces += 1;
      const answer = await fetch(`http://${registry.host}${url}`, {
        method,
        headers: { host: headers.host ?? '', 'content-type': 'application/octet-stream' },
        ...(body.byteLength > 0 && { body: new Uint8Array(body) }),
      });
      const kept = ['location', 'range', 'docker-content-digest'].map((name) => [
        name,
        answer.headers.get(name),
      ]);
      const known = kept.filter((entry): entry is [string, string] => entry[1] !== null);
      const place = (text: string) => text.replace(registry.host, proxy.host);
      return {
        status: answer.status,
        headers: Object.fromEntries(known.map(([name, value]) => [name, place(value)])),
        body: new Uint8Array(await answer.arrayBuffer()),
        ...(method === 'PATCH' && pieces === 3 && { cutAfter: -1 }),
      };
    };
    for (const method of ['GET', 'POST', 'PATCH', 'PUT', 'DELETE']) proxy.always(method, /./, pass);
    proxy.always('HEAD', /./, { status: 404 });
    const repository = openScripted(proxy.host);
    try {
      await repository.pushBlob(large.bytes, large);
      expect(repository.capabilities.has('chunked-upload')).toBe(true);
      const direct = openScripted(registry.host);
      expect((await buffer(await direct.fetchBlob(large))).equals(large.bytes)).toBe(true);
    } finally {
      await registry.remove();
    }
  });
});
