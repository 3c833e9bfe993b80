import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pLimit from 'p-limit';
import { afterEach, describe, expect, test } from 'vitest';
import type { Clock } from '../../main/base/clock.ts';
import type { EmbeddedRegistryService } from '../../main/messenger/engine.ts';
import { registryLimits } from '../../main/registry/limits.ts';
import { startRegistry } from '../../main/registry/server.ts';
import { embeddedRegistryService } from '../../main/registry/service.ts';
import { digestOf, errorCodes, HttpClient, inPieces, withQuery } from './http-client.ts';
import { started, temporaryFolder } from './started.ts';

const endings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

function ending<Held extends { close: () => Promise<unknown> }>(held: Held): Held {
  endings.push(() => held.close());
  return held;
}

async function folderThatEnds(): Promise<string> {
  const folder = await temporaryFolder();
  endings.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

function blobFile(folder: string, digest: string): string {
  return join(folder, 'blobs', ...digest.split(':'));
}

describe('restart', () => {
  test('everything that was answered is there again: blobs, manifests, tags, referrers', async () => {
    let peer = await started();
    const blob = await peer.client.pushBlob('a/b', 'content');
    const subject = await peer.client.pushImage('a/b', 'Latest');
    const referrer = await peer.client.pushImage('a/b', undefined, { subject: subject.descriptor });
    peer = ending(await peer.restarted());
    expect((await peer.client.ask('GET', `/v2/a/b/blobs/${blob}`)).body.toString()).toBe('content');
    expect((await peer.client.ask('GET', '/v2/a/b/manifests/Latest')).body.toString()).toBe(subject.text);
    const referrers = await peer.client.ask('GET', `/v2/a/b/referrers/${subject.digest}`);
    expect(referrers.body.toString()).toContain(referrer.digest);
  });

  test('uploads that were open when the registry ended are gone, with their files', async () => {
    let peer = await started();
    const location = await peer.client.beginUpload('a/b');
    await peer.client.ask('PATCH', location, { body: 'half' });
    expect(await readdir(join(peer.folder, 'uploads'))).toHaveLength(1);
    peer = ending(await peer.restarted());
    expect((await peer.client.ask('GET', location)).status).toBe(404);
    expect(await readdir(join(peer.folder, 'uploads'))).toEqual([]);
  });

  test('a blob whose file was damaged or removed counts as absent, and pushing it again mends it', async () => {
    const peer = ending(await started());
    const digest = await peer.client.pushBlob('a/b', 'content');
    for (const damage of [(path: string) => truncate(path, 3), (path: string) => rm(path)]) {
      await damage(blobFile(peer.folder, digest));
      expect((await peer.client.ask('HEAD', `/v2/a/b/blobs/${digest}`)).status).toBe(404);
      const mounted = await peer.client.ask('POST', `/v2/c/d/blobs/uploads/?mount=${digest}&from=a/b`);
      expect(mounted.status).toBe(202);
      await peer.client.pushBlob('a/b', 'content');
      expect((await peer.client.ask('GET', `/v2/a/b/blobs/${digest}`)).body.toString()).toBe('content');
    }
  });
});

describe('a process of its own', () => {
  test('killed while pushing: after a restart, every blob and manifest is whole or absent, and nothing is left over', async () => {
    const folder = await folderThatEnds();
    const { child, client } = await registryProcess(folder);
    const blobs = Array.from({ length: 200 }, (_, at) => Buffer.alloc(200_000, `blob ${at}`));
    // Fewer at once than it takes connections: more would be turned away, and this is about what it took.
    const atOnce = pLimit(registryLimits.connections / 2);
    const pushing = Promise.allSettled(
      blobs.map((blob, at) =>
        atOnce(async () => {
          await client.pushBlob('a/b', blob);
          await client.pushImage('a/b', `tag-${at}`);
        }),
      ),
    );
    await untilSome(join(folder, 'blobs', 'sha256'), 20);
    // A repository is there from its first manifest on.
    const tagged = async () => (await client.ask('GET', '/v2/a/b/tags/list')).status;
    await expect.poll(tagged, { interval: 2 }).toBe(200);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await pushing;
    await client.close();

    const peer = ending(await started({ folder }));
    expect(await readdir(join(folder, 'uploads'))).toEqual([]);
    for (const blob of blobs) {
      const answer = await peer.client.ask('GET', `/v2/a/b/blobs/${digestOf(blob)}`);
      expect(answer.status === 404 || answer.body.equals(blob)).toBe(true);
    }
    const { tags } = JSON.parse((await peer.client.ask('GET', '/v2/a/b/tags/list')).body.toString()) as {
      tags: string[];
    };
    for (const tag of tags)
      expect((await peer.client.ask('GET', `/v2/a/b/manifests/${tag}`)).status).toBe(200);
  });

  test.runIf(process.platform === 'linux')(
    'a disk that takes no more: 507 with an error body, nothing half is visible, smaller pushes go on',
    async () => {
      const folder = await folderThatEnds();
      // The kernel refuses every write beyond 4 MiB of a file, as it refuses one on a full disk.
      const { client } = await registryProcess(folder, [
        'bash',
        '-c',
        `trap '' XFSZ; ulimit -f 4096; exec "$@"`,
        '--',
      ]);
      const large = Buffer.alloc(6 * 1024 * 1024, 'large');
      const location = await client.beginUpload('a/b');
      const put = await client.ask('PUT', withQuery(location, { digest: digestOf(large) }), { body: large });
      expect([put.status, errorCodes(put)]).toEqual([507, ['UNKNOWN']]);
      expect((await client.ask('GET', location)).status).toBe(404);
      expect((await client.ask('HEAD', `/v2/a/b/blobs/${digestOf(large)}`)).status).toBe(404);
      expect(await readdir(join(folder, 'uploads'))).toEqual([]);
      await client.pushImage('a/b', 'small');
      await client.close();
    },
  );
});

describe('uploads', () => {
  test('what is given up is removed after an hour without a byte, and not before', async () => {
    const time = manualClock();
    const peer = ending(await started({ clock: time.clock }));
    const location = await peer.client.beginUpload('a/b');
    await peer.client.ask('PATCH', location, { body: 'half' });
    time.pass(3_599_000);
    expect((await peer.client.ask('GET', location)).status).toBe(204);
    time.pass(3_599_000);
    expect((await peer.client.ask('GET', location)).status).toBe(204);
    time.pass(3_600_000);
    await expect.poll(() => readdir(join(peer.folder, 'uploads'))).toEqual([]);
    expect((await peer.client.ask('GET', location)).status).toBe(404);
  });

  test('a connection that is cut leaves what arrived, and the upload goes on from there', async () => {
    const peer = ending(await started());
    const location = await peer.client.beginUpload('a/b');
    async function* cutAfterSome(): AsyncGenerator<Uint8Array> {
      yield* inPieces('a'.repeat(300_000));
      throw new Error('the sender died');
    }
    await expect(peer.client.ask('PATCH', location, { body: cutAfterSome() })).rejects.toThrow();
    await untilSomeArrived(peer.client, location);
    // The registry may still be at work on what was cut: it refuses whoever comes too early.
    const nothing = () => peer.client.ask('PATCH', location, { body: '' });
    await expect.poll(async () => (await nothing()).status).toBe(202);
    const status = await peer.client.ask('GET', location);
    const arrived = Number(status.headers.range?.split('-')[1]) + 1;
    const rest = 'a'.repeat(300_000 - arrived);
    const put = await peer.client.ask('PUT', withQuery(location, { digest: digestOf('a'.repeat(300_000)) }), {
      body: rest,
    });
    expect(put.status).toBe(201);
  });

  test('two requests at one upload: the second is refused, the first goes on', async () => {
    const peer = ending(await started());
    const location = await peer.client.beginUpload('a/b');
    const gate = Promise.withResolvers<undefined>();
    const first = peer.client.ask('PATCH', location, { body: heldUntil(gate.promise) });
    await untilSomeArrived(peer.client, location);
    expect((await peer.client.ask('PATCH', location, { body: 'in between' })).status).toBe(409);
    gate.resolve(undefined);
    expect((await first).headers.range).toBe('0-299999');
  });

  test('the same blob pushed by many at once is one whole blob', async () => {
    const peer = ending(await started());
    const blob = Buffer.alloc(300_000, 'same');
    await Promise.all(Array.from({ length: 16 }, (_, at) => peer.client.pushBlob(`a/${at % 4}`, blob)));
    for (const at of [0, 1, 2, 3]) {
      const answer = await peer.client.ask('GET', `/v2/a/${at}/blobs/${digestOf(blob)}`);
      expect(answer.body.equals(blob)).toBe(true);
    }
    expect(await readdir(join(peer.folder, 'uploads'))).toEqual([]);
  });

  test('a tag that many write at once is one of what they wrote', async () => {
    const peer = ending(await started());
    const images = await Promise.all(
      Array.from({ length: 16 }, () => peer.client.pushImage('a/b', 'latest')),
    );
    const answer = await peer.client.ask('GET', '/v2/a/b/manifests/latest');
    expect(images.map(({ text }) => text)).toContain(answer.body.toString());
    expect(digestOf(answer.body)).toBe(answer.headers['docker-content-digest']);
  });

  test('more than 512 open uploads are refused with 429', async () => {
    const peer = ending(await started());
    for (let open = 0; open < 512; open += 1) await peer.client.beginUpload('a/b');
    const answer = await peer.client.ask('POST', '/v2/a/b/blobs/uploads/');
    expect([answer.status, errorCodes(answer)]).toEqual([429, ['TOOMANYREQUESTS']]);
  });
});

describe('start and end', () => {
  test('closing ends connections that are kept alive, and frees port and folder', async () => {
    const folder = await folderThatEnds();
    const first = await startRegistry({ folder, port: 0 });
    const client = ending(new HttpClient(`http://${first.host}`));
    await client.ask('GET', '/v2/');
    await first.close();
    const second = ending(await startRegistry({ folder, port: first.port }));
    expect(second.host).toBe(first.host);
    await first.close();
  });

  test('closing lets a running request finish', async () => {
    const peer = await started();
    endings.push(() => peer.close());
    const location = await peer.client.beginUpload('a/b');
    const gate = Promise.withResolvers<undefined>();
    const digest = digestOf('a'.repeat(300_000));
    const put = peer.client.ask('PUT', withQuery(location, { digest }), { body: heldUntil(gate.promise) });
    await untilSomeArrived(peer.client, location);
    const closed = peer.registry.close();
    gate.resolve(undefined);
    expect((await put).status).toBe(201);
    await closed;
  });

  test('a folder is served by one registry at a time: the second fails with conflict', async () => {
    const peer = ending(await started());
    const second = startRegistry({ folder: peer.folder, port: 0 });
    await expect(second).rejects.toMatchObject({ code: 'conflict' });
    const other = registryProcess(peer.folder);
    await expect(other).rejects.toThrow('conflict');
    expect((await peer.client.ask('GET', '/v2/')).status).toBe(200);
  });

  test('a port in use fails with conflict and leaves the folder free', async () => {
    const port = await takenPort();
    const folder = await folderThatEnds();
    await expect(startRegistry({ folder, port })).rejects.toMatchObject({
      code: 'conflict',
      detail: { port },
    });
    ending(await startRegistry({ folder, port: 0 }));
  });

  test.each(['0.0.0.0', '::', '192.168.1.1', 'example.org', '127.0.0.1.example.org'])(
    'listening on %s, where others could reach it, is refused',
    async (host) => {
      const folder = await folderThatEnds();
      await expect(startRegistry({ folder, host, port: 0 })).rejects.toMatchObject({ code: 'invalid' });
    },
  );

  test('a folder that cannot be made fails with storage or not-found, a file in its place too', async () => {
    const folder = await folderThatEnds();
    await writeFile(join(folder, 'file'), '');
    await expect(startRegistry({ folder: join(folder, 'file', 'x'), port: 0 })).rejects.toMatchObject({
      code: 'not-found',
    });
    await writeFile(
      join(folder, 'registry.db'),
      'this is no database, however long it is made to be'.repeat(100),
    );
    await expect(startRegistry({ folder, port: 0 })).rejects.toMatchObject({ code: 'storage' });
  });

  test('a folder that a newer version wrote fails with unsupported, and stays as it is', async () => {
    const folder = await folderThatEnds();
    const newer = new DatabaseSync(join(folder, 'registry.db'));
    newer.exec('PRAGMA user_version = 99');
    newer.close();
    await expect(startRegistry({ folder, port: 0 })).rejects.toMatchObject({ code: 'unsupported' });
    expect(await readdir(folder)).toEqual(['registry.db']);
  });

  test('a client that leaves in the middle of a pull is no failure of the registry', async () => {
    const failures: unknown[] = [];
    const peer = ending(await started({ onFailure: (error) => failures.push(error) }));
    const digest = await peer.client.pushBlob('a/b', Buffer.alloc(20_000_000, 'large'));
    const leaving = new AbortController();
    const pull = await fetch(`${peer.client.url}/v2/a/b/blobs/${digest}`, { signal: leaving.signal });
    leaving.abort();
    await expect(pull.arrayBuffer()).rejects.toThrow();
    await peer.registry.close();
    expect(failures).toEqual([]);
  });

  test.runIf(process.platform !== 'win32')(
    'what it keeps is closed to other users of the computer',
    async () => {
      const folder = join(await folderThatEnds(), 'registry');
      ending(await startRegistry({ folder, port: 0 }));
      expect((await stat(folder)).mode & 0o077).toBe(0);
    },
  );
});

describe('service', () => {
  test('the given port is used, and starting twice gives the running one', async () => {
    const folder = await folderThatEnds();
    const service: EmbeddedRegistryService = embeddedRegistryService();
    endings.push(() => service.stop());
    const first = await service.start(folder, null);
    expect(await service.start(folder, null)).toMatchObject({ host: first.host, port: first.port });
    await service.stop();
    expect((await service.start(folder, first.port)).host).toBe(`127.0.0.1:${first.port}`);
  });

  test('two starts at once give the same one', async () => {
    const folder = await folderThatEnds();
    const service = embeddedRegistryService();
    endings.push(() => service.stop());
    const [one, two] = await Promise.all([service.start(folder, null), service.start(folder, null)]);
    expect(one.port).toBe(two.port);
  });

  test('where the port is taken, a free one is found', async () => {
    const port = await takenPort();
    const service = embeddedRegistryService();
    endings.push(() => service.stop());
    const { port: found } = await service.start(await folderThatEnds(), port);
    expect(found).not.toBe(port);
  });

  test('a start that failed can be tried again, and stopping nothing is no error', async () => {
    const peer = ending(await started());
    const service = embeddedRegistryService();
    endings.push(() => service.stop());
    await service.stop();
    await expect(service.start(peer.folder, null)).rejects.toMatchObject({ code: 'conflict' });
    await service.start(await folderThatEnds(), null);
  });
});

/** 300,000 bytes, the last of them after `gate`. */
async function* heldUntil(gate: Promise<unknown>): AsyncGenerator<Uint8Array> {
  yield* inPieces('a'.repeat(290_000));
  await gate;
  yield* inPieces('a'.repeat(10_000));
}

async function untilSomeArrived(client: HttpClient, location: string): Promise<void> {
  await expect.poll(async () => (await client.ask('GET', location)).headers.range).not.toBe('0-0');
}

async function takenPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  endings.push(() => new Promise((resolve) => server.close(resolve)));
  return (server.address() as AddressInfo).port;
}

/** The registry in a process that this test may kill; `wrapper` is the command that runs Node. */
async function registryProcess(
  folder: string,
  wrapper: readonly string[] = [],
): Promise<{ child: ChildProcess; client: HttpClient }> {
  const script = join(import.meta.dirname, 'registry-process.ts');
  const [command, ...before] = [...wrapper, process.execPath];
  const child =
    wrapper.length === 0
      ? fork(script, [folder], { silent: true, execArgv: [] })
      : spawn(command, [...before, script, folder], { stdio: ['ignore', 'pipe', 'pipe'] });
  endings.push(() => killed(child));
  const line = await firstLine(child);
  if (!line.startsWith('127.')) throw new Error(line);
  return { child, client: new HttpClient(`http://${line}`) };
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    child.stdout?.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
      if (text.includes('\n')) resolve(text.slice(0, text.indexOf('\n')));
    });
    child.once('exit', (code) => resolve(`ended with ${String(code)}`));
  });
}

async function untilSome(folder: string, count: number): Promise<void> {
  while ((await readdir(folder)).length < count) await new Promise((resolve) => setTimeout(resolve, 2));
}

interface ManualClock {
  readonly clock: Clock;
  readonly pass: (milliseconds: number) => void;
}

function manualClock(): ManualClock {
  const waiting = new Set<{ readonly due: number; readonly callback: () => void }>();
  let now = 0;
  const clock: Clock = {
    now: () => now,
    after(milliseconds, callback) {
      const entry = { due: now + milliseconds, callback };
      waiting.add(entry);
      return () => waiting.delete(entry);
    },
  };
  const pass = (milliseconds: number): void => {
    now += milliseconds;
    for (const entry of [...waiting].filter(({ due }) => due <= now)) {
      waiting.delete(entry);
      entry.callback();
    }
  };
  return { clock, pass };
}
