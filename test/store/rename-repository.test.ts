import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Store } from '../../main/store/store.ts';
import { temporaryFolder } from './temporary-store.ts';

const account = {
  identity: 'alice@example.com',
  kind: 'this-computer',
  loginKind: 'none',
  username: null,
  createdAt: 1,
} as const;

async function emptyStore(): Promise<Store> {
  const store = Store.open(join(await temporaryFolder(), 'dockercomms.sqlite'));
  onTestFinished(() => store.close());
  return store;
}

test('a repository under a new address keeps its accounts, people and what was seen in it', async () => {
  const store = await emptyStore();
  const { id } = store.accounts.insert({ ...account, repository: 'old/mail' });
  const person = store.people.ensure('bob@example.com', 1);
  store.people.update(person.id, { mailbox: 'old/mail' });
  const seen = { tag: 't', digest: null, outcome: 'accepted', reason: null, firstSeenAt: 1 } as const;
  store.inbox.record({ repository: 'old/mail', ...seen });
  const ours = { accountId: id, repository: 'old/mail', digest: 'd', tag: 't', subject: null } as const;
  store.published.record({ ...ours, kind: 'message', bytes: 1, expiresAt: 1 });
  store.capabilities.set('old/mail', 'referrers', { works: true, at: 1 });
  store.renameRepository('old/mail', 'new/mail');
  expect(store.capabilities.get('new/mail', 'referrers')).toEqual({ works: true, at: 1 });
  expect(store.accounts.get(id)?.repository).toBe('new/mail');
  expect(store.people.get(person.id)?.mailbox).toBe('new/mail');
  expect(store.inbox.unseenTags('new/mail', ['t'])).toEqual([]);
  expect(store.published.places()).toEqual([{ accountId: id, repository: 'new/mail' }]);
});

test('an account that is at the new address already is never replaced by the one that moves there', async () => {
  const store = await emptyStore();
  const moving = store.accounts.insert({ ...account, repository: 'old/mail' });
  const there = store.accounts.insert({ ...account, repository: 'new/mail' });
  store.renameRepository('old/mail', 'new/mail');
  expect(store.accounts.list().map(({ id }) => id)).toEqual([moving.id, there.id]);
});
