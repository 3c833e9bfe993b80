import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Conversation } from '../../main/store/conversations.ts';
import type { Message, NewMessage } from '../../main/store/message.ts';
import { Store } from '../../main/store/store.ts';

/** A folder that is gone after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'dockercomms-store-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export interface Fixture {
  readonly store: Store;
  readonly path: string;
  readonly conversation: Conversation;
}

/** A store with Alice's account and her conversation with Bob. */
export async function temporaryStore(): Promise<Fixture> {
  const path = join(await temporaryFolder(), 'dockercomms.sqlite');
  const store = Store.open(path);
  onTestFinished(() => store.close());
  return { store, path, conversation: startConversation(store, 'bob@example.com') };
}

export function startConversation(store: Store, identity: string): Conversation {
  const account =
    store.accounts.list()[0] ??
    store.accounts.insert({
      identity: 'alice@example.com',
      repository: 'registry.example.com/alice',
      kind: 'registry',
      loginKind: 'password',
      username: 'alice',
      createdAt: 1,
    });
  return store.conversations.ensure(account.id, store.people.ensure(identity, 1).id, 1);
}

let wireNumber = 0;

export function incomingText(conversation: Conversation, change: Partial<NewMessage> = {}): NewMessage {
  wireNumber += 1;
  return {
    conversationId: conversation.id,
    direction: 'incoming',
    wireId: `wire-${wireNumber}`,
    sessionId: 'session',
    author: conversation.person.identity,
    at: 1000 + wireNumber,
    state: 'received',
    kind: 'text',
    text: 'Hello',
    ttlSeconds: 604_800,
    trust: 'signed',
    ...change,
  };
}

export function outgoingText(conversation: Conversation, change: Partial<NewMessage> = {}): NewMessage {
  return incomingText(conversation, {
    direction: 'outgoing',
    author: 'alice@example.com',
    state: 'queued',
    ...change,
  });
}

/** Inserts one and answers it. */
export function insert(store: Store, message: NewMessage): Message {
  const [inserted] = store.messages.insert([message]);
  if (inserted === undefined) throw new Error('nothing was inserted');
  return inserted;
}
