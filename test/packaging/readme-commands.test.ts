import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const run = promisify(execFile);

/** Arguments of each `npm exec -- dockercomms …` line of the README, in order. */
async function commandLines(): Promise<readonly (readonly string[])[]> {
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  return [...readme.matchAll(/^npm exec -- dockercomms (?<args>[^#\n]+)/gm)].map(({ groups }) =>
    (groups?.args ?? '').trim().split(/\s+/),
  );
}

let folder: string;
let registry: ChildProcess | null = null;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dockercomms-readme-'));
  if (!existsSync(join(root, 'dist/main/cli.js'))) await run('npm', ['run', 'build'], { cwd: root });
}, 120_000);

afterAll(async () => {
  if (registry !== null) {
    const ended = new Promise((resolve) => registry?.once('exit', resolve));
    registry.kill('SIGTERM');
    await ended;
  }
  await rm(folder, { recursive: true, force: true });
});

function command(args: readonly string[]): readonly [string, readonly string[], object] {
  const env = { ...process.env, DOCKERCOMMS_HOME: join(folder, 'home') };
  return [process.execPath, [join(root, 'dist/main/cli.js'), ...args], { cwd: folder, env }];
}

/** Starts the README's registry on a free port and gives `host:port`. */
async function startRegistry(args: readonly string[]): Promise<string> {
  const child = spawn(...command([...args, '--listen', '127.0.0.1:0', '--data', join(folder, 'registry')]));
  registry = child;
  return new Promise((resolve, reject) => {
    child.stdout.on('data', (text: Buffer) => {
      const address = /127\.0\.0\.1:\d+/.exec(text.toString())?.[0];
      if (address !== undefined) resolve(address);
    });
    child.once('exit', () => reject(new Error('The registry ended.')));
  });
}

test('the README’s commands send a file from alice to bob, who receives it and leaves a receipt', async () => {
  const [serve = [], identity = [], send = [], recv = [], list = []] = await commandLines();
  const names = [serve, identity, send, recv, list].map(([name]) => name);
  expect(names).toEqual(['registry', 'identity', 'send', 'recv', 'list']);
  await writeFile(join(folder, 'report.pdf'), 'the report');
  const address = await startRegistry(serve);
  const here = (args: readonly string[]) => args.map((arg) => arg.replace('127.0.0.1:5000', address));

  await run(...command(here(identity)));
  await run(...command(here(send)));
  await run(...command(here(recv)));
  expect(await readFile(join(folder, 'inbox/report.pdf'), 'utf8')).toBe('the report');
  const { stdout } = await run(...command(here(list)));
  expect(JSON.parse(stdout)).toMatchObject({ receipts: [{ status: 'accepted' }] });
}, 120_000);
