import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const read = (name: string) => readFile(join(root, name), 'utf8');

/** Commands of the README's first screen, one a line of its code blocks, up to the first heading below the title. */
async function quickStart(): Promise<readonly string[]> {
  const [, firstScreen = ''] = /^# .+?\n(.+?)\n## /ms.exec(await read('README.md')) ?? [];
  return [...firstScreen.matchAll(/^```sh\n(?<line>.+)\n```$/gm)].map(({ groups }) => groups?.line ?? '');
}

/** As a browser opens it: the address works once, and leaves a cookie. */
async function openedOnce(address: string): Promise<Response> {
  const entry = await fetch(address, { redirect: 'manual' });
  const cookie = entry.headers.get('set-cookie')?.split(';')[0] ?? '';
  return fetch(new URL(entry.headers.get('location') ?? '/', address), { headers: { cookie } });
}

/** `npm start` as the README has it, without a window and with a home of its own. The first answer of its page. */
async function startedPage(home: string): Promise<Response> {
  const args = ['scripts/start.mjs', '--host', 'browser', '--no-open', '--home', home, '--port', '0'];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  try {
    const address = await new Promise<string>((resolve, reject) => {
      let said = '';
      child.stdout.on('data', (text: Buffer) => {
        said += text.toString();
        const found = /http:\/\/127\.0\.0\.1:\d+\/\S*/.exec(said)?.[0];
        if (found !== undefined) resolve(found);
      });
      child.once('exit', () => reject(new Error(`It ended. ${said}`)));
    });
    return await openedOnce(address);
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}

describe('the README’s quick start', () => {
  test('is two lines: one opens the messenger, one runs every check', async () => {
    expect(await quickStart()).toEqual(['npm ci && npm start', 'npm ci && npm test']);
  });

  test('is what continuous integration runs, on every system', async () => {
    const [linux, workflow] = await Promise.all([read('.ci/run'), read('.github/workflows/ci.yml')]);
    expect(linux).toMatch(/^npm ci\n/m);
    expect(linux).toMatch(/\bnpm test\b/);
    expect(workflow).toContain('bash .ci/run');
    expect(workflow).toMatch(/- run: npm ci\n\s+- run: npm test\n/);
  });

  test('opens the messenger: it prints its address, and the page answers', async () => {
    const home = await mkdtemp(join(tmpdir(), 'dockercomms-quick-start-'));
    onTestFinished(() => rm(home, { recursive: true, force: true }));
    const page = await startedPage(home);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('<title>DockerComms</title>');
  }, 120_000);
});
