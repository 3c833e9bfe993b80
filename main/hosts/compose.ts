import { homedir } from 'node:os';
import type { Logger } from 'pino';
import type { EmbeddedRegistryService, Engine, HostAbilities } from '../messenger/engine.ts';
import { openEngine } from '../messenger/open.ts';
import type { UpdateOrigin } from '../messenger/updates/origin.ts';
import { embeddedRegistryService } from '../registry/service.ts';
import type { KeySlot } from '../vault/key-slot.ts';
import { keySlots } from './key-slots.ts';
import { vaultPassphraseOfWindow } from './passphrases.ts';
import { downloadsFolder, networkAddress } from './places.ts';
import { product } from './product.ts';

export interface Composition {
  /** Absolute. Everything this user has is below it. */
  readonly home: string;
  readonly host: HostAbilities;
  readonly logger: Logger;
  /** What only this host has to keep the vault's key. */
  readonly keySlots?: readonly KeySlot[];
  /** Left out: one of its own. */
  readonly embeddedRegistry?: EmbeddedRegistryService | null | undefined;
  /** Where newer versions come from. Left out: elsewhere. */
  readonly updates?: UpdateOrigin;
  /** Left out: the system's. */
  readonly downloads?: string | undefined;
  /** A person waits for a window, which comes first. */
  readonly opensWindow?: boolean | undefined;
}

/**
 * Wires one engine with everything real: the one place that every host starts from. Throws `conflict` when another
 * host owns the home, `storage` when it cannot be written.
 */
export async function openHome(composition: Composition): Promise<Engine> {
  const { home, host, logger } = composition;
  const embeddedRegistry =
    composition.embeddedRegistry === undefined
      ? embeddedRegistryService({ networkAddress: networkAddress() })
      : composition.embeddedRegistry;
  return openEngine({
    home,
    host,
    logger,
    version: product().version,
    updates: composition.updates,
    opensWindow: composition.opensWindow,
    keySlots: keySlots(home, composition.keySlots),
    askPassphrase: vaultPassphraseOfWindow,
    embeddedRegistry,
    containerTools: { environment: process.env, home: homedir() },
    downloadsFolder: composition.downloads ?? (await downloadsFolder()),
  });
}
