import type { Vault } from '../vault/vault.ts';
import { Accounts } from './accounts.ts';
import { Cleanup } from './cleanup/cleanup.ts';
import { ConnectionTests } from './connection/connection-tests.ts';
import type { EngineContext } from './context.ts';
import { Downloads } from './inbox/downloads.ts';
import { ReceiptPump } from './inbox/receipt-pump.ts';
import { MailboxWatch } from './inbox/watch.ts';
import { Notifier } from './notifications/notifier.ts';
import { QuietTimes } from './quiet-times.ts';
import { Outbox } from './outbox/outbox.ts';
import type { EngineServices } from './requests/services.ts';
import { SignIns } from './sigstore/sign-ins.ts';
import { Updates } from './updates/updates.ts';

/** Makes the moving parts of an engine and tells them of each other. Nothing runs yet: `engine-life.ts` starts them. */
export function makeServices(context: EngineContext, vault: Vault): EngineServices {
  const { store } = context;
  const notifier = new Notifier(context);
  const quietTimes = new QuietTimes({ context, onMuted: () => notifier.tellUnread() });
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
          if (recovered) {
            outbox.hurry();
            downloads.hurry();
          } else downloads.pump();
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
  const updates = new Updates(context);
  const signIns = new SignIns(context, () => outbox.hurry());
  return {
    context,
    accounts,
    outbox,
    downloads,
    receipts,
    notifier,
    quietTimes,
    connectionTests,
    cleanup,
    updates,
    vault,
    signIns,
  };
}
