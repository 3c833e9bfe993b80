import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { passphraseSlot } from '../../main/vault/passphrase-slot.ts';
import { describeKeySlot } from './key-slot-contract.ts';
import { neighbourOf } from './other-character.ts';

const slotOf = (passphrase: string | null, costExponent?: number) =>
  passphraseSlot({
    passphrase: () => Promise.resolve(passphrase),
    ...(costExponent !== undefined && { costExponent }),
  });

describeKeySlot('A passphrase', () => {
  let passphrase = 'correct horse battery staple';
  return Promise.resolve({
    slot: () => passphraseSlot({ passphrase: () => Promise.resolve(passphrase), costExponent: 4 }),
    loseKey: () => {
      passphrase = 'another one';
      return Promise.resolve();
    },
  });
});

describe('a passphrase', () => {
  test('costs what OWASP asks of scrypt, and says so beside what it closes', async () => {
    const wrapped = await slotOf('correct horse battery staple').wrap(randomBytes(32));
    expect(wrapped).toMatch(/^scrypt:17:8:1:[\w-]{22}:/);
  });

  test('is the same however its characters were typed', async () => {
    const key = randomBytes(32);
    const wrapped = await slotOf('caf\u00e9', 4).wrap(key);
    expect(Buffer.from((await slotOf('cafe\u0301').unwrap(wrapped)).key)).toEqual(key);
  });

  test('opens nothing in which any single character is another one, even where bits of it stand for nothing', async () => {
    const wrapped = await slotOf('told', 4).wrap(randomBytes(32));
    for (let place = 0; place < wrapped.length; place += 1) {
      const changed = `${wrapped.slice(0, place)}${neighbourOf(wrapped.charAt(place))}${wrapped.slice(place + 1)}`;
      await expect(slotOf('told', 4).unwrap(changed), changed).rejects.toMatchObject({
        code: expect.stringMatching(/^(auth|verification-failed)$/) as string,
      });
    }
  });

  test('that nobody tells is not available, and opens nothing: "auth"', async () => {
    const wrapped = await slotOf('told', 4).wrap(randomBytes(32));
    expect(await slotOf(null).available()).toBe(false);
    await expect(slotOf(null).unwrap(wrapped)).rejects.toMatchObject({ code: 'auth' });
  });

  test.each([
    ['a memory cost of gigabytes', 'scrypt:24:8:1'],
    ['a cost of three digits', 'scrypt:100:8:1'],
    ['no cost', 'scrypt:0:8:1'],
    ['blocks of another size', 'scrypt:4:4096:1'],
    ['work that cannot be shared', 'scrypt:4:8:999'],
    ['another function', 'argon2:4:8:1'],
    ['a fraction', 'scrypt:4.5:8:1'],
  ])('computes nothing for a changed file that asks for %s: "verification-failed"', async (_, parameters) => {
    const wrapped = await slotOf('told', 4).wrap(randomBytes(32));
    const hostile = wrapped.replace(/^scrypt:4:8:1/, parameters);
    await expect(slotOf('told').unwrap(hostile)).rejects.toMatchObject({ code: 'verification-failed' });
  });
});
