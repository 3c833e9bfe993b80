import { join } from 'node:path';
import { type Clock, systemClock } from '../base/clock.ts';
import { limits } from '../base/limits.ts';
import { containerToolLogins, type ContainerToolLoginsOptions } from '../credentials/container-tools.ts';
import type { Store } from '../store/store.ts';
import { MemoryBudget } from '../transfer/memory-budget.ts';
import type { KeySlot } from '../vault/key-slot.ts';
import type { AskPassphrase } from '../vault/passphrase-slot.ts';
import type { Vault } from '../vault/vault.ts';
import { AttachmentShelf } from './attachments.ts';
import { DraggedFiles } from './dragged-files.ts';
import type { EngineContext } from './context.ts';
import type { EmbeddedRegistryService, HostAbilities } from './engine.ts';
import { EventHub } from './events.ts';
import { Partials } from './inbox/partials.ts';
import { LocalNetwork } from './local-network.ts';
import type { Logger } from './logger.ts';
import { Logins } from './logins.ts';
import { NetworkSettings } from './network/network-settings.ts';
import { SystemProxies } from './network/system-proxies.ts';
import { PinnedCertificates } from './pinned-certificates.ts';
import { Repositories } from './repositories.ts';
import { SettingsService } from './settings.ts';
import { LiveTransfers } from './transfers.ts';
import { PublicSigners } from './sigstore/public-signers.ts';
import { makeSigstore } from './sigstore/sigstore.ts';
import { makeTrust } from './trust/trust.ts';
import type { UpdateOrigin } from './updates/origin.ts';

export interface EngineOptions {
  /** Absolute folder with all state of one user; made 0700 when missing. */
  readonly home: string;
  readonly version: string;
  /** Where newer versions of the program come from. Left out: elsewhere. */
  readonly updates?: UpdateOrigin | undefined;
  readonly host: HostAbilities;
  readonly keySlots: readonly KeySlot[];
  /** Asked when none of them opens the vault and a passphrase would. */
  readonly askPassphrase?: AskPassphrase;
  /** Null: *This computer* is not offered. */
  readonly embeddedRegistry: EmbeddedRegistryService | null;
  /** Where the logins and certificates of Docker and Podman are looked for, and what names a proxy. */
  readonly containerTools: Pick<ContainerToolLoginsOptions, 'environment' | 'home' | 'timeoutMs'>;
  /** The system's downloads folder; payloads go to `DockerComms/<person>` in it unless a folder was chosen. */
  readonly downloadsFolder: string;
  readonly logger: Logger;
  readonly clock?: Clock;
  /** A person waits for a window: registries are looked at when it has drawn its first picture. */
  readonly opensWindow?: boolean | undefined;
}

/** What the parts of the engine share: nothing of it runs yet. `signal` ends helpers that are asked for logins. */
export function makeContext(
  options: EngineOptions,
  home: string,
  store: Store,
  vault: Vault,
  signal: AbortSignal,
): EngineContext {
  const { version, host, embeddedRegistry, downloadsFolder, logger, clock = systemClock } = options;
  const events = new EventHub(logger);
  const containerTools = containerToolLogins({
    ...options.containerTools,
    signal,
    onProblem: (problem) => logger.warn({ err: problem }, 'logins of container tools could not be read'),
  });
  const logins = new Logins(vault, containerTools);
  const pinned = new PinnedCertificates(store);
  const settings = new SettingsService(store, events);
  const network = new NetworkSettings({
    settings,
    vault,
    pinned,
    surroundings: {
      ...options.containerTools,
      systemProxies: host.resolveProxy && new SystemProxies(host.resolveProxy, clock),
    },
    clock,
  });
  const repositories = new Repositories({ logins, store, clock, logger, pinned });
  const transfers = new LiveTransfers(events);
  const sigstore = makeSigstore({ home, settings, repositories, clock, logger });
  return {
    ...{
      home,
      store,
      logins,
      containerTools,
      events,
      version,
      host,
      embeddedRegistry,
      downloadsFolder,
      logger,
      clock,
    },
    updates: options.updates ?? 'elsewhere',
    pinned,
    localNetwork: new LocalNetwork({ embeddedRegistry, store, events, logger }),
    repositories,
    ...makeTrust(vault, { store, clock, events, logger, repositories, sigstore }),
    settings,
    sigstore,
    publicSigners: new PublicSigners(settings),
    network,
    attachments: new AttachmentShelf(join(home, 'outbox')),
    draggedFiles: new DraggedFiles(join(home, 'dragged')),
    transfers,
    partials: new Partials({ folder: join(home, 'partial'), store, transfers, events, logger }),
    budget: new MemoryBudget(limits.transferMemoryBytes),
  };
}
