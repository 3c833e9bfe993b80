import { join } from 'node:path';
import { systemClock } from '../base/clock.ts';
import { acquireHome } from '../store/home-lock.ts';
import { ensureHome } from '../store/home.ts';
import { Store } from '../store/store.ts';
import { Vault } from '../vault/vault.ts';
import type { LockView } from '../../preload/contract/app.ts';
import { Accounts } from './accounts.ts';
import { answerCall } from './call.ts';
import { Cleanup } from './cleanup/cleanup.ts';
import { ConnectionTests } from './connection/connection-tests.ts';
import type { EngineContext } from './context.ts';
import type { Engine } from './engine.ts';
import { EngineLife } from './engine-life.ts';
import { Downloads } from './inbox/downloads.ts';
import { ReceiptPump } from './inbox/receipt-pump.ts';
import { MailboxWatch } from './inbox/watch.ts';
import { LockedEngine, lockOf, type Opening } from './locked-engine.ts';
import { type EngineOptions, makeContext } from './make-context.ts';
import { Notifier } from './notify.ts';
import { Outbox } from './outbox/outbox.ts';
import { readSettings } from './settings.ts';
import { appStatus } from './requests/app.ts';
import { SignIns } from './sigstore/sign-ins.ts';
import { requestHandlers } from './requests/handlers.ts';

/**
 * Opens a home and starts everything: history can be read at once, the registry is looked at behind it. Where nothing opens
 * its vault by itself, the engine is locked until a person does something about that. Fails `conflict` when another process owns the home,
 * `storage` when store or vault cannot be read.
 */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const home = await ensureHome(options.home);
  const lock = await acquireHome(home);
  let store: Store | null = null;
  const close = async () => {
    store?.close();
    await lock.release();
  };
  try {
    store = Store.open(join(home, 'dockercomms.sqlite'));
    return await openVault(options, { path: home, store, close });
  } catch (error) {
    await close();
    throw error;
  }
}

/** A home that this process owns. */
interface OwnedHome {
  readonly path: string;
  readonly store: Store;
  readonly close: () => Promise<void>;
}

async function openVault(options: EngineOptions, home: OwnedHome): Promise<Engine> {
  const { clock = systemClock, logger } = options;
  const open = async (opening: Opening) => {
    const vault = await vaultBy(opening, options, home.path);
    if (opening.by === 'new-vault') forgetLogins(home.store);
    return startWith(options, home, vault);
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
  home: string,
): Promise<Vault> {
  const path = join(home, 'vault.json');
  switch (opening.by) {
    case 'slots':
      return Vault.open({ path, slots, ...(askPassphrase && { askPassphrase }) });
    case 'passphrase':
      return Vault.openWithPassphrase({ path, slots }, opening.passphrase);
    case 'new-vault':
      return Vault.beginAnew({ path, slots }, stampOf(clock.now()));
  }
}

/** They were in the vault that is put aside: no account is to say that it has one. */
function forgetLogins({ accounts }: Store): void {
  for (const { id } of accounts.list()) accounts.update(id, { loginKind: 'none', username: null });
}

/** For a file's name: `2026-11-24T18-05-00-000Z`. */
function stampOf(now: number): string {
  return new Date(now).toISOString().replaceAll(/[:.]/g, '-');
}

async function startWith(options: EngineOptions, home: OwnedHome, vault: Vault): Promise<Engine> {
  const helpers = new AbortController();
  const context = makeContext(options, home.path, home.store, vault, helpers.signal);
  const engine = await startEngine(context, vault, async () => {
    helpers.abort();
    await home.close();
  });
  repairInBackground(vault, context);
  return engine;
}

/** Not awaited: a keyring may wait for a person, and the vault is open. */
function repairInBackground(vault: Vault, { events, logger }: EngineContext): void {
  vault.repair().then(
    () => {
      events.emit({ type: 'vault.changed' });
    },
    (error: unknown) => {
      logger.warn({ err: error }, 'not everything that could keep the key of the vault has it');
    },
  );
}

/** A secret that cannot be read must not lock anybody out: everything else about the network holds without it. */
async function useNetwork({ network, repositories, logger }: EngineContext): Promise<void> {
  const rules = await network.rules().catch((error: unknown) => {
    logger.warn({ err: error }, 'secrets of the network could not be read');
    return network.rulesWithoutSecrets();
  });
  repositories.useNetwork(rules);
}

/** Makes the moving parts, tells them of each other, and starts them in this order. */
async function startEngine(
  context: EngineContext,
  vault: Vault,
  closeHome: () => Promise<void>,
): Promise<Engine> {
  const { store, events, logger, attachments } = context;
  const notifier = new Notifier(context);
  const receipts = new ReceiptPump(context);
  const downloads = new Downloads(context, () => {
    receipts.pump();
    notifier.tellUnread();
  });
  const accounts: Accounts = new Accounts({
    context,
    watch: (accountId) =>
      new MailboxWatch({
        context,
        accountId,
        onAccepted: (accepted) => {
          downloads.pump();
          receipts.pump();
          notifier.announce(accepted);
        },
        onLooked: (recovered) => {
          if (recovered) outbox.hurry();
          downloads.pump();
          receipts.pump({ hurry: recovered });
        },
      }),
  });
  const outbox = new Outbox({
    context,
    onSent: ({ conversationId }) => {
      const conversation = store.conversations.get(conversationId);
      if (conversation !== null) accounts.noteActivity(conversation.accountId);
    },
  });
  const connectionTests = new ConnectionTests(context);
  const cleanup = new Cleanup(context);
  const signIns = new SignIns(context, () => outbox.hurry());
  const handlers = requestHandlers({
    context,
    accounts,
    outbox,
    downloads,
    receipts,
    notifier,
    connectionTests,
    cleanup,
    vault,
    signIns,
  });

  await useNetwork(context);
  store.outbox.requeueInterrupted();
  await attachments.removeOrphans(new Set(store.messages.temporarySources()));
  const life = new EngineLife({ context, accounts, outbox, downloads, receipts, cleanup, closeHome });
  // Not awaited: the window shows history while the embedded registry starts and mailboxes are looked at.
  void life.start();
  return {
    call: (method, input) => answerCall(handlers, logger, method, input),
    subscribe: (listener) => events.subscribe(listener),
    attachments,
    wake: () => life.wake(),
    pause: () => life.pause(),
    close: () => {
      connectionTests.cancelAll();
      signIns.cancelAll();
      return life.close();
    },
  };
}
