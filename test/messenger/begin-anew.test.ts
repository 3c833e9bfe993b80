/** Whose key is lost goes on with a new one, and who knows them is warned. */
import { expect, test } from 'vitest';
import { makeTrust } from '../../main/messenger/trust/trust.ts';
import { profileTag } from '../../main/protocol/tags.ts';
import { fetchSignedProfile } from '../../main/trust/profile-artifact.ts';
import { bobId, startSwitchableRegistry } from './household.ts';
import { at } from './strangers.ts';
import { temporaryVault, workbench } from './workbench.ts';

const day = 86_400_000;

/** Bob, who has published, whom a friend knows, and whose vault is another one now. */
async function lostKey() {
  const registry = await startSwitchableRegistry();
  const { context, account, clock } = await workbench(registry.mailbox);
  await context.ownProfiles.ensureIn(account, registry.mailbox);
  const old = await context.ownKeys.signingKey(account.id);
  const { store, knownKeys, repositories } = context;
  const bob = store.people.ensure(bobId, clock.now());
  const friendLooks = () => knownKeys.look(bob, repositories.for(account), { from: 'mailbox' });
  await friendLooks();
  const believed = () => knownKeys.policyFor(bob.id)?.keys.map(({ fingerprint }) => fingerprint);
  const published = () =>
    at(registry.mailbox, (repository) => fetchSignedProfile(repository, profileTag(bobId), []));
  const { ownKeys, ownProfiles } = makeTrust((await temporaryVault()).vault, context);
  await expect(ownKeys.signingKey(account.id)).rejects.toMatchObject({ detail: { reason: 'key-lost' } });
  const keyNow = () => store.accounts.get(account.id)?.signingKey;
  return {
    ...{ registry, context, account, clock, bob, old: old.verifying.fingerprint },
    ...{ friendLooks, believed, published, ownKeys, ownProfiles, keyNow },
  };
}

test('the new key is published with everything before it revoked, and signs what follows', async () => {
  const { ownProfiles, ownKeys, account, old, published, keyNow, clock, registry } = await lostKey();
  await ownProfiles.beginAnew(account);
  const { verifying } = await ownKeys.signingKey(account.id);
  expect(verifying.fingerprint).not.toBe(old);
  expect(keyNow()).toBe(verifying.fingerprint);
  expect((await published()).profile).toMatchObject({
    sequence: 2,
    devices: [{ key: { fingerprint: verifying.fingerprint } }],
    revoked: [{ id: old }],
  });
  clock.pass(11 * day);
  await ownProfiles.ensureIn(account, registry.mailbox);
  expect((await published()).profile.sequence).toBe(3);
  expect(ownProfiles.alarmOf(account.id)).toBeNull();
});

test('what was written to the old key before was written to me', async () => {
  const { ownProfiles, account, old, keyNow } = await lostKey();
  await ownProfiles.beginAnew(account);
  const mine = await ownProfiles.fingerprints(account.id);
  expect(mine).toEqual(expect.arrayContaining([old, keyNow()]));
});

test('a friend is warned, goes on believing the old key, and takes the new one only by a decision', async () => {
  const { ownProfiles, account, context, bob, old, friendLooks, believed, keyNow } = await lostKey();
  await ownProfiles.beginAnew(account);
  await friendLooks();
  expect(context.knownKeys.trustOf(bob).change).toMatchObject({
    kind: 'alarm',
    reason: 'not-signed-by-pinned-key',
    blocking: true,
  });
  expect(believed()).toEqual([old]);
  context.knownKeys.acceptChange(bob.id, 'new');
  expect(believed()).toEqual([keyNow()]);
});

test('a key that is there is never given up', async () => {
  const { context, account, old, keyNow, published } = await lostKey();
  await expect(context.ownProfiles.beginAnew(account)).rejects.toMatchObject({ code: 'conflict' });
  expect(keyNow()).toBe(old);
  expect((await published()).profile.sequence).toBe(1);
});

test('without the registry nothing changes, and it can be tried again; asked for twice at once it is one key', async () => {
  const { ownProfiles, ownKeys, account, registry, old, keyNow, published } = await lostKey();
  await registry.off();
  await expect(ownProfiles.beginAnew(account)).rejects.toMatchObject({ code: 'network' });
  expect(keyNow()).toBe(old);
  await expect(ownKeys.signingKey(account.id)).rejects.toMatchObject({ detail: { reason: 'key-lost' } });
  await registry.on();
  await Promise.all([ownProfiles.beginAnew(account), ownProfiles.beginAnew(account)]);
  expect((await published()).profile).toMatchObject({
    sequence: 2,
    devices: [{ key: { fingerprint: keyNow() } }],
  });
});

test('an account that never published begins like any other', async () => {
  const registry = await startSwitchableRegistry();
  const { context, account } = await workbench(registry.mailbox);
  await context.ownKeys.signingKey(account.id);
  const { ownProfiles } = makeTrust((await temporaryVault()).vault, context);
  await ownProfiles.beginAnew(account);
  const { profile } = await at(registry.mailbox, (repository) =>
    fetchSignedProfile(repository, profileTag(bobId), []),
  );
  expect(profile).toMatchObject({ sequence: 1, revoked: [] });
});
