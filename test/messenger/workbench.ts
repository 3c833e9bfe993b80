/** The parts of an engine with a store of their own and nothing running: for tests of one part. */
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Clock, systemClock } from '../../main/base/clock.ts';
import { limits } from '../../main/base/limits.ts';
import { containerToolLogins } from '../../main/credentials/container-tools.ts';
import { AttachmentShelf } from '../../main/messenger/attachments.ts';
import type { EngineContext } from '../../main/messenger/context.ts';
import { DraggedFiles } from '../../main/messenger/dragged-files.ts';
import { EventHub } from '../../main/messenger/events.ts';
import { Partials } from '../../main/messenger/inbox/partials.ts';
import { Logins } from '../../main/messenger/logins.ts';
import { LocalNetwork } from '../../main/messenger/local-network.ts';
import { PinnedCertificates } from '../../main/messenger/pinned-certificates.ts';
import { NetworkSettings } from '../../main/messenger/network/network-settings.ts';
import { Repositories } from '../../main/messenger/repositories.ts';
import { SettingsService } from '../../main/messenger/settings.ts';
import { PublicSigners } from '../../main/messenger/sigstore/public-signers.ts';
import { makeSigstore } from '../../main/messenger/sigstore/sigstore.ts';
import { makeTrust } from '../../main/messenger/trust/trust.ts';
import { LiveTransfers } from '../../main/messenger/transfers.ts';
import type { Account } from '../../main/store/accounts.ts';
import { Store } from '../../main/store/store.ts';
import { MemoryBudget } from '../../main/transfer/memory-budget.ts';
import { keyFileSlot } from '../../main/vault/key-file-slot.ts';
import { Vault } from '../../main/vault/vault.ts';
import type { EngineEvent } from '../../preload/contract/events.ts';
import { bobId, temporaryFolder } from './household.ts';
import { SteppedClock } from './stepped-clock.ts';

export interface Workbench {
  readonly context: EngineContext;
  readonly clock: SteppedClock;
  readonly account: Account;
  readonly events: readonly EngineEvent[];
}

const quiet = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** A vault of its own, and where its file lies. */
export async function temporaryVault(): Promise<{ readonly vault: Vault; readonly path: string }> {
  const folder = await temporaryFolder('vault');
  const path = join(folder, 'vault.json');
  return { vault: await Vault.open({ path, slots: [keyFileSlot(join(folder, 'vault.key'))] }), path };
}

/** Bob's engine, taken apart; his mailbox is `repository`. Requests wait for their next try by `requestClock`. */
export async function workbench(
  repository = 'registry.example.com/bob/mail',
  requestClock: Clock = systemClock,
): Promise<Workbench> {
  const home = await temporaryFolder('home');
  const store = Store.open(join(home, 'dockercomms.sqlite'));
  onTestFinished(() => store.close());
  const clock = new SteppedClock();
  const hub = new EventHub(quiet);
  const containerTools = containerToolLogins({ environment: { XDG_RUNTIME_DIR: home }, home });
  const { vault } = await temporaryVault();
  const logins = new Logins(vault, containerTools);
  const settings = new SettingsService(store, hub);
  const surroundings = { environment: {}, home };
  const pinned = new PinnedCertificates(store);
  const repositories = new Repositories({ logins, store, logger: quiet, clock: requestClock, pinned });
  onTestFinished(() => repositories.close());
  const events: EngineEvent[] = [];
  hub.subscribe((event) => events.push(event));
  const account = store.accounts.insert({
    identity: bobId,
    repository,
    kind: 'registry',
    loginKind: 'none',
    username: null,
    createdAt: clock.now(),
  });
  const transfers = new LiveTransfers(hub);
  const sigstore = makeSigstore({ home, settings, repositories, clock: systemClock, logger: quiet });
  const context: EngineContext = {
    ...{ home, store, logins, pinned, containerTools, repositories, clock, events: hub, logger: quiet },
    version: '0.0.0-test',
    updates: 'elsewhere',
    host: { kind: 'browser' },
    embeddedRegistry: null,
    localNetwork: new LocalNetwork({ embeddedRegistry: null, store, events: hub, logger: quiet }),
    downloadsFolder: join(home, 'downloads'),
    ...{ settings, sigstore, publicSigners: new PublicSigners(settings) },
    network: new NetworkSettings({ settings, vault, pinned, surroundings, clock }),
    ...makeTrust(vault, { store, clock, events: hub, logger: quiet, repositories, sigstore }),
    attachments: new AttachmentShelf(join(home, 'outbox')),
    draggedFiles: new DraggedFiles(join(home, 'dragged')),
    transfers,
    partials: new Partials({ folder: join(home, 'partial'), store, transfers, events: hub, logger: quiet }),
    budget: new MemoryBudget(limits.transferMemoryBytes),
  };
  return { context, clock, account, events };
}
