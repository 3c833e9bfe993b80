import { buffer } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Connections, requestsPerHost } from '../../main/oci/connections.ts';
import { parseRepositoryReference } from '../../main/oci/reference.ts';
import { OciRepository } from '../../main/oci/repository.ts';
import { scriptedRegistry, type ScriptedRegistry } from '../peers/scripted-registry.ts';
import { ScriptedWorld } from '../peers/scripted-world.ts';
import { blobOf, manifestOf } from './contract.ts';
import { openScripted, testClock, tokenService } from './scripted.ts';

const blob = blobOf(Buffer.alloc(100_000, 7));
const manifest = manifestOf([]);
const many = Array.from({ length: 5 * requestsPerHost }, (_, index) => `t${index}`);

/** Opens repositories that share their connections. */
function sharing(): (peer: ScriptedRegistry, path?: string) => OciRepository {
  const clock = testClock();
  const connections = new Connections({ clock });
  onTestFinished(() => connections.close());
  return (peer, path = 'team/mail') =>
    new OciRepository(parseRepositoryReference(`${peer.host}/${path}`), { connections, clock });
}

describe('one host', () => {
  it('never sees more than so many requests at once, over all repositories there', async () => {
    const peer = await scriptedRegistry();
    const waiting: (() => void)[] = [];
    const total = 2 * many.length;
    let answered = 0;
    // Answered only when as many as may be here are here: fewer at once would never get an answer.
    peer.always('GET', /\/manifests\/t\d+$/, async () => {
      const turn = new Promise<void>((resolve) => waiting.push(resolve));
      if (waiting.length === Math.min(requestsPerHost, total - answered)) {
        answered += waiting.length;
        for (const go of waiting.splice(0)) go();
      }
      await turn;
      return { body: manifest };
    });
    const open = sharing();
    const fetches = [open(peer, 'team/one'), open(peer, 'team/two')].flatMap((repository) =>
      many.map((tag) => repository.fetchManifest(tag)),
    );
    expect(await Promise.all(fetches)).toHaveLength(total);
    expect(peer.mostInFlight).toBe(requestsPerHost);
  });

  it('still serves a body that nobody reads on: it counts as in flight until it is given up', async () => {
    const [peer, other] = [await scriptedRegistry(), await scriptedRegistry()];
    peer.always('GET', /\/blobs\//, { body: blob.bytes });
    for (const each of [peer, other]) each.always('HEAD', /\/blobs\//, {});
    const open = sharing();
    const repository = open(peer);
    const streams = await Promise.all(many.slice(0, requestsPerHost).map(() => repository.fetchBlob(blob)));
    let known = false;
    const asking = repository.exists(blob.digest).then(() => (known = true));
    // Long enough for an answer: a whole round trip elsewhere.
    await open(other).exists(blob.digest);
    expect(known).toBe(false);
    streams[0]?.destroy();
    await asking;
    for (const stream of streams) stream.destroy();
  });

  it('that is its own token service is not waited for by those who hold its places', async () => {
    const peer = await scriptedRegistry();
    tokenService(peer);
    peer.always('GET', /\/manifests\//, ({ headers }) =>
      headers.authorization === undefined
        ? {
            status: 401,
            headers: { 'www-authenticate': `Bearer realm="${peer.origin}/token",service="s"` },
            body: 'x'.repeat(10_000),
          }
        : { body: manifest },
    );
    const repository = sharing()(peer);
    const fetched = await Promise.all(many.map((tag) => repository.fetchManifest(tag)));
    expect(fetched).toHaveLength(many.length);
  });

  it('that redirects to itself, and takes uploads in two steps, is not waited for either', async () => {
    const peer = await scriptedRegistry();
    peer.always('GET', /\/blobs\//, { status: 307, headers: { location: '/storage' } });
    peer.always('GET', '/storage', { body: blob.bytes });
    peer.always('POST', /uploads/, { status: 202, headers: { location: '/upload' } });
    peer.always('PUT', /upload/, { status: 201 });
    const repository = sharing()(peer);
    await Promise.all(
      many.map(async (_, index) =>
        index % 2 === 0 ? buffer(await repository.fetchBlob(blob)) : repository.pushBlob(blob.bytes, blob),
      ),
    );
    expect(peer.mostInFlight).toBeLessThanOrEqual(requestsPerHost);
  });
});

describe('a rest that one request was told of', () => {
  it('is kept by every request to that host, and by nobody elsewhere', async () => {
    const [busy, calm] = [await scriptedRegistry(), await scriptedRegistry()];
    const net = new ScriptedWorld({ 'https://busy.example': busy, 'https://calm.example': calm });
    busy.once('HEAD', /\/blobs\//, { status: 429, headers: { 'retry-after': '600' } });
    calm.once('HEAD', /\/blobs\//, {});
    const open = (reference: string) =>
      new OciRepository(parseRepositoryReference(reference), { connections: net.connections });
    const told = { code: 'rate-limited', detail: { retryAfterMs: expect.any(Number) as number } };
    await expect(open('busy.example/one').exists(blob.digest)).rejects.toMatchObject(told);
    await expect(open('busy.example/two').exists(blob.digest)).rejects.toMatchObject(told);
    expect(await open('calm.example/one').exists(blob.digest)).toBe(true);
  });

  it('by a storage host is not the registry’s', async () => {
    const [registry, storage] = [await scriptedRegistry(), await scriptedRegistry()];
    const net = new ScriptedWorld({
      'https://registry.example': registry,
      'https://storage.example': storage,
    });
    registry.always('GET', /\/blobs\//, { status: 307, headers: { location: 'https://storage.example/x' } });
    registry.once('HEAD', /\/blobs\//, {});
    storage.once('GET', '/x', { status: 503, headers: { 'retry-after': '600' } });
    const repository = openScripted('registry.example', { connections: net.connections });
    const failure = { code: 'network', detail: { status: 503 } };
    await expect(repository.fetchBlob(blob)).rejects.toMatchObject(failure);
    expect(await repository.exists(blob.digest)).toBe(true);
    await expect(repository.fetchBlob(blob)).rejects.toMatchObject({ code: 'rate-limited' });
  });
});
