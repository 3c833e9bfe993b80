import type { KeySlotView } from '../../preload/contract/vault.ts';

/** The id of the slot that is a person's to set and to change. */
export const passphraseSlot = 'passphrase';

export interface SlotActions {
  readonly change: boolean;
  /** How it is given the key: `repair` where it should have it and does not open. */
  readonly use: 'use' | 'repair' | null;
  readonly remove: boolean;
}

/** What can be done about a slot. `last`: nothing else opens the secrets, so that it stays. */
export function slotActions({ id, state, available, protects }: KeySlotView, last: boolean): SlotActions {
  const canUse = id !== passphraseSlot && available && protects;
  const use = state === 'closed' ? 'repair' : 'use';
  return {
    change: id === passphraseSlot,
    use: canUse && state !== 'opens' ? use : null,
    remove: state !== 'off' && !last,
  };
}

/** What opens the secrets, when it is the only thing that does; else null. */
export function lastThatOpens(slots: readonly KeySlotView[]): string | null {
  const [only, ...others] = slots.filter(({ state }) => state === 'opens');
  return only === undefined || others.length > 0 ? null : only.id;
}

/** Whether only a passphrase would be left once `id` is removed: then every start asks for it. */
export function leavesPassphraseAlone(slots: readonly KeySlotView[], id: string): boolean {
  return lastThatOpens(slots.filter((slot) => slot.id !== id)) === passphraseSlot;
}
