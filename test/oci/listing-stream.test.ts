import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Readable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it, onTestFinished } from 'vitest';
import { limits, MiB } from '../../main/base/limits.ts';
import { scriptedRegistry } from '../peers/scripted-registry.ts';
import { collect } from './contract.ts';
import { openScripted } from './scripted.ts';

/** By which a client knows a registry. */
const registryHeader = { 'docker-distribution-api-version': 'registry/2.0' };
const list = '/v2/team/mail/tags/list';

/** A registry that writes `page` as fast as it is read, and never holds it whole. */
async function streamingRegistry(page: () => Iterable<string> | AsyncIterable<string>) {
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    if (!request.url?.startsWith(list)) {
      response.writeHead(200, registryHeader).end('{}');
      return;
    }
    const body = Readable.from(page(), { objectMode: false });
    response.once('close', () => body.destroy());
    body.once('error', () => response.destroy());
    body.pipe(response);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, sockets };
}

/** `count` different tags of the longest kind. */
function* pageOf(count: number): Generator<string> {
  yield '{"name":"team/mail","tags":[';
  for (let start = 0; start < count; start += 100) {
    const length = Math.min(100, count - start);
    const tags = Array.from({ length }, (_, index) => `"${String(start + index).padStart(128, '0')}"`);
    yield `${start === 0 ? '' : ','}${tags.join(',')}`;
  }
  yield ']}\n';
}

function* endlessPage(): Generator<string> {
  yield '{"tags":["t"';
  for (;;) yield ',"t"'.repeat(1000);
}

/** Bytes that are alive: what could be collected is collected first, so that this does not depend on its moment. */
function liveBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

describe('a tag listing on one page', () => {
  it('of a million of the longest tags is read, and memory does not grow with it', async () => {
    const { host } = await streamingRegistry(() => pageOf(limits.tagsListed));
    const before = liveBytes();
    let count = 0;
    let most = 0;
    let last = '';
    for await (const tag of openScripted(host).tags()) {
      count += 1;
      last = tag;
      if (count % 100_000 === 0) most = Math.max(most, liveBytes() - before);
    }
    expect({ count, last: Number(last) }).toEqual({
      count: limits.tagsListed,
      last: limits.tagsListed - 1,
    });
    // The page has 131 million bytes.
    expect(most).toBeLessThan(16 * MiB);
  }, 120_000);

  it('of more than a million tags is refused after the first million', async () => {
    const { host } = await streamingRegistry(endlessPage);
    let count = 0;
    const reading = (async () => {
      for await (const _tag of openScripted(host).tags()) count += 1;
    })();
    await expect(reading).rejects.toMatchObject({ code: 'too-large', detail: { unit: 'tags' } });
    expect(count).toBe(limits.tagsListed);
  }, 120_000);

  it('that is not read to its end blocks no connection', async () => {
    const { host, sockets } = await streamingRegistry(endlessPage);
    const repository = openScripted(host);
    // More than there are connections to one host.
    for (let time = 0; time < 20; time += 1) {
      for await (const _tag of repository.tags()) break;
    }
    await repository.ping();
    await expect.poll(() => sockets.size).toBeLessThanOrEqual(1);
  });

  it('that goes on elsewhere is refused before it is read, and blocks no connection', async () => {
    const peer = await scriptedRegistry();
    const body = { tags: Array.from({ length: 200_000 }, (_, index) => `t${index}`) };
    peer.times(20, 'GET', list, { body, headers: { link: '<https://collector.example/>; rel="next"' } });
    peer.once('GET', '/v2/', { body: '{}', headers: registryHeader });
    const repository = openScripted(peer.host);
    for (let time = 0; time < 20; time += 1) {
      await expect(collect(repository.tags())).rejects.toMatchObject({ code: 'protocol' });
    }
    await repository.ping();
  });

  const tags = Array.from({ length: 100 }, (_, index) => `tag-${index}`);
  it.each([
    ['is cut off', 'network', null],
    ['stops in the middle', 'protocol', ''],
    ['goes on with junk', 'protocol', ']}]'],
    ['goes on with a second list of tags', 'protocol', '],"tags":["more"]}'],
  ])('that %s fails, although its tags have come', async (_name, code, ending) => {
    const seen: string[] = [];
    const seenAll = Promise.withResolvers<undefined>();
    const { host } = await streamingRegistry(async function* () {
      yield JSON.stringify({ tags }).slice(0, -2);
      await seenAll.promise;
      if (ending === null) throw new Error('cut');
      yield ending;
    });
    const reading = (async () => {
      for await (const tag of openScripted(host).tags()) {
        if (seen.push(tag) === tags.length) seenAll.resolve(undefined);
      }
    })();
    await expect(reading).rejects.toMatchObject({ code });
    // A page that is cut is asked for again, so its tags come again.
    expect([...new Set(seen)]).toEqual(tags);
  });

  it('larger than was asked for goes on where Link says so', async () => {
    const peer = await scriptedRegistry();
    peer.once('GET', /n=2$/, { body: { tags }, headers: { link: `<${list}?last=x>; rel="next"` } });
    peer.once('GET', /last=x$/, { body: { tags: ['last'] } });
    expect(await collect(openScripted(peer.host).tags({ pageSize: 2 }))).toEqual([...tags, 'last']);
  });
});
