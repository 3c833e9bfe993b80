import { expect, test } from 'vitest';
import { incomingText, insert, temporaryStore } from './temporary-store.ts';

const second = {
  identity: 'alice@work.example',
  repository: 'localhost:5000/alice',
  kind: 'this-computer',
  loginKind: 'none',
  username: null,
  createdAt: 2,
} as const;

test('accounts are listed in the order in which they were made', async () => {
  const { store } = await temporaryStore();
  const account = store.accounts.insert(second);
  expect(store.accounts.list().map(({ id }) => id)).toEqual([store.accounts.list()[0]?.id, account.id]);
  expect(store.accounts.get(account.id)).toEqual({ ...second, id: account.id, signingKey: null });
});

test('the same identity in the same repository is a conflict', async () => {
  const { store } = await temporaryStore();
  const account = store.accounts.insert(second);
  expect(() => store.accounts.insert(second)).toThrow(expect.objectContaining({ code: 'conflict' }));
  const other = store.accounts.insert({ ...second, repository: 'localhost:5000/other' });
  expect(() => store.accounts.update(other.id, { repository: account.repository })).toThrow(
    expect.objectContaining({ code: 'conflict' }),
  );
});

test('an update changes what it names and nothing else', async () => {
  const { store } = await temporaryStore();
  const account = store.accounts.insert(second);
  expect(store.accounts.update(account.id, { username: 'al' })).toBe(true);
  expect(store.accounts.get(account.id)).toEqual({ ...account, username: 'al' });
  expect(store.accounts.update(account.id, {})).toBe(true);
  expect(store.accounts.update('nobody', { username: 'al' })).toBe(false);
});

test('a field that is no column never becomes part of a statement', async () => {
  const { store } = await temporaryStore();
  const account = store.accounts.insert(second);
  const attack = { 'username = 1, identity': 'mallory' };
  expect(() => store.accounts.update(account.id, attack as object)).toThrow(
    expect.objectContaining({ code: 'internal' }),
  );
  expect(store.accounts.get(account.id)).toEqual(account);
});

test('removing an account takes its conversations, messages and owed receipts, and leaves people', async () => {
  const { store, conversation } = await temporaryStore();
  const message = insert(
    store,
    incomingText(conversation, { manifest: new Uint8Array([1]), text: 'needle' }),
  );
  store.receipts.owe({
    accountId: conversation.accountId,
    messageId: message.id,
    repository: 'r',
    forDigest: 'd',
    recipient: message.author,
    status: 'accepted',
    reason: null,
    verified: false,
  });
  expect(store.accounts.remove(conversation.accountId)).toBe(true);
  expect(store.conversations.list()).toEqual([]);
  expect(store.messages.get(message.id)).toBeNull();
  expect(store.messages.manifest(message.id)).toBeNull();
  expect(store.search.query('needle', 5)).toEqual([]);
  expect(store.receipts.due(Number.MAX_SAFE_INTEGER)).toEqual([]);
  expect(store.people.findByIdentity('bob@example.com')).not.toBeNull();
  expect(store.accounts.remove(conversation.accountId)).toBe(false);
});

test('identities of people are compared byte for byte', async () => {
  const { store } = await temporaryStore();
  const person = store.people.ensure('Zoë', 10);
  expect(store.people.ensure('Zoë', 20)).toEqual(person);
  for (const other of ['zoë', 'Zoe\u0308', 'Zoë ', 'ZOË']) {
    expect(store.people.findByIdentity(other)).toBeNull();
  }
  expect(store.people.ensure('zoë', 30).id).not.toBe(person.id);
});

test('a person keeps the first sight and takes a name and a mailbox', async () => {
  const { store } = await temporaryStore();
  const person = store.people.ensure('carol', 10);
  expect(person).toMatchObject({ name: null, mailbox: null, firstSeenAt: 10 });
  expect(store.people.update(person.id, { name: 'Carol', mailbox: 'r.example/carol' })).toBe(true);
  expect(store.people.update(person.id, { name: null })).toBe(true);
  expect(store.people.get(person.id)).toEqual({ ...person, mailbox: 'r.example/carol' });
  expect(store.people.update('nobody', { name: 'x' })).toBe(false);
});
