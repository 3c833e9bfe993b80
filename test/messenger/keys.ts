/** The keys of people whose engines run: to sign in their name, or to check that they did. */
import { join } from 'node:path';
import { expect } from 'vitest';
import { OwnKeys } from '../../main/messenger/trust/own-keys.ts';
import { Store } from '../../main/store/store.ts';
import type { SigningKey } from '../../main/trust/signing-key.ts';
import { keyFileSlot } from '../../main/vault/key-file-slot.ts';
import { Vault } from '../../main/vault/vault.ts';
import type { Resident } from './household.ts';

/** The key that signs for somebody, once others can know it. */
export async function keyOf(person: Resident): Promise<SigningKey> {
  const [account] = await person.ask('accounts.list', {});
  const accountId = account?.id ?? '';
  await expect.poll(() => person.ask('identity.get', { accountId })).toMatchObject({ published: true });
  const slots = [keyFileSlot(join(person.home, 'vault.key'))];
  const vault = await Vault.open({ path: join(person.home, 'vault.json'), slots });
  const store = Store.open(join(person.home, 'dockercomms.sqlite'));
  try {
    return await new OwnKeys({ vault, accounts: store.accounts }).signingKey(accountId);
  } finally {
    store.close();
  }
}
