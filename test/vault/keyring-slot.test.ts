import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type Keyring, keyringSlot } from '../../main/vault/keyring-slot.ts';
import { systemKeyring } from '../../main/vault/system-keyring.ts';
import { describeKeySlot } from './key-slot-contract.ts';

/** A keyring in memory; what it holds outlives the program, as a real one's does. */
function memoryKeyring(secrets = new Map<string, string>()): Keyring {
  return {
    get: (name) => Promise.resolve(secrets.get(name) ?? null),
    set: (name, secret) => {
      secrets.set(name, secret);
      return Promise.resolve();
    },
    delete: (name) => {
      secrets.delete(name);
      return Promise.resolve();
    },
  };
}

const slotIn = (secrets: Map<string, string>, name = 'home') =>
  keyringSlot({ open: () => Promise.resolve(memoryKeyring(secrets)), name });

describeKeySlot('A keyring', () => {
  const secrets = new Map<string, string>();
  return Promise.resolve({
    slot: () => slotIn(secrets),
    loseKey: () => {
      secrets.clear();
      return Promise.resolve();
    },
  });
});

describe('a keyring', () => {
  test('serves several homes, and still opens one that was moved', async () => {
    const secrets = new Map<string, string>();
    const key = randomBytes(32);
    const wrapped = await slotIn(secrets, 'one').wrap(key);
    await slotIn(secrets, 'other').wrap(randomBytes(32));
    expect([...secrets.keys()]).toEqual(['one', 'other']);
    expect(Buffer.from((await slotIn(secrets, 'moved').unwrap(wrapped)).key)).toEqual(key);
  });

  test('with something else under the name opens nothing: "auth"', async () => {
    const secrets = new Map<string, string>();
    const wrapped = await slotIn(secrets).wrap(randomBytes(32));
    secrets.set('home', 'somebody wrote this');
    await expect(slotIn(secrets).unwrap(wrapped)).rejects.toMatchObject({ code: 'auth' });
  });

  test('that is taken out forgets what it kept', async () => {
    const secrets = new Map<string, string>();
    await slotIn(secrets).wrap(randomBytes(32));
    await slotIn(secrets).forget?.();
    expect([...secrets.keys()]).toEqual([]);
  });

  test.each([
    ['cannot be loaded', () => Promise.reject(new Error('no library for this system'))],
    [
      'does not answer',
      () =>
        Promise.resolve<Keyring>({
          get: () => Promise.reject(new Error('locked')),
          set: () => Promise.reject(new Error('locked')),
          delete: () => Promise.reject(new Error('locked')),
        }),
    ],
  ])('that %s is not available, and fails "storage": it may have the key all the same', async (_, open) => {
    const wrapped = await slotIn(new Map()).wrap(randomBytes(32));
    const slot = keyringSlot({ open, name: 'home' });
    expect(await slot.available()).toBe(false);
    await expect(slot.wrap(randomBytes(32))).rejects.toMatchObject({ code: 'storage' });
    await expect(slot.unwrap(wrapped)).rejects.toMatchObject({ code: 'storage' });
  });

  test('is not loaded before it is asked', () => {
    const open = () => {
      throw new Error('loaded');
    };
    expect(keyringSlot({ open, name: 'home', platform: 'linux' }).label).toContain('Secret Service');
  });

  // There is no session bus here, as on a server: the real library is loaded and finds nobody.
  test.runIf(process.platform === 'linux' && process.env.DBUS_SESSION_BUS_ADDRESS === undefined)(
    'of a computer without one is not available',
    async () => {
      expect(await keyringSlot({ open: systemKeyring, name: 'dockercomms-test' }).available()).toBe(false);
    },
  );
});
