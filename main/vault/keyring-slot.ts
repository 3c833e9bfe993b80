/** The system's keyring: Keychain, Credential Manager, Secret Service. */
import type { KeySlot } from './key-slot.ts';
import { cannotAsk, keeperSlot, type KeyKeeper } from './keeper-slot.ts';

/** Text by name, in a keyring. Each call may wait for a person to unlock it, and fails when it cannot be asked. */
export interface Keyring {
  get(name: string): Promise<string | null>;
  set(name: string, secret: string): Promise<void>;
  delete(name: string): Promise<void>;
}

export interface KeyringSlotOptions {
  /** Called when the keyring is first needed; one that cannot be loaded is one that is not there. */
  readonly open: () => Promise<Keyring>;
  /** What this vault's key is kept under: one keyring serves several homes. */
  readonly name: string;
  readonly platform?: NodeJS.Platform;
}

export function keyringSlot({ open, name, platform = process.platform }: KeyringSlotOptions): KeySlot {
  const label = `System keyring (${backendOf(platform)})`;
  const asked = async <T>(question: (keyring: Keyring) => Promise<T>): Promise<T> => {
    try {
      return await question(await open());
    } catch (error) {
      throw cannotAsk(label, error);
    }
  };
  const keeper: KeyKeeper = {
    id: 'keyring',
    label,
    available: () =>
      asked((keyring) => keyring.get(name)).then(
        () => true,
        () => false,
      ),
    keep: (fresh) =>
      asked(async (keyring) => {
        const before = await keyring.get(name);
        if (before === null) await keyring.set(name, fresh);
        return { kept: before ?? fresh, receipt: name };
      }),
    fetch: (receipt) =>
      asked(async (keyring) => {
        const kept = await keyring.get(receipt);
        return kept === null ? null : { kept, isStale: false };
      }),
    forget: () => asked((keyring) => keyring.delete(name)),
  };
  return keeperSlot(keeper);
}

function backendOf(platform: NodeJS.Platform): string {
  if (platform === 'darwin') return 'Keychain';
  return platform === 'win32' ? 'Credential Manager' : 'Secret Service';
}
