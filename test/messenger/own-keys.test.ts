import { expect, test } from 'vitest';
import { OwnKeys } from '../../main/messenger/trust/own-keys.ts';
import { temporaryVault, workbench } from './workbench.ts';

const lost = { code: 'auth', detail: { reason: 'key-lost' } };

test('an account gets one key, whoever asks for it first, and keeps it', async () => {
  const { context, account } = await workbench();
  const { vault } = await temporaryVault();
  const { accounts } = context.store;
  const keys = new OwnKeys({ vault, accounts });
  const [one, other] = await Promise.all([keys.signingKey(account.id), keys.signingKey(account.id)]);
  expect(one.verifying.fingerprint).toBe(other.verifying.fingerprint);
  expect(accounts.get(account.id)?.signingKey).toBe(one.verifying.fingerprint);
  const later = await new OwnKeys({ vault, accounts }).signingKey(account.id);
  expect(later.verifying.fingerprint).toBe(one.verifying.fingerprint);
});

test('a key that is gone is said to be gone, and is not replaced', async () => {
  const { context, account } = await workbench();
  const { accounts } = context.store;
  const { vault } = await temporaryVault();
  const first = await new OwnKeys({ vault, accounts }).signingKey(account.id);
  const other = new OwnKeys({ vault: (await temporaryVault()).vault, accounts });
  await expect(other.signingKey(account.id)).rejects.toMatchObject(lost);
  expect(accounts.get(account.id)?.signingKey).toBe(first.verifying.fingerprint);
});

test('a key in the vault that is not the one people know is not used', async () => {
  const { context, account } = await workbench();
  const { accounts } = context.store;
  const mine = (await temporaryVault()).vault;
  const another = (await temporaryVault()).vault;
  await new OwnKeys({ vault: mine, accounts }).signingKey(account.id);
  accounts.update(account.id, { signingKey: null });
  await new OwnKeys({ vault: another, accounts }).signingKey(account.id);
  await expect(new OwnKeys({ vault: mine, accounts }).signingKey(account.id)).rejects.toMatchObject(lost);
});

test('a killed process between vault and store leaves a key that the next one takes', async () => {
  const { context, account } = await workbench();
  const { accounts } = context.store;
  const { vault } = await temporaryVault();
  const killed = {
    get: accounts.get.bind(accounts),
    update: (): boolean => {
      throw new Error('killed');
    },
  };
  await expect(new OwnKeys({ vault, accounts: killed }).signingKey(account.id)).rejects.toThrow('killed');
  const key = await new OwnKeys({ vault, accounts }).signingKey(account.id);
  expect(accounts.get(account.id)?.signingKey).toBe(key.verifying.fingerprint);
  expect(await vault.names()).toEqual([`signing-key:${account.id}`]);
});

test('the key of a removed account goes with it', async () => {
  const { context, account } = await workbench();
  const { accounts } = context.store;
  const { vault } = await temporaryVault();
  const keys = new OwnKeys({ vault, accounts });
  await keys.signingKey(account.id);
  await keys.forget(account.id);
  expect(await vault.names()).toEqual([]);
  await expect(keys.signingKey('nobody')).rejects.toMatchObject({ code: 'not-found' });
});
