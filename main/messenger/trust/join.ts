import type { Clock } from '../../base/clock.ts';
import { formatRepositoryReference, parseRepositoryReference } from '../../oci/reference.ts';
import { parseIdentity } from '../../protocol/identity.ts';
import type { Account, NewAccount } from '../../store/accounts.ts';
import type { Store } from '../../store/store.ts';
import type { NewDevice } from './device-file.ts';
import type { OwnKeys } from './own-keys.ts';

interface Parts {
  readonly store: Pick<Store, 'accounts' | 'pins'>;
  readonly ownKeys: Pick<OwnKeys, 'adopt'>;
  readonly clock: Clock;
}

/**
 * The account that this home gets as one more device of somebody, with the key that was made for it. Fails as the vault
 * does; then there is no such account.
 */
export async function joinAs(
  { store, ownKeys, clock }: Parts,
  { identity, repository, key, profile }: NewDevice,
  login: Pick<NewAccount, 'loginKind' | 'username'>,
): Promise<Account> {
  const account = store.accounts.insert({
    identity: parseIdentity(identity),
    repository: formatRepositoryReference(parseRepositoryReference(repository)),
    kind: 'registry',
    ...login,
    createdAt: clock.now(),
  });
  try {
    await ownKeys.adopt(account.id, key);
    store.pins.setOwn(account.id, profile);
  } catch (error) {
    store.accounts.remove(account.id);
    throw error;
  }
  return store.accounts.get(account.id) ?? account;
}
