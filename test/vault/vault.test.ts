import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DockerCommsError } from '../../main/base/errors.ts';
import { keyFileSlot } from '../../main/vault/key-file-slot.ts';
import type { KeySlot } from '../../main/vault/key-slot.ts';
import { passphraseSlot } from '../../main/vault/passphrase-slot.ts';
import { Vault } from '../../main/vault/vault.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { otherCharacter } from './other-character.ts';

interface StoredVault {
  version: number;
  slots: { id: string; label: string; wrapped: string }[];
  secrets: { name: string; sealed: string }[];
}

/** A vault file and two slots, each with a key file of its own. */
async function vaultWorld() {
  const folder = await temporaryFolder();
  const path = join(folder, 'vault.json');
  const slotAt = (id: string): KeySlot => ({ ...keyFileSlot(join(folder, id)), id, label: `Slot ${id}` });
  return {
    folder,
    path,
    first: slotAt('first'),
    second: slotAt('second'),
    open: (...slots: KeySlot[]) => Vault.open({ path, slots }),
    /** Open, with every slot that can have the key. */
    openWhole: async (...slots: KeySlot[]) => {
      const vault = await Vault.open({ path, slots });
      await vault.repair();
      return vault;
    },
    lose: (slot: KeySlot) => rm(join(folder, slot.id)),
    read: async () => JSON.parse(await readFile(path, 'utf8')) as StoredVault,
    write: (stored: StoredVault) => writeFile(path, JSON.stringify(stored)),
  };
}

describe('secrets', () => {
  test('are there again after opening again', async () => {
    const { open, first } = await vaultWorld();
    const vault = await open(first);
    await vault.set('registry:r.example', 'pass word');
    await vault.set('registry:r.example', 'other');
    await vault.set('another', '');
    const again = await open(first);
    expect(await again.get('registry:r.example')).toBe('other');
    expect(await again.get('another')).toBe('');
    expect(await again.get('unknown')).toBeNull();
    expect(await again.names()).toEqual(['another', 'registry:r.example']);
    await again.delete('another');
    await again.delete('unknown');
    expect(await vault.names()).toEqual(['registry:r.example']);
  });

  test('of any name and any text come back', async () => {
    const { open, first } = await vaultWorld();
    const vault = await open(first);
    const name = fc.oneof(fc.constantFrom('__proto__', 'constructor', 'a"b'), fc.string({ minLength: 1 }));
    const text = fc.string({ unit: 'binary' }).filter((value) => value.isWellFormed());
    await fc.assert(
      fc.asyncProperty(name, text, async (key, value) => {
        await vault.set(key, value);
        expect(await vault.get(key)).toBe(value);
      }),
      { numRuns: 30 },
    );
  });

  test('that are no text are refused instead of changed: "invalid"', async () => {
    const { open, first } = await vaultWorld();
    const vault = await open(first);
    await expect(vault.set('', 'x')).rejects.toMatchObject({ code: 'invalid' });
    await expect(vault.set('x', '\ud800')).rejects.toMatchObject({ code: 'invalid' });
  });

  test('that are set at the same time are all kept', async () => {
    const { open, first } = await vaultWorld();
    const vault = await open(first);
    const names = Array.from({ length: 20 }, (_, index) => `name ${index}`);
    await Promise.all(names.map((name) => vault.set(name, `value of ${name}`)));
    const again = await open(first);
    expect(await Promise.all(names.map((name) => again.get(name)))).toEqual(
      names.map((name) => `value of ${name}`),
    );
  });

  test('survive a failed write, and so do the writes after it', async () => {
    const { open, first, path } = await vaultWorld();
    const vault = await open(first);
    await vault.set('kept', '1');
    const good = await readFile(path);
    await writeFile(path, 'not ours');
    const failing = vault.set('a', '1');
    await expect(failing).rejects.toMatchObject({ code: 'verification-failed' });
    await writeFile(path, good);
    await vault.set('b', '2');
    expect(await vault.names()).toEqual(['b', 'kept']);
  });

  test('show neither in the file, nor in the object, nor in an error', async () => {
    const { open, first, path, read, write } = await vaultWorld();
    const vault = await open(first);
    await vault.set('name', 'hunter2-hunter2');
    expect(await readFile(path, 'latin1')).not.toContain('hunter2');
    const key = (await readFile(join(path, '..', 'first'), 'utf8')).trim();
    const stored = await read();
    const [secret] = stored.secrets;
    await write({ ...stored, secrets: [{ name: 'name', sealed: `${secret?.sealed.slice(0, -2) ?? ''}AA` }] });
    const error: unknown = await vault.get('name').catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DockerCommsError);
    for (const shown of [JSON.stringify(vault), inspect(vault, { depth: 9, showHidden: true })]) {
      expect(shown).not.toContain('hunter2');
      expect(shown).not.toContain(key);
    }
    expect(inspect(error, { depth: 9 })).not.toContain('hunter2');
    expect(inspect(error, { depth: 9 })).not.toContain(key);
  });
});

describe('the file', () => {
  test.runIf(process.platform !== 'win32')('is readable by its owner only', async () => {
    const { open, first, path } = await vaultWorld();
    const vault = await open(first);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    await vault.set('a', 'b');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test('leaves nothing lying beside it', async () => {
    const { open, first, folder } = await vaultWorld();
    const vault = await open(first);
    await Promise.all(['a', 'b', 'c'].map((name) => vault.set(name, name)));
    expect((await readdir(folder)).sort()).toEqual(['first', 'vault.json']);
  });

  test.each(['', 'not json', '{}', '[]', 'null', '{"version":2,"slots":[],"secrets":[]}'])(
    'that does not hold what we wrote fails "verification-failed" and stays: %j',
    async (content) => {
      const { open, first, path } = await vaultWorld();
      await writeFile(path, content);
      await expect(open(first)).rejects.toMatchObject({
        code: 'verification-failed',
        detail: { file: path },
      });
      expect(await readFile(path, 'utf8')).toBe(content);
    },
  );

  test('of which every byte counts: any change is found, and the file stays', async () => {
    const { open, first, path } = await vaultWorld();
    await (await open(first)).set('name', 'value');
    const good = await readFile(path, 'utf8');
    for (const part of ['wrapped', 'sealed']) {
      const start = good.indexOf('"', good.indexOf(`"${part}": `) + part.length + 3) + 1;
      const end = good.indexOf('"', start);
      for (let index = start; index < end; index += 11) {
        const changed = `${good.slice(0, index)}${otherCharacter(good.charAt(index))}${good.slice(index + 1)}`;
        await writeFile(path, changed);
        const value = open(first).then((vault) => vault.get('name'));
        // A changed name of the slot's key looks like another slot's key.
        const code = part === 'sealed' ? /^verification-failed$/ : /^(?:verification-failed|auth)$/;
        await expect(value).rejects.toMatchObject({ code: expect.stringMatching(code) as string });
        expect(await readFile(path, 'utf8')).toBe(changed);
      }
    }
  });

  test('is whole whenever the process that writes it is killed', async () => {
    const { open, first, folder } = await vaultWorld();
    await open(first);
    const script = join(import.meta.dirname, 'setter-process.ts');
    for (let round = 0; round < 4; round += 1) {
      const child = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
      await once(child.stdout, 'data');
      await delay(round * 7);
      child.kill('SIGKILL');
      await once(child, 'exit');
      expect(await (await open(first)).get('name')).toMatch(/^value \d+ x+$/);
    }
  });

  test('in which two secrets were swapped, or one renamed, gives neither', async () => {
    const { open, first, read, write } = await vaultWorld();
    const vault = await open(first);
    await vault.set('mine', 'a');
    await vault.set('theirs', 'b');
    const stored = await read();
    const names = stored.secrets.map(({ name }) => name).reverse();
    const swapped = stored.secrets.map((secret, index) => ({ ...secret, name: names[index] ?? '' }));
    await write({ ...stored, secrets: swapped });
    await expect(vault.get('mine')).rejects.toMatchObject({ code: 'verification-failed' });
    await expect(vault.get('theirs')).rejects.toMatchObject({ code: 'verification-failed' });
  });

  test('of another vault of the same slot gives nothing: its secrets are sealed with its own key', async () => {
    const { open, first, path, read, write } = await vaultWorld();
    await (await open(first)).set('name', 'old');
    const old = await read();
    await rm(path);
    await (await open(first)).set('name', 'new');
    await write({ ...(await read()), secrets: old.secrets });
    await expect((await open(first)).get('name')).rejects.toMatchObject({ code: 'verification-failed' });
  });

  test('that is made by two at once is one vault', async () => {
    const { open, first } = await vaultWorld();
    const vaults = await Promise.all([open(first), open(first), open(first)]);
    for (const [index, vault] of vaults.entries()) await vault.set(`name ${index}`, 'x');
    expect(await Promise.all([0, 1, 2].map((index) => vaults[0].get(`name ${index}`)))).toEqual([
      'x',
      'x',
      'x',
    ]);
  });

  test('that is gone while it is open fails "storage"', async () => {
    const { open, first, path } = await vaultWorld();
    const vault = await open(first);
    await rm(path);
    await expect(vault.set('a', 'b')).rejects.toMatchObject({ code: 'storage' });
    await expect(vault.get('a')).rejects.toMatchObject({ code: 'storage' });
  });

  test('in a folder that is not there fails "storage"', async () => {
    const { folder, first } = await vaultWorld();
    const path = join(folder, 'missing', 'vault.json');
    await expect(Vault.open({ path, slots: [first] })).rejects.toMatchObject({ code: 'storage' });
  });
});

describe('slots', () => {
  test('any one of them opens the vault', async () => {
    const { openWhole, open, first, second } = await vaultWorld();
    await (await openWhole(first, second)).set('name', 'value');
    expect(await (await open(first)).get('name')).toBe('value');
    expect(await (await open(second)).get('name')).toBe('value');
  });

  test('a lost one locks nobody out while another works, and gets the key again', async () => {
    const { openWhole, open, first, second, lose } = await vaultWorld();
    await (await openWhole(first, second)).set('name', 'value');
    await lose(first);
    expect(await (await openWhole(first, second)).get('name')).toBe('value');
    expect(await (await open(first)).get('name')).toBe('value');
  });

  test('one whose part of the file was changed gets the key again from another', async () => {
    const { openWhole, open, first, second, read, write } = await vaultWorld();
    await (await openWhole(first, second)).set('name', 'value');
    const stored = await read();
    const slots = stored.slots.map((slot) =>
      slot.id === 'first' ? { ...slot, wrapped: 'a.b.c.d.e' } : slot,
    );
    await write({ ...stored, slots });
    await openWhole(first, second);
    expect(await (await open(first)).get('name')).toBe('value');
  });

  test('a new one gets the key when the vault is repaired', async () => {
    const { openWhole, open, first, second, lose } = await vaultWorld();
    await (await open(first)).set('name', 'value');
    await openWhole(first, second);
    await lose(first);
    expect(await (await open(second)).get('name')).toBe('value');
  });

  test('one whose own key was replaced by a newer one gets the key again, and others do not', async () => {
    const { openWhole, open, first, second, read } = await vaultWorld();
    await openWhole(first, second);
    const before = await read();
    const stale: KeySlot = {
      ...second,
      unwrap: async (wrapped) => ({ ...(await second.unwrap(wrapped)), isStale: true }),
    };
    await (await open(first, stale)).repair();
    const after = await read();
    const wrappedIn = (vault: StoredVault, id: string) => vault.slots.find((slot) => slot.id === id)?.wrapped;
    expect(wrappedIn(after, 'first')).toBe(wrappedIn(before, 'first'));
    expect(wrappedIn(after, 'second')).not.toBe(wrappedIn(before, 'second'));
  });

  test('one that cannot be asked now keeps what it has', async () => {
    const { openWhole, open, first, second, read } = await vaultWorld();
    await openWhole(first, second);
    const before = await read();
    const locked = () => Promise.reject(new DockerCommsError('storage', 'The keyring is locked.'));
    await (await open(first, { ...second, unwrap: locked })).repair();
    expect(await read()).toEqual(before);
  });

  test('one that cannot be repaired now does not keep the vault closed', async () => {
    const { openWhole, first, second } = await vaultWorld();
    const broken: KeySlot = {
      ...second,
      wrap: () => Promise.reject(new DockerCommsError('storage', 'The keyring is locked.')),
    };
    const absent: KeySlot = { ...second, id: 'absent', available: () => Promise.resolve(false) };
    await (await openWhole(first, broken, absent)).set('name', 'value');
    const vault = await openWhole(first, broken, absent);
    expect(await vault.get('name')).toBe('value');
    expect(await vault.slots()).toEqual([
      { id: 'first', label: 'Slot first', state: 'opens', available: true, protects: true },
      { id: 'second', label: 'Slot second', state: 'off', available: true, protects: true },
      { id: 'absent', label: 'Slot second', state: 'off', available: false, protects: true },
    ]);
  });

  test('one that a person took out opens nothing, and stays out until they take it back', async () => {
    const { openWhole, open, first, second } = await vaultWorld();
    const vault = await openWhole(first, second);
    await vault.keepOutOf('first');
    await (await openWhole(first, second)).repair();
    await expect(open(first)).rejects.toMatchObject({ code: 'auth', detail: { reason: 'no-slot-opens' } });
    await vault.keepInKnown('first');
    await open(first);
    await expect(vault.keepInKnown('unknown')).rejects.toMatchObject({ code: 'not-found' });
  });

  test('the last one that opens the vault cannot be taken out: "conflict"', async () => {
    const { openWhole, first, second, lose } = await vaultWorld();
    const vault = await openWhole(first, second);
    await lose(second);
    await expect(vault.keepOutOf('first')).rejects.toMatchObject({ code: 'conflict' });
    await openWhole(first);
  });

  test('when all are lost it fails "auth", names them, and leaves the file as it is', async () => {
    const { openWhole, open, first, second, lose, path } = await vaultWorld();
    await openWhole(first, second);
    const before = await readFile(path);
    await lose(first);
    await lose(second);
    await expect(open(first, second)).rejects.toMatchObject({
      code: 'auth',
      message: expect.stringMatching(/Slot first.*Slot second/) as string,
      detail: { reason: 'no-slot-opens', tried: 'first, second', known: 'first, second' },
    });
    expect(await readFile(path)).toEqual(before);
  });

  test('when none of the given ones is known it fails "auth" and says which would be', async () => {
    const { open, first, second } = await vaultWorld();
    await open(first);
    await expect(open(second)).rejects.toMatchObject({ code: 'auth', detail: { tried: '', known: 'first' } });
    await expect(open()).rejects.toMatchObject({ code: 'auth' });
  });

  test('without any that can be used no vault is made: "auth"', async () => {
    const { open, first, folder } = await vaultWorld();
    await expect(open({ ...first, available: () => Promise.resolve(false) })).rejects.toMatchObject({
      code: 'auth',
    });
    expect(await readdir(folder)).toEqual([]);
  });

  test('a wrapped key that was changed fails "verification-failed", unless another slot works', async () => {
    const { openWhole, open, first, second, read, write } = await vaultWorld();
    await (await openWhole(first, second)).set('name', 'value');
    const stored = await read();
    const change = (id: string) =>
      stored.slots.map((slot) =>
        slot.id === id ? { ...slot, wrapped: `${slot.wrapped.slice(0, -4)}AAAA` } : slot,
      );
    await write({ ...stored, slots: change('first') });
    await expect(open(first)).rejects.toMatchObject({ code: 'verification-failed' });
    expect(await (await open(first, second)).get('name')).toBe('value');
  });

  test('a secret of the vault cannot pass for a wrapped key, nor the other way round', async () => {
    const { open, first, read, write } = await vaultWorld();
    const vault = await open(first);
    await vault.set('name', 'value');
    const stored = await read();
    const wrapped = stored.slots[0]?.wrapped ?? '';
    await write({ ...stored, secrets: [{ name: 'name', sealed: wrapped }] });
    await expect(vault.get('name')).rejects.toMatchObject({ code: 'verification-failed' });
  });
});

describe('the passphrase', () => {
  /** Cheap to derive from: what it costs is no matter of these rules. */
  const slotOf = (passphrase: string | null) =>
    passphraseSlot({ passphrase: () => Promise.resolve(passphrase), costExponent: 4 });

  /** A vault that only its passphrase opens. */
  async function passphraseWorld() {
    const world = await vaultWorld();
    const vault = await world.open(world.first);
    await vault.set('name', 'value');
    await vault.keepIn(slotOf('correct horse'));
    await vault.keepOutOf('first');
    const asked: number[] = [];
    const openWith = (passphrase: string | null, ...slots: KeySlot[]) =>
      Vault.open({
        path: world.path,
        slots,
        askPassphrase: () => {
          asked.push(1);
          return Promise.resolve(passphrase);
        },
      });
    return { ...world, vault, openWith, asked };
  }

  test('opens a vault that nothing else opens, and gives the key to what is new', async () => {
    const { openWith, open, first, second } = await passphraseWorld();
    const vault = await openWith('correct horse', first, second);
    expect(await vault.get('name')).toBe('value');
    await vault.repair();
    expect(await (await open(second)).get('name')).toBe('value');
    await expect(open(first)).rejects.toMatchObject({ code: 'auth' });
  });

  test('is not asked for while another slot opens the vault', async () => {
    const { vault, openWith, first, asked } = await passphraseWorld();
    await vault.keepInKnown('first');
    await openWith('correct horse', first);
    expect(asked).toEqual([]);
  });

  test('that somebody tells opens a vault without asking anything else, and that it did is known', async () => {
    const { path, open, first } = await passphraseWorld();
    const options = { path, slots: [first] };
    const vault = await Vault.openWithPassphrase(options, 'correct horse');
    expect(vault.openedBy).toBe('passphrase');
    await vault.keepInKnown('first');
    expect((await open(first)).openedBy).toBe('first');
    await expect(Vault.openWithPassphrase(options, 'wrong')).rejects.toMatchObject({
      detail: { reason: 'wrong-passphrase' },
    });
    await vault.keepOutOf('passphrase');
    await expect(Vault.openWithPassphrase(options, 'correct horse')).rejects.toMatchObject({
      detail: { reason: 'no-slot-opens' },
    });
    await expect(
      Vault.openWithPassphrase({ ...options, path: `${path}.none` }, 'correct horse'),
    ).rejects.toMatchObject({ code: 'storage' });
  });

  test.each([
    [null, 'passphrase-needed'],
    ['wrong', 'wrong-passphrase'],
  ])('that is %j opens nothing, and the file stays: "auth", %s', async (passphrase, reason) => {
    const { openWith, first, path } = await passphraseWorld();
    const before = await readFile(path);
    await expect(openWith(passphrase, first)).rejects.toMatchObject({ code: 'auth', detail: { reason } });
    expect(await readFile(path)).toEqual(before);
  });

  test('a vault that is begun anew is empty, and the one that was put aside still opens', async () => {
    const { path, first } = await passphraseWorld();
    const vault = await Vault.beginAnew({ path, slots: [first] }, 'stamp');
    expect(await vault.names()).toEqual([]);
    expect(vault.openedBy).toBe('first');
    const aside = { path: path.replace(/\.json$/, '-stamp.json'), slots: [] };
    expect(await (await Vault.openWithPassphrase(aside, 'correct horse')).get('name')).toBe('value');
  });

  test('where no new vault can be made the old one stays in its place', async () => {
    const { path, first } = await passphraseWorld();
    const files = await readdir(dirname(path));
    const full: KeySlot = {
      ...first,
      wrap: () => Promise.reject(new DockerCommsError('storage', 'The disk is full.')),
    };
    await expect(Vault.beginAnew({ path, slots: [full] }, 'stamp')).rejects.toMatchObject({ code: 'auth' });
    expect(await readdir(dirname(path))).toEqual(files);
    const back = await Vault.openWithPassphrase({ path, slots: [] }, 'correct horse');
    expect(await back.get('name')).toBe('value');
  });

  test('that was changed is the new one alone', async () => {
    const { vault, openWith } = await passphraseWorld();
    await vault.keepIn(slotOf('another horse'));
    await openWith('another horse');
    await expect(openWith('correct horse')).rejects.toMatchObject({ code: 'auth' });
  });

  test('does not hide that another slot was changed, once it opens the vault', async () => {
    const { vault, openWith, first, read, write } = await passphraseWorld();
    await vault.keepInKnown('first');
    const stored = await read();
    const slots = stored.slots.map((slot) => (slot.id === 'first' ? { ...slot, wrapped: 'x' } : slot));
    await write({ ...stored, slots });
    const opened = await openWith('correct horse', first);
    expect(await opened.slots()).toContainEqual(expect.objectContaining({ id: 'first', state: 'closed' }));
  });

  test('is never seen in the file, in the object or in an error', async () => {
    const { openWith, path } = await passphraseWorld();
    const vault = await openWith('correct horse');
    const error: unknown = await openWith('battery staple').catch((reason: unknown) => reason);
    for (const shown of [await readFile(path, 'latin1'), inspect(vault, { depth: 9, showHidden: true })]) {
      expect(shown).not.toContain('correct horse');
    }
    expect(inspect(error, { depth: 9 })).not.toContain('battery');
  });
});
