/** What every key slot promises, whatever keeps its key. Run it for each implementation. */
import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { KeySlot } from '../../main/vault/key-slot.ts';
import { otherCharacter } from './other-character.ts';

export interface KeySlotWorld {
  /** A slot that can be used. Called again: the same slot after a restart of the program. */
  slot(): KeySlot;
  /** Takes the slot's own key away, as a new computer or a new keyring would. */
  loseKey(): Promise<void>;
}

export function describeKeySlot(name: string, createWorld: () => Promise<KeySlotWorld>): void {
  describe(`${name} as a key slot`, () => {
    test('has a stable id and a label, and is available', async () => {
      const world = await createWorld();
      expect(world.slot().id).toMatch(/^[a-z][a-z0-9-]*$/);
      expect(world.slot().id).toBe(world.slot().id);
      expect(world.slot().label).not.toBe('');
      expect(await world.slot().available()).toBe(true);
    });

    test('opens what it closed, after a restart too', async () => {
      const world = await createWorld();
      const key = randomBytes(32);
      const wrapped = await world.slot().wrap(key);
      expect(Buffer.from((await world.slot().unwrap(wrapped)).key)).toEqual(key);
      expect(await world.slot().available()).toBe(true);
    });

    test('shows nothing of the key, and never closes it twice alike', async () => {
      const world = await createWorld();
      const key = randomBytes(32);
      const [one, two] = [await world.slot().wrap(key), await world.slot().wrap(key)];
      expect(one).not.toBe(two);
      for (const encoding of ['hex', 'base64', 'base64url', 'latin1'] as const) {
        expect(one).not.toContain(key.toString(encoding));
      }
    });

    test('opens what it closed earlier after closing something else', async () => {
      const world = await createWorld();
      const [first, second] = [randomBytes(32), randomBytes(32)];
      const wrapped = await world.slot().wrap(first);
      await world.slot().wrap(second);
      expect(Buffer.from((await world.slot().unwrap(wrapped)).key)).toEqual(first);
    });

    test('finds every change of what it closed: "verification-failed", or "auth" where its key’s name was changed', async () => {
      const world = await createWorld();
      const wrapped = await world.slot().wrap(randomBytes(32));
      for (let index = 0; index < wrapped.length; index += 7) {
        const changed = `${wrapped.slice(0, index)}${otherCharacter(wrapped.charAt(index))}${wrapped.slice(index + 1)}`;
        await expect(world.slot().unwrap(changed)).rejects.toMatchObject({
          code: expect.stringMatching(/^(?:verification-failed|auth)$/) as string,
        });
      }
    });

    test.each(['', 'x', 'a.b.c.d.e', '{}', '....', '\u0000'])(
      'refuses what it never closed: %j',
      async (wrapped) => {
        const world = await createWorld();
        await world.slot().wrap(randomBytes(32));
        await expect(world.slot().unwrap(wrapped)).rejects.toMatchObject({ code: 'verification-failed' });
      },
    );

    test('without its own key it opens nothing ("auth") and makes none by trying', async () => {
      const world = await createWorld();
      const wrapped = await world.slot().wrap(randomBytes(32));
      await world.loseKey();
      await expect(world.slot().unwrap(wrapped)).rejects.toMatchObject({ code: 'auth' });
      await expect(world.slot().unwrap(wrapped)).rejects.toMatchObject({ code: 'auth' });
    });

    test('with a new key it works again, and what the old one closed stays closed ("auth")', async () => {
      const world = await createWorld();
      const old = await world.slot().wrap(randomBytes(32));
      await world.loseKey();
      const key = randomBytes(32);
      const wrapped = await world.slot().wrap(key);
      expect(Buffer.from((await world.slot().unwrap(wrapped)).key)).toEqual(key);
      await expect(world.slot().unwrap(old)).rejects.toMatchObject({ code: 'auth' });
    });
  });
}
