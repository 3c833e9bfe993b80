import { join } from 'node:path';
import { acquireHome } from '../store/home-lock.ts';
import { ensureHome } from '../store/home.ts';
import { Store } from '../store/store.ts';
import type { Vault } from '../vault/vault.ts';
import { answerCall } from './call.ts';
import type { EngineContext } from './context.ts';
import { EngineLife } from './engine-life.ts';
import type { Engine } from './engine.ts';
import { FirstMoments } from './first-moments.ts';
import { type EngineOptions, makeContext } from './make-context.ts';
import { makeServices } from './make-services.ts';
import { type OwnedHome, openWithVault } from './open-vault.ts';
import { requestHandlers } from './requests/handlers.ts';

/**
 * Opens a home and starts everything, in the order in which it stands here: the lock, the store, the vault, then the parts.
 * History can be read at once, the registry is looked at behind it. Where nothing opens the vault by itself, the engine is
 * locked until a person does something about that. Fails `conflict` when another process owns the home, `storage` when store or
 * vault cannot be read.
 */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const path = await ensureHome(options.home);
  const lock = await acquireHome(path);
  let store: Store | null = null;
  const close = async () => {
    store?.close();
    await lock.release();
  };
  try {
    store = Store.open(join(path, 'dockercomms.sqlite'));
    const home = { path, store, close };
    return await openWithVault(options, home, (vault) => startEngine(options, home, vault));
  } catch (error) {
    await close();
    throw error;
  }
}

/** What was interrupted is put right first; then the parts begin, in the order of `EngineLife.start`. */
async function startEngine(options: EngineOptions, home: OwnedHome, vault: Vault): Promise<Engine> {
  const { store } = home;
  const helpers = new AbortController();
  const context = makeContext(options, home.path, store, vault, helpers.signal);
  const services = makeServices(context, vault);
  await useNetwork(context);
  store.outbox.requeueInterrupted();
  await context.attachments.removeOrphans(new Set(store.messages.temporarySources()));
  await context.draggedFiles.removeAll();
  // Not awaited: a partial file may lie on a disk that does not answer.
  void context.partials.tidy();
  const closeHome = async () => {
    helpers.abort();
    await home.close();
  };
  const life = new EngineLife({ ...services, closeHome });
  // Not awaited: the window shows history while the embedded registry starts and mailboxes are looked at.
  const begin = () => void life.start();
  const first = options.opensWindow === true ? new FirstMoments(context.clock, begin) : null;
  if (first === null) begin();
  repairInBackground(vault, context);
  const { connectionTests, signIns } = services;
  const handlers = requestHandlers(services);
  return {
    call: (method, input) => {
      first?.noteRequest(method);
      return answerCall(handlers, context.logger, method, input);
    },
    subscribe: (listener) => context.events.subscribe(listener),
    attachments: context.attachments,
    wake: () => {
      first?.end();
      life.wake();
    },
    // What is held has begun before: otherwise it would begin while it is held.
    pause: () => {
      first?.end();
      life.pause();
    },
    close: () => {
      connectionTests.cancelAll();
      signIns.cancelAll();
      return life.close();
    },
  };
}

/** A secret that cannot be read must not lock anybody out: everything else about the network holds without it. */
async function useNetwork({ network, repositories, logger }: EngineContext): Promise<void> {
  const rules = await network.rules().catch((error: unknown) => {
    logger.warn({ err: error }, 'secrets of the network could not be read');
    return network.rulesWithoutSecrets();
  });
  repositories.useNetwork(rules);
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
