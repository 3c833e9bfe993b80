import type { KeySlotView, VaultView } from '../../../preload/contract/vault.ts';

const start: readonly KeySlotView[] = [
  { id: 'key-file', label: 'Key file', state: 'opens', available: true, protects: true },
  {
    id: 'safe-storage',
    label: 'Safe storage (basic_text: protects nothing)',
    ...{ state: 'off', available: false, protects: false },
  },
  {
    id: 'keyring',
    label: 'System keyring (Secret Service)',
    ...{ state: 'closed', available: true, protects: true },
  },
];

/** Slots that remember what is chosen about them. */
export function vaultHandlers() {
  let slots = start;
  const view = (): VaultView => ({ slots, openedBy: 'key-file' });
  const put = (id: string, state: KeySlotView['state']) => {
    if (id === 'passphrase') slots = slots.filter((slot) => slot.id !== id);
    slots = slots.map((slot) => (slot.id === id ? { ...slot, state } : slot));
    return view();
  };
  return {
    'vault.get': view,
    'vault.setPassphrase': () => {
      const passphrase = { id: 'passphrase', label: 'Passphrase (scrypt)', available: false, protects: true };
      slots = [...slots.filter(({ id }) => id !== 'passphrase'), { ...passphrase, state: 'opens' }];
      return view();
    },
    'vault.useSlot': ({ slot }: { readonly slot: string }) => put(slot, 'opens'),
    'vault.removeSlot': ({ slot }: { readonly slot: string }) => put(slot, 'off'),
  };
}
