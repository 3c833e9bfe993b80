/** A home that only its passphrase opens, and what the window is told about what opens it. */
import { existsSync } from 'node:fs';
import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { Vault } from '../../main/vault/vault.ts';
import { aliceAndBob, aliceId, bobId, type Resident, settle, startSwitchableRegistry } from './household.ts';
import { lockHome } from './lock-home.ts';
import { SteppedClock } from './stepped-clock.ts';

const passphrase = 'correct horse battery staple';
const wrong = { code: 'auth', detail: { reason: 'wrong-passphrase' } };
const locked = { code: 'auth', detail: { reason: 'passphrase-needed' } };

/** Closes somebody's home and locks it. */
async function lock(person: Resident): Promise<void> {
  await person.close();
  await lockHome(person.home, passphrase);
  await person.open();
}

/** Somebody with an account, whose home is locked. */
async function lockedOut(): Promise<{ readonly alice: Resident; readonly clock: SteppedClock }> {
  const registry = await startSwitchableRegistry();
  const clock = new SteppedClock(Date.now());
  const alice = await settle({ clock });
  await alice.join(aliceId, registry.mailbox);
  await alice.ask('settings.update', { appearance: { theme: 'dark' } });
  await lock(alice);
  return { alice, clock };
}

const tryOne = (alice: Resident, told = 'something else') => alice.fail('vault.unlock', { passphrase: told });

test('a home that only a passphrase opens says so, and answers nothing else', async () => {
  const { alice } = await lockedOut();
  expect(await alice.ask('app.status', {})).toMatchObject({
    phase: 'locked',
    lock: { reason: 'passphrase-needed', nextTryAt: null, appearance: { theme: 'dark' } },
  });
  for (const method of ['accounts.list', 'conversations.list', 'settings.get', 'vault.get'] as const) {
    expect(await alice.fail(method, {})).toMatchObject(locked);
  }
  const { attachments } = alice.engine;
  await expect(attachments.fromPath(alice.home)).rejects.toMatchObject(locked);
  await expect(attachments.fromStream('a.txt', Readable.from(['a']))).rejects.toMatchObject(locked);
  await expect(attachments.folder('a')).rejects.toMatchObject(locked);
});

test('the right passphrase opens it for every window at once, and nothing is missing', async () => {
  const { alice } = await lockedOut();
  const { attachments } = alice.engine;
  expect(await alice.ask('vault.unlock', { passphrase })).toBeNull();
  expect(alice.events).toContainEqual({ type: 'lock.changed' });
  expect(await alice.ask('app.status', {})).toMatchObject({ phase: 'ready', lock: null });
  expect(await alice.ask('accounts.list', {})).toMatchObject([{ identity: aliceId }]);
  expect(await attachments.fromStream('a.txt', Readable.from(['abc']))).toMatchObject({ bytes: 3 });
  await alice.ask('settings.update', { composer: { enterSends: false } });
  expect(alice.events).toContainEqual({ type: 'settings.changed' });
});

test('a second window that tells it later, even wrongly, finds the home open', async () => {
  const { alice } = await lockedOut();
  await alice.ask('vault.unlock', { passphrase });
  expect(await alice.ask('vault.unlock', { passphrase: 'something else' })).toBeNull();
});

test('wrong passphrases wait ever longer, for a while and never for ever', async () => {
  const { alice, clock } = await lockedOut();
  const waits: (number | null)[] = [];
  for (let tries = 0; tries < 9; tries += 1) {
    expect(await tryOne(alice)).toMatchObject(wrong);
    const { lock: view } = await alice.ask('app.status', {});
    expect(view?.reason).toBe('wrong-passphrase');
    const until = view?.nextTryAt ?? null;
    waits.push(until === null ? null : until - clock.now());
    clock.pass(60_000);
  }
  expect(waits).toEqual([null, null, null, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  expect(await alice.ask('vault.unlock', { passphrase })).toBeNull();
});

test('while it waits not even the right passphrase is tried, and the windows are told when the wait is over', async () => {
  const { alice, clock } = await lockedOut();
  for (let tries = 0; tries < 4; tries += 1) await tryOne(alice);
  expect(await tryOne(alice, passphrase)).toMatchObject({ code: 'rate-limited', detail: { seconds: 2 } });
  alice.events.length = 0;
  clock.pass(1_999);
  expect(alice.events).toEqual([]);
  clock.pass(1);
  expect(alice.events).toEqual([{ type: 'lock.changed' }]);
  expect(await alice.ask('vault.unlock', { passphrase })).toBeNull();
});

test('one passphrase is tried at a time', async () => {
  const { alice } = await lockedOut();
  const first = alice.ask('vault.unlock', { passphrase });
  expect(await tryOne(alice)).toMatchObject({ code: 'conflict' });
  expect(await first).toBeNull();
});

test('a vault that is damaged while it is locked is no wrong passphrase, and stays as it is', async () => {
  const { alice } = await lockedOut();
  const path = join(alice.home, 'vault.json');
  const before = await readFile(path, 'utf8');
  await writeFile(path, 'not what we wrote');
  for (let tries = 0; tries < 5; tries += 1) {
    expect(await tryOne(alice, passphrase)).toMatchObject({ code: 'verification-failed' });
  }
  expect(await readFile(path, 'utf8')).toBe('not what we wrote');
  expect(await alice.ask('app.status', {})).toMatchObject({
    lock: { reason: 'vault-damaged', nextTryAt: null },
  });
  await writeFile(path, before, { mode: 0o600 });
  expect(await alice.fail('vault.tryAgain', {})).toMatchObject(locked);
  expect(await alice.ask('vault.unlock', { passphrase })).toBeNull();
});

test('a locked home is owned, and given up when it is closed: also while a passphrase is tried', async () => {
  const { alice } = await lockedOut();
  await expect(alice.open()).rejects.toMatchObject({ code: 'conflict' });
  const trying = alice.engine.call('vault.unlock', { passphrase });
  await alice.close();
  await trying;
  await alice.open();
  expect(await alice.ask('app.status', {})).toMatchObject({ phase: 'locked' });
});

describe('a vault that nothing opens', () => {
  /** Alice, who has sent something, and whose home was closed and spoilt. */
  async function spoilt(spoil: (home: string) => Promise<void>) {
    const { alice, bob } = await aliceAndBob();
    await alice.say(bobId, 'before');
    await bob.awaits(aliceId, { content: { text: 'before' } });
    await alice.close();
    await spoil(alice.home);
    await alice.open();
    return { alice, bob };
  }
  const filesOf = async (home: string) =>
    (await readdir(home)).filter((name) => name.startsWith('vault')).sort();

  test.each<[string, string, (home: string) => Promise<void>]>([
    ['was damaged', 'vault-damaged', (home) => writeFile(join(home, 'vault.json'), '{}')],
    ['has lost its key file', 'no-slot-opens', (home) => rm(join(home, 'vault.key'))],
    ['has a broken key file', 'no-slot-opens', (home) => writeFile(join(home, 'vault.key'), 'broken')],
  ])(
    'because it %s is said in the window, and can be begun anew with everything else kept',
    async (_, reason, spoil) => {
      const { alice, bob } = await spoilt(spoil);
      const { phase, lock: view } = await alice.ask('app.status', {});
      expect({ phase, reason: view?.reason }).toEqual({ phase: 'locked', reason });
      expect(view?.message).toContain(alice.home);
      expect(await alice.fail('vault.tryAgain', {})).toMatchObject({ detail: { reason } });
      const before = await filesOf(alice.home);

      await alice.ask('vault.beginAnew', {});
      const aside = (await filesOf(alice.home)).filter((name) => name.startsWith('vault-'));
      expect(aside).toHaveLength(before.length);
      expect(await alice.ask('vault.get', {})).toMatchObject({ slots: [{ id: 'key-file', state: 'opens' }] });
      expect(await alice.reads(bobId)).toEqual(['before']);

      const [account] = await alice.ask('accounts.list', {});
      expect(account?.login).toEqual({ kind: 'none' });
      const accountId = account?.id ?? '';
      expect(await alice.fail('identity.get', { accountId })).toMatchObject({
        detail: { reason: 'key-lost' },
      });
      await alice.ask('identity.beginAnew', { accountId });
      await alice.say(bobId, 'with a new key');
      await bob.awaits(aliceId, { state: 'unverified' });
      const [conversation] = await bob.ask('conversations.list', {});
      expect(conversation?.person.trust.change).toMatchObject({ kind: 'alarm', blocking: true });
    },
  );

  test('opens as soon as what it misses is back', async () => {
    const { alice } = await spoilt((home) => rename(join(home, 'vault.key'), join(home, 'elsewhere')));
    await rename(join(alice.home, 'elsewhere'), join(alice.home, 'vault.key'));
    await alice.ask('vault.tryAgain', {});
    expect(await alice.ask('app.status', {})).toMatchObject({ phase: 'ready' });
  });
});

test('what was put aside still opens with its passphrase, and an open home gives nothing up', async () => {
  const { alice } = await lockedOut();
  const before = await readFile(join(alice.home, 'vault.json'));
  await alice.ask('vault.beginAnew', {});
  const [aside = ''] = (await readdir(alice.home)).filter((name) => /^vault-.*\.json$/.test(name));
  const path = join(alice.home, aside);
  expect(await readFile(path)).toEqual(before);
  const old = await Vault.openWithPassphrase({ path, slots: [] }, passphrase);
  expect(old.openedBy).toBe('passphrase');
  expect(await alice.fail('vault.beginAnew', {})).toMatchObject({ code: 'conflict' });
  await alice.close();
  await alice.open();
  expect(await alice.ask('app.status', {})).toMatchObject({ phase: 'ready' });
});

test('what opens the secrets is shown, and a passphrase can be set and changed', async () => {
  const alice = await settle();
  expect(await alice.ask('vault.get', {})).toMatchObject({
    openedBy: 'key-file',
    slots: [{ id: 'key-file', state: 'opens', protects: true }],
  });
  const { slots } = await alice.ask('vault.setPassphrase', { passphrase: 'the first passphrase' });
  expect(slots).toMatchObject([{ id: 'key-file' }, { id: 'passphrase', state: 'opens' }]);
  expect(alice.events).toContainEqual({ type: 'vault.changed' });
  await alice.ask('vault.setPassphrase', { passphrase });
  await alice.ask('vault.removeSlot', { slot: 'key-file' });
  await alice.close();
  await alice.open();
  expect(await tryOne(alice, 'the first passphrase')).toMatchObject(wrong);
  await alice.ask('vault.unlock', { passphrase });
  expect(await alice.ask('vault.get', {})).toMatchObject({
    openedBy: 'passphrase',
    slots: [
      { id: 'passphrase', state: 'opens' },
      { id: 'key-file', state: 'off', available: true },
    ],
  });
});

test('the last thing that opens the secrets stays, and what was taken out can be used again', async () => {
  const alice = await settle();
  expect(await alice.fail('vault.removeSlot', { slot: 'key-file' })).toMatchObject({ code: 'conflict' });
  await alice.ask('vault.setPassphrase', { passphrase });
  await alice.ask('vault.removeSlot', { slot: 'key-file' });
  expect(existsSync(join(alice.home, 'vault.key'))).toBe(false);
  expect(await alice.fail('vault.removeSlot', { slot: 'passphrase' })).toMatchObject({ code: 'conflict' });
  await alice.ask('vault.useSlot', { slot: 'key-file' });
  expect((await stat(join(alice.home, 'vault.key'))).mode & 0o777).toBe(0o600);
  await alice.ask('vault.removeSlot', { slot: 'passphrase' });
  for (const method of ['vault.useSlot', 'vault.removeSlot'] as const) {
    expect(await alice.fail(method, { slot: 'nothing' })).toMatchObject({ code: 'not-found' });
  }
});

test('a passphrase that is too short is refused, and none is kept or told anywhere', async () => {
  const alice = await settle();
  const refused = await alice.fail('vault.setPassphrase', { passphrase: 'hunter2' });
  expect(refused).toMatchObject({ code: 'invalid' });
  expect(JSON.stringify(refused)).not.toContain('hunter2');
  const view = await alice.ask('vault.setPassphrase', { passphrase });
  expect(JSON.stringify([view, alice.events])).not.toContain(passphrase);
  await alice.close();
  for (const name of await readdir(alice.home, { recursive: true })) {
    const path = join(alice.home, name);
    if ((await stat(path)).isFile()) expect(await readFile(path, 'latin1')).not.toContain(passphrase);
  }
  await alice.open();
});
