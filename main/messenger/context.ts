import type { Clock } from '../base/clock.ts';
import type { ContainerToolLogins } from '../credentials/container-tools.ts';
import type { Store } from '../store/store.ts';
import type { MemoryBudget } from '../transfer/memory-budget.ts';
import type { AttachmentShelf } from './attachments.ts';
import type { DraggedFiles } from './dragged-files.ts';
import type { EmbeddedRegistryService, HostAbilities } from './engine.ts';
import type { EventHub } from './events.ts';
import type { Partials } from './inbox/partials.ts';
import type { Logger } from './logger.ts';
import type { LocalNetwork } from './local-network.ts';
import type { Logins } from './logins.ts';
import type { PinnedCertificates } from './pinned-certificates.ts';
import type { NetworkSettings } from './network/network-settings.ts';
import type { Repositories } from './repositories.ts';
import type { SettingsService } from './settings.ts';
import type { LiveTransfers } from './transfers.ts';
import type { PublicSigners } from './sigstore/public-signers.ts';
import type { Sigstore } from './sigstore/sigstore.ts';
import type { KnownKeys } from './trust/known-keys.ts';
import type { OwnKeys } from './trust/own-keys.ts';
import type { OwnProfiles } from './trust/own-profiles.ts';
import type { UpdateOrigin } from './updates/origin.ts';

/** What the parts of the engine share. Made once in `make-context.ts`; each part takes the few fields that it names. */
export interface EngineContext {
  /** Absolute folder with all state of this user. */
  readonly home: string;
  readonly version: string;
  readonly updates: UpdateOrigin;
  readonly store: Store;
  readonly logins: Logins;
  readonly ownKeys: OwnKeys;
  readonly ownProfiles: OwnProfiles;
  readonly knownKeys: KnownKeys;
  /** The logins that Docker and Podman have on this computer. */
  readonly containerTools: ContainerToolLogins;
  readonly repositories: Repositories;
  readonly sigstore: Sigstore;
  readonly publicSigners: PublicSigners;
  readonly pinned: PinnedCertificates;
  readonly localNetwork: LocalNetwork;
  readonly settings: SettingsService;
  readonly network: NetworkSettings;
  readonly events: EventHub;
  readonly attachments: AttachmentShelf;
  readonly draggedFiles: DraggedFiles;
  readonly transfers: LiveTransfers;
  readonly partials: Partials;
  /** Bytes of file content in memory, over all transfers. */
  readonly budget: MemoryBudget;
  readonly host: HostAbilities;
  readonly embeddedRegistry: EmbeddedRegistryService | null;
  /** The system's downloads folder. */
  readonly downloadsFolder: string;
  readonly clock: Clock;
  readonly logger: Logger;
}
