import { safeFileName } from '../../protocol/filename.ts';
import type { Account } from '../../store/accounts.ts';
import { createSigningKey } from '../../trust/signing-key.ts';
import { writeDeviceFile } from './device-file.ts';
import type { OwnProfiles } from './own-profiles.ts';

/**
 * Makes one more device of `account`, published at once, and the text of the file with which another computer becomes it.
 * Its key is nowhere else: a file that is lost is a device to be removed. Fails as `OwnProfiles.addDevice`.
 */
export async function addDevice(
  { ownProfiles }: { readonly ownProfiles: Pick<OwnProfiles, 'addDevice'> },
  account: Account,
  passphrase: string,
  signal?: AbortSignal,
): Promise<string> {
  const key = createSigningKey();
  const profile = await ownProfiles.addDevice(account, key, signal);
  const { identity, repository } = account;
  return writeDeviceFile({ identity, repository, key, profile }, passphrase);
}

export function deviceFileName({ identity }: Account): string {
  return safeFileName(`${identity}.dockercomms-device`);
}
