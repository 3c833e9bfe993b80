import { toDockerCommsError } from '../../base/errors.ts';
import { parseMessageManifest } from '../../protocol/message.ts';
import type { Account } from '../../store/accounts.ts';
import type { Message } from '../../store/message.ts';
import type { EngineContext } from '../context.ts';
import type { Accepted } from '../inbox/accept.ts';
import { oweReceipt } from '../inbox/owed-receipt.ts';
import { noteToldMailbox } from '../inbox/told-mailbox.ts';
import { reexamineDelay, retryDelay } from '../schedule.ts';
import type { Judge, Judgement } from './judge.ts';
import { fetchStoredText } from './release.ts';

/** Unverified messages that are looked at again in one look: those that were looked at longest ago. */
const mostAtOnce = 32;

export interface ReexamineOptions {
  /** Gets what turned out to be proven. */
  readonly accepted: Accepted[];
  readonly judge: Judge;
  readonly signal: AbortSignal;
}

/**
 * Looks again at what nobody had proven: v1 peers announce a message before its signature is there, and a key that was
 * unknown may be known by now. Ever more seldom, until the message expires; at once when what is known of its author changes.
 */
export async function reexamine(
  context: EngineContext,
  account: Account,
  { accepted, judge, signal }: ReexamineOptions,
): Promise<void> {
  const { store, clock } = context;
  for (const message of store.messages.unverified(account.id, clock.now(), mostAtOnce)) {
    const manifest = store.messages.manifest(message.id);
    if (manifest === null) continue;
    try {
      const claimed = parseMessageManifest(manifest);
      const judgement = await judge.judgeMessage(claimed, manifest);
      if (judgement.trust === 'signed') {
        accepted.push(await prove(context, account, message, judgement, signal));
        noteToldMailbox(context, account, claimed);
      } else postpone(context, message, judgement);
    } catch (thrown) {
      const error = toDockerCommsError(thrown);
      if (error.code === 'cancelled') throw error;
      postpone(context, message, null);
    }
  }
}

function postpone(
  { store, clock, events }: EngineContext,
  message: Message,
  judgement: Judgement | null,
): void {
  const attempts = message.attempts + 1;
  const told = judgement && { trust: judgement.trust, trustReason: judgement.reason };
  store.messages.transition(message.id, ['unverified'], {
    attempts,
    retryAt: clock.now() + (isOpen(judgement) ? retryDelay(attempts) : reexamineDelay(attempts)),
    ...told,
  });
  if (told !== null && told.trust !== message.trust)
    events.messageChanged(message.conversationId, message.id);
}

/** Whether it was not what lies in the registry that kept it from being proven. */
function isOpen(judgement: Judgement | null): boolean {
  return judgement === null || judgement.reason === 'no-trusted-root';
}

/** From now on it is a message like any other that has just arrived. Fails as fetching its text does, `conflict`. */
async function prove(
  context: EngineContext,
  account: Account,
  message: Message,
  { trust, signer }: Judgement,
  signal: AbortSignal,
): Promise<Accepted> {
  const { store, events, settings } = context;
  const proven = { trust, signer, trustReason: null, attempts: 0, retryAt: null };
  const isText = message.kind === 'text';
  const text = isText ? await fetchStoredText(context, account, message, signal) : null;
  const conversation = store.conversations.get(message.conversationId);
  const { automaticLimitBytes } = settings.get().downloads;
  store.transaction(() => {
    store.messages.transition(message.id, ['unverified'], {
      ...proven,
      ...(isText
        ? { state: 'received', text }
        : {
            state: 'waiting',
            downloadWanted:
              conversation?.standing === 'accepted' && (message.file?.bytes ?? 0) <= automaticLimitBytes,
          }),
    });
    if (isText) oweReceipt(context, account, { ...message, trust });
  });
  events.messageChanged(message.conversationId, message.id);
  return { message: store.messages.get(message.id) ?? message, conversationId: message.conversationId };
}
