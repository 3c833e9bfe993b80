import { describe, expect, it } from 'vitest';
import { limits } from '../../main/base/limits.ts';
import type { KeySlotView } from '../../preload/contract/vault.ts';
import { lastThatOpens, leavesPassphraseAlone, slotActions } from '../../renderer/settings/slot-actions.ts';
import { judgePassphrase } from '../../renderer/state/judge-passphrase.ts';

const slot = (id: string, state: KeySlotView['state'], more: Partial<KeySlotView> = {}): KeySlotView => ({
  ...{ id, label: id, state, available: true, protects: true },
  ...more,
});

describe('what opens the secrets', () => {
  it.each<[string, KeySlotView, boolean, ReturnType<typeof slotActions>]>([
    ['a key file', slot('key-file', 'opens'), false, { change: false, use: null, remove: true }],
    ['the last one', slot('key-file', 'opens'), true, { change: false, use: null, remove: false }],
    [
      'a keyring that lost it',
      slot('keyring', 'closed'),
      false,
      { change: false, use: 'repair', remove: true },
    ],
    ['an unused one', slot('keyring', 'off'), false, { change: false, use: 'use', remove: false }],
    [
      'one that is away',
      slot('keyring', 'closed', { available: false }),
      false,
      { change: false, use: null, remove: true },
    ],
    [
      'one that protects nothing',
      slot('safe-storage', 'off', { protects: false }),
      false,
      { change: false, use: null, remove: false },
    ],
    ['a passphrase', slot('passphrase', 'opens'), false, { change: true, use: null, remove: true }],
  ])('offers what can be done about it: %s', (_, one, last, actions) => {
    expect(slotActions(one, last)).toEqual(actions);
  });

  it('names the last one, and says when only a passphrase would be left', () => {
    const slots = [slot('key-file', 'opens'), slot('keyring', 'closed'), slot('passphrase', 'opens')];
    expect(lastThatOpens(slots)).toBeNull();
    expect(lastThatOpens(slots.slice(0, 2))).toBe('key-file');
    expect(lastThatOpens([])).toBeNull();
    expect(leavesPassphraseAlone(slots, 'key-file')).toBe(true);
    expect(leavesPassphraseAlone(slots, 'passphrase')).toBe(false);
    expect(leavesPassphraseAlone([...slots, slot('safe-storage', 'opens')], 'key-file')).toBe(false);
  });
});

describe('a new passphrase', () => {
  it('is judged by what can be known: its length, and whether it repeats itself', () => {
    expect(judgePassphrase('')).toEqual({ kind: 'empty' });
    expect(judgePassphrase('hunter2')).toEqual({ kind: 'short', missing: limits.passphraseCharacters - 7 });
    expect(judgePassphrase('abababababababab')).toEqual({ kind: 'repetitive' });
    expect(judgePassphrase('a lamp, a ladder')).toEqual({ kind: 'long-enough' });
  });
});
