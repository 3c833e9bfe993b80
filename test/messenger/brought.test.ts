/** What came from outside the window: the engine takes files in and reads links, and does nothing more for either. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BroughtThings } from '../../main/hosts/brought.ts';
import { aliceId, bobId, settle, temporaryFolder } from './household.ts';

const mailbox = 'registry.invalid/team/mail';

async function broughtTo() {
  const brought = new BroughtThings();
  const alice = await settle({ host: { kind: 'electron', brought } });
  const account = await alice.ask('accounts.create', {
    kind: 'registry',
    identity: aliceId,
    repository: mailbox,
    login: { kind: 'none' },
  });
  return { alice, brought, accountId: account.id };
}

test('files become attachments, each once, and what cannot be taken is counted', async () => {
  const { alice, brought } = await broughtTo();
  const folder = await temporaryFolder('brought');
  await writeFile(join(folder, 'plan.txt'), 'x');
  await mkdir(join(folder, 'Trip'));
  const files = ['plan.txt', 'Trip', 'gone.txt'].map((name) => join(folder, name));
  brought.add({ link: null, files });
  const taken = await alice.ask('brought.takeFiles', {});
  expect(taken.attachments).toMatchObject([{ name: 'plan.txt' }, { name: 'Trip.tar', folder: true }]);
  expect(taken.left).toBe(1);
  expect(JSON.stringify(taken)).not.toContain(folder);
  expect(await alice.ask('brought.takeFiles', {})).toEqual({ attachments: [], left: 0 });
});

test('a link is given to the window as it came, and reading it changes nothing', async () => {
  const { alice, brought, accountId } = await broughtTo();
  const link = `dockercomms:conversation?v=1&id=${encodeURIComponent(bobId)}&repo=evil.example%2Fmail`;
  brought.add({ link, files: [] });
  expect(await alice.ask('brought.takeLink', {})).toBe(link);
  const read = { kind: 'conversation', identity: bobId, mailbox: 'evil.example/mail' };
  expect(await alice.ask('links.read', { link })).toEqual({ ...read, conversationId: null });
  expect(await alice.ask('conversations.list', {})).toEqual([]);

  const { id } = await alice.ask('conversations.start', { accountId, identity: bobId });
  expect(await alice.ask('links.read', { link })).toEqual({ ...read, conversationId: id });
  // Where Bob is written to is not for a link to say.
  expect(await alice.ask('people.list', {})).toMatchObject([{ identity: bobId, mailbox: null }]);
});

test('a link to a conversation names where its person is reached from elsewhere', async () => {
  const { alice, accountId } = await broughtTo();
  const { id } = await alice.ask('conversations.start', { accountId, identity: bobId });
  const { link } = await alice.ask('links.ofConversation', { conversationId: id });
  expect(await alice.ask('links.read', { link })).toMatchObject({ identity: bobId, mailbox });
});

test('a link that makes no sense fails, and nothing is brought where the host brings nothing', async () => {
  const alice = await settle();
  expect(await alice.fail('links.read', { link: 'dockercomms:send?text=x' })).toMatchObject({
    code: 'invalid',
  });
  expect(await alice.ask('brought.takeFiles', {})).toEqual({ attachments: [], left: 0 });
  expect(await alice.ask('brought.takeLink', {})).toBeNull();
});
