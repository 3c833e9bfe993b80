import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exitCodes } from '../../../main/hosts/cli/exit-codes.ts';
import { sitDown } from './household.ts';

const passphrase = 'correct horse battery staple';

/** Somebody with an identity, and with a passphrase beside the key file. */
async function withPassphrase() {
  const alice = await sitDown();
  await alice.run('identity', 'create', 'alice', '--repo', '127.0.0.1:5000/team');
  const file = join(alice.folder, 'passphrase');
  await writeFile(file, `${passphrase}\n`);
  expect(await alice.run('vault', 'passphrase', '--file', file)).toMatchObject({
    exitCode: exitCodes.success,
  });
  return { alice, file };
}

test('a new home is opened by its key file, and that is said', async () => {
  const alice = await sitDown();
  await alice.run('identity', 'create', 'alice', '--repo', '127.0.0.1:5000/team');
  expect((await alice.run('vault', 'show', '--json')).json()).toMatchObject({
    slots: [{ id: 'key-file', state: 'opens' }],
  });
});

test('looking at the secrets of a home that has none makes no home', async () => {
  const alice = await sitDown();
  expect((await alice.run('vault', 'show')).exitCode).toBe(exitCodes.other);
  expect(existsSync(join(alice.folder, 'home'))).toBe(false);
});

test('once the key file is removed, only the passphrase opens the home: from the environment or a file', async () => {
  const { alice, file } = await withPassphrase();
  const before = (await alice.run('identity', 'show', '--json')).json();
  expect((await alice.run('vault', 'remove', 'key-file')).exitCode).toBe(exitCodes.success);
  expect(existsSync(join(alice.folder, 'home/vault.key'))).toBe(false);
  expect((await alice.run('identity', 'show', '--json')).exitCode).toBe(exitCodes.permission);
  alice.environment.DOCKERCOMMS_PASSPHRASE = 'something else';
  expect((await alice.run('identity', 'show', '--json')).exitCode).toBe(exitCodes.permission);
  alice.environment.DOCKERCOMMS_PASSPHRASE = passphrase;
  expect((await alice.run('identity', 'show', '--json')).json()).toEqual(before);
  alice.environment.DOCKERCOMMS_PASSPHRASE = undefined;
  alice.environment.DOCKERCOMMS_PASSPHRASE_FILE = file;
  expect((await alice.run('identity', 'show', '--json')).json()).toEqual(before);
});

test('a removed key file can be restored, and opens the home alone', async () => {
  const { alice } = await withPassphrase();
  await alice.run('vault', 'remove', 'key-file');
  alice.environment.DOCKERCOMMS_PASSPHRASE = passphrase;
  expect((await alice.run('vault', 'restore', 'key-file')).exitCode).toBe(exitCodes.success);
  alice.environment.DOCKERCOMMS_PASSPHRASE = undefined;
  expect((await alice.run('vault', 'show')).exitCode).toBe(exitCodes.success);
});

test('the last thing that opens the home cannot be removed, nor one that is not there', async () => {
  const { alice } = await withPassphrase();
  expect((await alice.run('vault', 'remove', 'passphrase')).exitCode).toBe(exitCodes.success);
  expect((await alice.run('vault', 'remove', 'key-file')).exitCode).toBe(exitCodes.format);
  expect((await alice.run('vault', 'remove', 'passphrase')).exitCode).toBe(exitCodes.notFound);
  expect((await alice.run('vault', 'remove', 'nothing')).exitCode).toBe(exitCodes.notFound);
  expect((await alice.run('vault', 'show')).exitCode).toBe(exitCodes.success);
});

test('a passphrase that is too short, empty or not told is refused, and none is printed', async () => {
  const { alice } = await withPassphrase();
  const short = join(alice.folder, 'short');
  for (const content of ['hunter2\n', '', '\nsecond line of a file']) {
    await writeFile(short, content);
    const ran = await alice.run('vault', 'passphrase', '--file', short);
    expect(ran.exitCode).toBe(exitCodes.other);
    expect(`${ran.out}${ran.err}`).not.toContain('hunter2');
  }
  expect((await alice.run('vault', 'passphrase')).exitCode).toBe(exitCodes.other);
});

test('secrets that nothing opens are put aside for new ones, never deleted; those that open are not given up', async () => {
  const { alice } = await withPassphrase();
  const home = join(alice.folder, 'home');
  const beginAnew = async () => (await alice.run('vault', 'begin-anew')).exitCode;
  expect(await beginAnew()).toBe(exitCodes.format);
  await alice.run('vault', 'remove', 'key-file');
  alice.environment.DOCKERCOMMS_PASSPHRASE = passphrase;
  expect(await beginAnew()).toBe(exitCodes.format);
  alice.environment.DOCKERCOMMS_PASSPHRASE = 'a slip at the keyboard';
  expect(await beginAnew()).toBe(exitCodes.permission);
  const old = await readFile(join(home, 'vault.json'));
  alice.environment.DOCKERCOMMS_PASSPHRASE = undefined;
  expect(await beginAnew()).toBe(exitCodes.success);
  expect((await alice.run('vault', 'show', '--json')).json()).toMatchObject({
    slots: [{ id: 'key-file', state: 'opens' }],
  });
  const [aside = ''] = (await readdir(home)).filter((name) => /^vault-.*\.json$/.test(name));
  expect(await readFile(join(home, aside))).toEqual(old);
});

test('where there is no home there is nothing to put aside, and none is made', async () => {
  const alice = await sitDown();
  expect((await alice.run('vault', 'begin-anew')).exitCode).toBe(exitCodes.other);
  expect(existsSync(join(alice.folder, 'home'))).toBe(false);
});
