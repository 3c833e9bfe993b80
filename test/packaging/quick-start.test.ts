/**
 * The README's commands as they stand there. `npm ci` is left to continuous integration, which begins with it in a fresh
 * copy; `npm test` is what this is a part of. The rest is run here, the first start in a copy that nobody has built, on the browser host, to which `npm start` falls back
 * without a screen: Electron's binary is neither fetched nor started. On the real one the workflow's job "Scenarios on the
 * real Electron" runs the scenarios; nothing runs `npm start` on it.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { Answer } from '../../preload/contract/answer.ts';
import type { HostFrame } from '../../preload/contract/frames.ts';
import type { RequestInput, RequestName, RequestOutput } from '../../preload/contract/requests.ts';

const root = join(import.meta.dirname, '../..');
const read = (name: string) => readFile(join(root, name), 'utf8');

/** A build and two homes on a computer that does other things besides; milliseconds. */
const patience = 120_000;

/** The code blocks of one command, above the first heading below the title and everywhere. */
async function commands(): Promise<{
  readonly firstScreen: readonly string[];
  readonly all: readonly string[];
}> {
  const readme = await read('README.md');
  const linesOf = (text: string) =>
    [...text.matchAll(/^```sh\n(?<line>.+)\n```$/gm)].map(({ groups }) => groups?.line ?? '');
  const [, firstScreen = ''] = /^# .+?\n(.+?)\n## /ms.exec(readme) ?? [];
  return { firstScreen: linesOf(firstScreen), all: linesOf(readme) };
}

/** The environment of a person without a screen, and an empty home. */
function surroundings(home: string): NodeJS.ProcessEnv {
  const { DISPLAY: _, WAYLAND_DISPLAY: __, ...environment } = process.env;
  // By the second, systems that always have a screen tell that this one is far away.
  return { ...environment, DOCKERCOMMS_HOME: home, SSH_CONNECTION: 'a test' };
}

/** What a clone has not. */
const notCloned = ['.git', '.cache', 'dist', 'node_modules', 'test-results'];

/** This repository as somebody has it who has cloned it and installed its packages, and done nothing else. */
async function unbuilt(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'dockercomms-unbuilt-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const filter = (path: string) => !notCloned.includes(relative(root, path));
  await cp(root, folder, { recursive: true, filter });
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  return folder;
}

/** Runs one command of the README by the shell, as it stands there; gives the addresses that it prints. */
async function start(command: string, count: number, cwd = root): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'dockercomms-quick-start-'));
  const child = spawn(command, {
    shell: true,
    cwd,
    env: surroundings(join(folder, 'home')),
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: process.platform !== 'win32',
  });
  const closed = once(child, 'close');
  onTestFinished(async () => {
    if (child.exitCode === null) end(child);
    await closed;
    await rm(folder, { recursive: true, force: true });
  });
  return printed(child, count);
}

/** The first addresses that a program prints. What it prints later is read as well: it must not wait for a reader. */
function printed(child: ChildProcess, count: number): Promise<readonly string[]> {
  let said = '';
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', (text: Buffer) => {
      said += text.toString();
      const found = said.match(/http:\/\/127\.0\.0\.1:\d+\/\S+(?=\s)/g) ?? [];
      if (found.length === count) resolve(found);
    });
    child.once('exit', () => reject(new Error(`It ended. ${said}`)));
  });
}

/** Ends npm and all that it started. */
function end(child: ChildProcess): void {
  if (process.platform === 'win32') spawn('taskkill', ['/pid', String(child.pid), '/T', '/F']);
  else if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
}

/** What a browser that opens an address gets to see and to ask: the address works once, and leaves a cookie. */
async function visit(address: string) {
  const entry = await fetch(address, { redirect: 'manual' });
  const cookie = entry.headers.get('set-cookie')?.split(';')[0] ?? '';
  const page = new URL(entry.headers.get('location') ?? '/', address);
  const socket = new WebSocket(new URL('socket', page).href.replace('http', 'ws'), {
    headers: { cookie, origin: page.origin },
  });
  onTestFinished(() => socket.terminate());
  await once(socket, 'open');
  return {
    get: (path: string) => fetch(new URL(path, page), { headers: { cookie } }),
    ask: <Name extends RequestName>(method: Name, input: RequestInput<Name>) =>
      ask<RequestOutput<Name>>(socket, method, input),
  };
}

/** One request at a time. Events come between. */
function ask<T>(socket: WebSocket, method: RequestName, input: unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    const take = (data: Buffer): void => {
      const frame = JSON.parse(data.toString()) as HostFrame;
      if ('event' in frame) return;
      socket.off('message', take);
      const answer = frame.answer as Answer<T>;
      if (answer.ok) resolve(answer.value);
      else reject(new Error(answer.error.message));
    };
    socket.on('message', take);
    socket.send(JSON.stringify({ id: 1, method, input }));
  });
}

describe('the README’s quick start', () => {
  test('is two lines: one opens the messenger, one runs every check', async () => {
    expect((await commands()).firstScreen).toEqual(['npm ci && npm start', 'npm ci && npm test']);
  });

  test('is what continuous integration runs, on every system', async () => {
    const [linux, workflow] = await Promise.all([read('.ci/run'), read('.github/workflows/ci.yml')]);
    expect(linux).toMatch(/^npm ci\n/m);
    expect(linux).toMatch(/\bnpm test\b/);
    expect(workflow).toContain('bash .ci/run');
    expect(workflow).toMatch(/- run: npm ci\n\s+- run: npm test\n/);
  });

  test(
    'builds what nobody has built, and opens the messenger at its first run: the page is there, the engine has no account',
    async () => {
      const [command = ''] = (await commands()).firstScreen;
      const [address = ''] = await start(command.replace(/^npm ci && /, ''), 1, await unbuilt());
      const { get, ask } = await visit(address);
      const page = await (await get('.')).text();
      expect(page).toContain('<title>DockerComms</title>');
      expect((await get(/src="(.+?\.js)"/.exec(page)?.[1] ?? '')).status).toBe(200);
      expect(await ask('accounts.list', {})).toEqual([]);
    },
    patience,
  );

  test(
    'shows two people: what each writes, a file too, arrives at the other',
    async () => {
      const demo = (await commands()).all.filter((line) => line.includes('--demo'));
      expect(demo).toEqual(['npm start -- --demo']);
      const people = await Promise.all((await start(demo.join(), 2)).map(visit));
      const spoken = async ({ ask }: (typeof people)[number]) => {
        const [conversation] = await ask('conversations.list', {});
        const conversationId = conversation?.id ?? '';
        const { messages } = await ask('messages.list', { conversationId });
        return [
          conversation?.person.name,
          ...new Set(messages.map(({ direction, state }) => `${direction} ${state}`)),
        ];
      };
      const [alice, bob] = people;
      if (alice === undefined || bob === undefined) throw new Error('Nobody is there.');
      await vi.waitFor(
        async () => {
          expect(await spoken(alice)).toEqual(['Bob', 'outgoing delivered', 'incoming received']);
          expect(await spoken(bob)).toEqual(['Alice', 'incoming received', 'outgoing delivered']);
        },
        { timeout: patience, interval: 200 },
      );
    },
    patience,
  );
});
