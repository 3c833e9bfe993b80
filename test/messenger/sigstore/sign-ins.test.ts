import { expect, test } from 'vitest';
import { sigstoreServices } from '../../peers/sigstore-services.ts';
import { aliceId, bobId, type Resident } from '../household.ts';
import { household, signIn, useInstance } from './signing-household.ts';

function issuerOf({ issuer }: { readonly issuer: URL }): string {
  return issuer.href.replace(/\/$/, '');
}

function certifiersOfAlice(bob: Resident) {
  return async () => (await bob.ask('people.list', {})).find(({ identity }) => identity === aliceId)?.trust;
}

test('a friend sees who signed in for the key, and it stays with the profile', async () => {
  const { alice, bob, accountId, services, provider } = await household();
  const by = await signIn(alice, accountId);
  expect(by).toMatchObject({ subject: aliceId, issuer: issuerOf(provider) });
  expect((await alice.ask('identity.get', { accountId })).certifiedBy).toEqual(by);
  await alice.say(bobId, 'it is me');
  await bob.awaits(aliceId, { trust: 'signed' });
  await expect
    .poll(certifiersOfAlice(bob))
    .toMatchObject({ certification: { by: [{ subject: aliceId, issuer: issuerOf(provider) }] } });
  expect(services.requests.filter((path) => path.endsWith('/entries'))).toHaveLength(1);
  expect(provider.redeemed).toHaveLength(1);
});

test('a host that can shows the page itself, and only the one that waits', async () => {
  const shown: URL[] = [];
  const openPage = (page: URL) => Promise.resolve(void shown.push(page));
  const { bob, services, provider } = await household({ kind: 'electron', openPage });
  await useInstance(bob, services, provider.issuer);
  const [account] = await bob.ask('accounts.list', {});
  const accountId = account?.id ?? '';
  expect(await bob.fail('signIn.open', { accountId })).toMatchObject({ code: 'not-found' });
  const { url } = await bob.ask('signIn.begin', { accountId, answer: 'loopback', purpose: 'confirm' });
  await bob.ask('signIn.open', { accountId });
  expect(shown.map(({ href }) => href)).toEqual([url]);
  await bob.ask('signIn.cancel', { accountId });
  expect(await bob.fail('signIn.open', { accountId })).toMatchObject({ code: 'not-found' });
});

test('the code of the page does where no browser comes back', async () => {
  const { alice, accountId, provider } = await household();
  const { url, answer } = await alice.ask('signIn.begin', { accountId, answer: 'paste', purpose: 'confirm' });
  expect(answer).toBe('paste');
  await fetch(url);
  expect(await alice.fail('signIn.paste', { accountId, code: ' ' })).toMatchObject({ code: 'invalid' });
  await alice.ask('signIn.paste', { accountId, code: provider.codes[0] ?? '' });
  const by = await alice.ask('signIn.finish', { accountId });
  await alice.ask('signIn.withdraw', { accountId });
  expect(by).toMatchObject({ subject: aliceId, issuer: issuerOf(provider) });
  expect((await alice.ask('identity.get', { accountId })).certifiedBy).toBeNull();
});

test('nothing is asked of any service when it is cancelled', async () => {
  const { alice, accountId, services } = await household();
  await alice.ask('signIn.begin', { accountId, answer: 'loopback', purpose: 'confirm' });
  const failed = alice.fail('signIn.finish', { accountId });
  await alice.ask('signIn.cancel', { accountId });
  expect(await failed).toMatchObject({ code: 'cancelled' });
  expect(await alice.fail('signIn.finish', { accountId })).toMatchObject({ code: 'not-found' });
  expect(services.requests).toEqual([]);
});

test('where public signatures are switched off nobody is asked anything', async () => {
  const { alice, bob, accountId, services, provider } = await household();
  await signIn(alice, accountId);
  const asked = services.requests.length;
  for (const resident of [alice, bob]) {
    await resident.ask('settings.update', { publicSignatures: { enabled: false } });
  }
  expect(
    await alice.fail('signIn.begin', { accountId, answer: 'loopback', purpose: 'confirm' }),
  ).toMatchObject({
    code: 'unsupported',
    detail: { reason: 'public-signatures-off' },
  });
  await alice.say(bobId, 'it is me');
  await bob.awaits(aliceId, { trust: 'signed' });
  expect((await certifiersOfAlice(bob)())?.certification).toMatchObject({ by: [], problem: 'unchecked' });
  expect(services.requests).toHaveLength(asked);
  expect(provider.redeemed).toHaveLength(1);
});

test('a log that is down leaves the key as it was, and says so', async () => {
  const { alice, accountId, provider } = await household();
  const broken = await sigstoreServices({ path: '/api/v1/log/entries', status: 503 });
  await useInstance(alice, broken, provider.issuer);
  const { url } = await alice.ask('signIn.begin', { accountId, answer: 'loopback', purpose: 'confirm' });
  const failed = alice.fail('signIn.finish', { accountId });
  await fetch(url);
  expect(await failed).toMatchObject({ code: 'network' });
  expect((await alice.ask('identity.get', { accountId })).certifiedBy).toBeNull();
});

test('services that their trusted root does not know certify nothing', async () => {
  const { alice, accountId, provider } = await household();
  const [services, { trustedRoot }] = [await sigstoreServices(), await sigstoreServices()];
  await useInstance(alice, { ...services, trustedRoot }, provider.issuer);
  const { url } = await alice.ask('signIn.begin', { accountId, answer: 'loopback', purpose: 'confirm' });
  const failed = alice.fail('signIn.finish', { accountId });
  await fetch(url);
  expect(await failed).toMatchObject({ code: 'verification-failed', detail: { reason: 'certificate' } });
  expect((await alice.ask('identity.get', { accountId })).certifiedBy).toBeNull();
});
