import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRegistry, type RunningRegistry } from '../../../main/registry/server.ts';
import { temporaryFolder } from '../../messenger/household.ts';
import { inputs, sitDown } from './household.ts';

const alice = 'alice@example.com';
const bob = 'bob@example.com';
let content: string;
let registry: RunningRegistry;
let repositories = 0;

beforeAll(async () => {
  content = await mkdtemp(join(tmpdir(), 'dockercomms-devices-'));
  registry = await startRegistry({ folder: content, port: 0 });
});
afterAll(async () => {
  await registry.close();
  await rm(content, { recursive: true });
});

/** Alice's first home, the passphrase in a file, and the file for another device. */
async function exported() {
  repositories += 1;
  const repo = `127.0.0.1:${registry.port}/team${repositories}`;
  const folder = await temporaryFolder('exported');
  const [passphraseFile, out] = [join(folder, 'passphrase'), join(folder, 'alice.dockercomms-device')];
  await writeFile(passphraseFile, 'a lamp, a ladder and a lemon\n');
  const first = await sitDown();
  await first.run('identity', 'create', alice, '--repo', repo);
  const ran = await first.run('identity', 'export', alice, '--out', out, '--passphrase-file', passphraseFile);
  return { repo, folder, passphraseFile, out, first, ran };
}

test('another home becomes a device of the same person, whom others know at once', async () => {
  const { repo, folder, passphraseFile, out, ran } = await exported();
  expect(ran).toMatchObject({ exitCode: 0, err: '' });
  expect((await stat(out)).mode & 0o777).toBe(0o600);
  const second = await sitDown();
  const imported = await second.run('identity', 'import', out, '--passphrase-file', passphraseFile, '--json');
  expect(imported).toMatchObject({ exitCode: 0 });
  expect(imported.json()).toMatchObject({ identity: alice, repository: repo });
  const shown = (await second.run('identity', 'show', '--json')).json() as {
    identities: readonly { devices: readonly string[]; published: boolean }[];
  };
  expect(shown.identities[0]?.devices).toHaveLength(2);
  await second.run('send', join(inputs, 'hello.txt'), '--repo', repo, '--recipient', bob);
  const reader = await sitDown();
  const received = await reader.run(
    'recv',
    '--repo',
    repo,
    '--me',
    bob,
    '--out',
    join(folder, 'in'),
    '--json',
  );
  expect(received).toMatchObject({ exitCode: 0 });
  expect(received.json()).toMatchObject({ received: [{ sender: alice }], rejected: [] });
  expect(await readFile(join(folder, 'in', 'hello.txt'))).toEqual(await readFile(join(inputs, 'hello.txt')));
});

test('with another passphrase nothing is taken in', async () => {
  const { folder, out } = await exported();
  const wrong = join(folder, 'wrong');
  await writeFile(wrong, 'not that one at all\n');
  const second = await sitDown();
  expect((await second.run('identity', 'import', out, '--passphrase-file', wrong)).exitCode).not.toBe(0);
  expect((await second.run('identity', 'show')).exitCode).not.toBe(0);
});

test('a home that has this identity does not take it in again, and a file that is there is not overwritten', async () => {
  const { passphraseFile, out, first } = await exported();
  const before = await readFile(out, 'utf8');
  expect((await first.run('identity', 'import', out, '--passphrase-file', passphraseFile)).exitCode).toBe(1);
  const again = await first.run(
    'identity',
    'export',
    alice,
    '--out',
    out,
    '--passphrase-file',
    passphraseFile,
  );
  expect(again.exitCode).toBe(4);
  expect(await readFile(out, 'utf8')).toBe(before);
});

test('a short passphrase seals nothing, and no device is made', async () => {
  const { folder, first } = await exported();
  const short = join(folder, 'short');
  await writeFile(short, 'short\n');
  const ran = await first.run(
    'identity',
    'export',
    alice,
    '--out',
    join(folder, 'b'),
    '--passphrase-file',
    short,
  );
  expect(ran.exitCode).toBe(1);
  const shown = (await first.run('identity', 'show', '--json')).json() as {
    identities: readonly { devices: readonly string[] }[];
  };
  expect(shown.identities[0]?.devices).toHaveLength(2);
});

test('a lost key is replaced when somebody says so, and never while it is there', async () => {
  const { first } = await exported();
  const fingerprint = async () => {
    const ran = await first.run('identity', 'show', '--json');
    return (ran.json() as { identities: readonly { fingerprint: string }[] }).identities[0]?.fingerprint;
  };
  const before = await fingerprint();
  expect((await first.run('identity', 'begin-anew', alice)).exitCode).toBe(4);
  expect(await fingerprint()).toBe(before);
  await rm(join(first.folder, 'home', 'vault.key'));
  expect((await first.run('identity', 'begin-anew', alice)).exitCode).toBe(3);
  expect((await first.run('vault', 'begin-anew')).exitCode).toBe(0);
  expect((await first.run('identity', 'show')).exitCode).toBe(3);
  expect(await first.run('identity', 'begin-anew', alice)).toMatchObject({ exitCode: 0 });
  expect(await fingerprint()).not.toBe(before);
});

test('homes that take in the same file are one device, and what any of them sends is believed', async () => {
  const { repo, folder, passphraseFile, out } = await exported();
  for (const name of ['one', 'two']) {
    const home = await sitDown();
    await home.run('identity', 'import', out, '--passphrase-file', passphraseFile);
    const sent = await home.run('send', join(inputs, 'hello.txt'), '--repo', repo, '--recipient', bob);
    expect([name, sent.exitCode]).toEqual([name, 0]);
    const shown = (await home.run('identity', 'show', '--json')).json() as {
      identities: readonly { devices: readonly string[] }[];
    };
    expect(shown.identities[0]?.devices).toHaveLength(2);
  }
  const reader = await sitDown();
  const to = ['--repo', repo, '--me', bob, '--out', join(folder, 'in'), '--json'];
  const received = (await reader.run('recv', ...to)).json();
  expect(received).toMatchObject({ received: [{ sender: alice }, { sender: alice }], rejected: [] });
});
