import { join } from 'node:path';
import type { LockView } from '../../preload/contract/app.ts';
import { type Clock, systemClock } from '../base/clock.ts';
import type { Store } from '../store/store.ts';
import type { KeySlot } from '../vault/key-slot.ts';
import { Vault } from '../vault/vault.ts';
import type { Engine } from './engine.ts';
import { LockedEngine, lockOf, type Opening } from './locked-engine.ts';
import type { EngineOptions } from './make-context.ts';
import { appStatus } from './requests/app.ts';
import { readSettings } from './settings.ts';

/** A home that this process owns. */
export interface OwnedHome {
  /** Absolute folder. */
  readonly path: string;
  readonly store: Store;
  readonly close: () => Promise<void>;
}

/**
 * Opens the vault of `home` and starts the engine with it. Where nothing opens it by itself, the engine is a locked one, which
 * a person opens (locked-engine.ts). Fails `storage` when the vault cannot be read.
 */
export async function openWithVault(
  options: EngineOptions,
  home: OwnedHome,
  start: (vault: Vault) => Promise<Engine>,
): Promise<Engine> {
  const { clock = systemClock, logger } = options;
  const open = async (opening: Opening) => {
    return start(await vaultBy(opening, options, home));
  };
  try {
    return await open({ by: 'slots' });
  } catch (error) {
    const lock = lockOf(error);
    if (lock === null) throw error;
    const { appearance } = readSettings(home.store.settings.get());
    const status = (view: LockView) => appStatus(options, view);
    return new LockedEngine({
      lock: { ...lock, appearance },
      clock,
      logger,
      open,
      status,
      close: home.close,
    });
  }
}

function vaultBy(
  opening: Opening,
  { keySlots: slots, askPassphrase, clock = systemClock }: EngineOptions,
  home: Pick<OwnedHome, 'path' | 'store'>,
): Promise<Vault> {
  const path = vaultPath(home.path);
  switch (opening.by) {
    case 'slots':
      return Vault.open({ path, slots, ...(askPassphrase && { askPassphrase }) });
    case 'passphrase':
      return Vault.openWithPassphrase({ path, slots }, opening.passphrase);
    case 'new-vault':
      return beginNewVault(home, slots, clock);
  }
}

/** Absolute path of the vault of the home at this absolute path. */
function vaultPath(home: string): string {
  return join(home, 'vault.json');
}

/**
 * A new vault in place of the one that nothing opens, as a person decided: that is put aside, and no account says any longer
 * that it has a login. Fails as `Vault.beginAnew`. This process owns the home.
 */
export async function beginNewVault(
  { path, store }: Pick<OwnedHome, 'path' | 'store'>,
  slots: readonly KeySlot[],
  clock: Clock,
): Promise<Vault> {
  const vault = await Vault.beginAnew({ path: vaultPath(path), slots }, stampOf(clock.now()));
  forgetLogins(store);
  return vault;
}

/** They were in the vault that is put aside: no account is to say that it has one. */
function forgetLogins({ accounts }: Store): void {
  for (const { id } of accounts.list()) accounts.update(id, { loginKind: 'none', username: null });
}

/** For a file's name: `2026-11-24T18-05-00-000Z`. */
function stampOf(now: number): string {
  return new Date(now).toISOString().replaceAll(/[:.]/g, '-');
}
