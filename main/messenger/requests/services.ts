import type { RequestName } from '../../../preload/contract/requests.ts';
import type { Accounts } from '../accounts.ts';
import type { RequestHandlers } from '../call.ts';
import type { ConnectionTests } from '../connection/connection-tests.ts';
import type { Cleanup } from '../cleanup/cleanup.ts';
import type { EngineContext } from '../context.ts';
import type { Downloads } from '../inbox/downloads.ts';
import type { ReceiptPump } from '../inbox/receipt-pump.ts';
import type { Notifier } from '../notifications/notifier.ts';
import type { QuietTimes } from '../quiet-times.ts';
import type { SignIns } from '../sigstore/sign-ins.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { Updates } from '../updates/updates.ts';
import type { Vault } from '../../vault/vault.ts';

/** What handlers act on. */
export interface EngineServices {
  readonly context: EngineContext;
  readonly accounts: Accounts;
  readonly outbox: Outbox;
  readonly downloads: Downloads;
  readonly receipts: ReceiptPump;
  readonly notifier: Notifier;
  readonly quietTimes: QuietTimes;
  readonly connectionTests: ConnectionTests;
  readonly cleanup: Cleanup;
  readonly updates: Updates;
  readonly vault: Vault;
  readonly signIns: SignIns;
}

/** The handlers of the requests whose names begin with `Group`. */
export type HandlersOf<Group extends string> = Pick<
  RequestHandlers,
  Extract<RequestName, `${Group}.${string}`>
>;
