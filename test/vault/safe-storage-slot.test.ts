import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type SafeStorage, safeStorageSlot } from '../../main/vault/safe-storage-slot.ts';
import { makeSafeStorage } from '../electron-standin/safe-storage.ts';
import { describeKeySlot } from './key-slot-contract.ts';
import { temporaryFolder } from './temporary-folder.ts';

async function keyringWorld(backend = 'gnome_libsecret') {
  const file = join(await temporaryFolder(), 'keyring');
  const storage = makeSafeStorage({ backend, file }, () => true);
  return { file, storage, slot: () => safeStorageSlot(storage, 'linux'), loseKey: () => rm(file) };
}

describeKeySlot('Safe storage', () => keyringWorld());

describe('safe storage', () => {
  test('is labelled with what keeps its key', async () => {
    const { storage } = await keyringWorld('kwallet6');
    expect(safeStorageSlot(storage, 'linux').label).toContain('kwallet6');
    expect(safeStorageSlot(storage, 'darwin').label).toContain('Keychain');
  });

  test('that only obscures counts as none, and says so', async () => {
    const { slot } = await keyringWorld('basic_text');
    expect(slot().label).toContain('protects nothing');
    expect(slot().protects).toBe(false);
    expect(await slot().available()).toBe(false);
    await expect(slot().wrap(randomBytes(32))).rejects.toMatchObject({ code: 'storage' });
  });

  test('whose keyring is locked fails "storage": it may have the key all the same', async () => {
    const { slot, storage } = await keyringWorld();
    const wrapped = await slot().wrap(randomBytes(32));
    const locked: SafeStorage = { ...storage, isAsyncEncryptionAvailable: () => Promise.resolve(false) };
    await expect(safeStorageSlot(locked, 'linux').unwrap(wrapped)).rejects.toMatchObject({ code: 'storage' });
  });

  test('whose key the system has replaced says so: the vault wraps its key again', async () => {
    const { slot, storage } = await keyringWorld();
    const wrapped = await slot().wrap(randomBytes(32));
    const renewed: SafeStorage = {
      ...storage,
      decryptStringAsync: async (encrypted) => ({
        ...(await storage.decryptStringAsync(encrypted)),
        shouldReEncrypt: true,
      }),
    };
    expect(await slot().unwrap(wrapped)).toMatchObject({ isStale: false });
    expect(await safeStorageSlot(renewed, 'linux').unwrap(wrapped)).toMatchObject({ isStale: true });
  });

  test('before the application is ready is not available', async () => {
    const { file } = await keyringWorld();
    const early = makeSafeStorage({ backend: 'gnome_libsecret', file }, () => false);
    expect(await safeStorageSlot(early, 'linux').available()).toBe(false);
  });
});
