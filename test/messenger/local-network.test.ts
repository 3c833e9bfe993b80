/** The registry of one computer, opened to the network, and somebody else who reaches it there. */
import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { embeddedRegistryService } from '../../main/registry/service.ts';
import { aliceId, bobId, type Resident, settle } from './household.ts';

/** See test/oci/pinned-certificate.test.ts: loopback, in a form for which TLS is spoken. */
const networkAddress = '::ffff:127.0.0.2';
const quotaBytes = 2 ** 30;

async function aliceOpens(): Promise<{ alice: Resident; address: string; fingerprint: string }> {
  const alice = await settle({ embeddedRegistry: embeddedRegistryService({ networkAddress }) });
  await alice.ask('accounts.create', { kind: 'this-computer', identity: aliceId });
  const { addresses, fingerprint } = await alice.ask('localNetwork.open', { quotaBytes });
  return { alice, address: addresses[0] ?? '', fingerprint: fingerprint ?? '' };
}

const loginOf = (password: string) => ({ kind: 'password', username: 'bob', password }) as const;

async function bobJoins(address: string, fingerprint: string, password: string): Promise<Resident> {
  const bob = await settle();
  await bob.ask('connection.acceptCertificate', { repository: address, fingerprint });
  await bob.ask('accounts.create', {
    kind: 'registry',
    identity: bobId,
    repository: address,
    login: loginOf(password),
  });
  return bob;
}

test('closed until somebody says so, and closed again when they do', async () => {
  const alice = await settle({ embeddedRegistry: embeddedRegistryService({ networkAddress }) });
  await alice.ask('accounts.create', { kind: 'this-computer', identity: aliceId });
  expect(await alice.ask('localNetwork.status', {})).toMatchObject({
    ...{ state: 'closed', addresses: [], fingerprint: null, people: [] },
  });
  expect(await alice.ask('localNetwork.open', { quotaBytes: null })).toMatchObject({ state: 'open' });
  const [account] = await alice.ask('accounts.list', {});
  expect(account?.addresses).toHaveLength(1);
  expect(await alice.ask('localNetwork.close', {})).toMatchObject({ state: 'closed', addresses: [] });
});

test('Bob compares the fingerprint, and messages go both ways; Alice stays on loopback', async () => {
  const { alice, address, fingerprint } = await aliceOpens();
  const { password } = await alice.ask('localNetwork.invite', { name: 'bob' });
  const login = loginOf(password);
  const bob = await settle();
  const before = await bob.ask('connection.test', { testId: 'test', repository: address, login });
  expect(before).toMatchObject({ usable: false, certificate: { fingerprint } });
  await bob.ask('connection.acceptCertificate', { repository: address, fingerprint });
  const after = await bob.ask('connection.test', { testId: 'test', repository: address, login });
  expect(after).toMatchObject({ usable: true });
  expect(after.certificate).toBeUndefined();
  await bob.ask('accounts.create', { kind: 'registry', identity: bobId, repository: address, login });
  await bob.say(aliceId, 'Over the network');
  await alice.awaits(bobId, { content: { text: 'Over the network' } });
  await alice.say(bobId, 'And back');
  await bob.awaits(aliceId, { content: { text: 'And back' } });
  await bob.awaits(aliceId, { state: 'received' });
  const [account] = await bob.ask('accounts.list', {});
  expect(account).toMatchObject({ acceptedCertificate: fingerprint, login: { username: 'bob' } });
  const [hers] = await alice.ask('accounts.list', {});
  expect(hers?.repository).toMatch(/^127\.0\.0\.1:/);
});

test('an invitation leads to the address on the network, and names the certificate to trust there', async () => {
  const { alice, address, fingerprint } = await aliceOpens();
  const [account] = await alice.ask('accounts.list', {});
  const invite = async () => {
    const { link } = await alice.ask('invites.create', { accountId: account?.id ?? '' });
    return alice.ask('invites.read', { link });
  };
  expect(await invite()).toMatchObject({ repository: address, certificate: fingerprint });
  await alice.ask('localNetwork.close', {});
  expect(await invite()).toMatchObject({ repository: account?.repository, certificate: null });
});

test('the password is in no answer but the one, and in no event', async () => {
  const { alice } = await aliceOpens();
  const { password } = await alice.ask('localNetwork.invite', { name: 'bob' });
  const status = await alice.ask('localNetwork.status', {});
  expect(status.people.map(({ name }) => name)).toEqual(['bob']);
  expect(JSON.stringify([status, alice.events])).not.toContain(password);
});

test('a revoked person is told so at their account, and can do nothing more', async () => {
  const { alice, address, fingerprint } = await aliceOpens();
  const { password } = await alice.ask('localNetwork.invite', { name: 'bob' });
  const bob = await bobJoins(address, fingerprint, password);
  await bob.ask('accounts.sync', {});
  expect(await alice.ask('localNetwork.revoke', { name: 'bob' })).toMatchObject({ people: [] });
  await bob.ask('accounts.sync', {});
  expect((await bob.ask('accounts.list', {}))[0]?.connection).toMatchObject({
    ...{ state: 'trouble', error: { code: 'auth' } },
  });
});

test('after a restart it is open at the same address, with the same certificate and people', async () => {
  const { alice, address, fingerprint } = await aliceOpens();
  const { password } = await alice.ask('localNetwork.invite', { name: 'bob' });
  await alice.close();
  await alice.open();
  await expect
    .poll(() => alice.ask('localNetwork.status', {}))
    .toMatchObject({
      state: 'open',
      addresses: [address],
      fingerprint,
      people: [{ name: 'bob' }],
      quotaBytes,
    });
  const bob = await bobJoins(address, fingerprint, password);
  await bob.say(aliceId, 'Still here');
  await alice.awaits(bobId, { content: { text: 'Still here' } });
});

test('a port that another program took is said, and not changed behind people’s backs', async () => {
  const { alice, address } = await aliceOpens();
  await alice.close();
  const port = Number(/:(\d+)\//.exec(address)?.[1]);
  const thief = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => thief.listen(port, networkAddress, resolve));
  onTestFinished(() => void thief.close());
  await alice.open();
  await expect
    .poll(() => alice.ask('localNetwork.status', {}))
    .toMatchObject({ state: 'failed', addresses: [], error: { code: 'conflict' } });
  expect(await alice.fail('localNetwork.open', { quotaBytes })).toMatchObject({ code: 'conflict' });
});

test('a certificate that changed is no click-through: it has to be given up first, then compared anew', async () => {
  const { alice, address, fingerprint } = await aliceOpens();
  const { password } = await alice.ask('localNetwork.invite', { name: 'bob' });
  const bob = await settle();
  const wrong = 'a'.repeat(64);
  expect(
    await bob.fail('connection.acceptCertificate', { repository: address, fingerprint: wrong }),
  ).toMatchObject({ code: 'untrusted' });
  await bob.ask('connection.acceptCertificate', { repository: address, fingerprint });
  expect(
    await bob.fail('connection.acceptCertificate', { repository: address, fingerprint: wrong }),
  ).toMatchObject({ code: 'conflict' });
  await bob.ask('connection.forgetCertificate', { repository: address });
  const login = loginOf(password);
  expect(await bob.ask('connection.test', { testId: 'test', repository: address, login })).toMatchObject({
    ...{ usable: false, certificate: { fingerprint } },
  });
});

test('Alice’s own address on the network leads her to her own registry, without a login', async () => {
  const { alice, address } = await aliceOpens();
  const conversationId = await alice.with(bobId, address);
  await alice.ask('messages.send', { conversationId, text: 'To your mailbox, which is mine' });
  await alice.awaits(bobId, { state: 'sent' });
});

test('with the last account of this computer the network is closed: nobody could see it any more', async () => {
  const { alice } = await aliceOpens();
  const [account] = await alice.ask('accounts.list', {});
  await alice.ask('accounts.remove', { accountId: account?.id ?? '' });
  expect(await alice.ask('localNetwork.status', {})).toMatchObject({ state: 'closed', addresses: [] });
});
