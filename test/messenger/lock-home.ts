import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { keyFileSlot } from '../../main/vault/key-file-slot.ts';
import { passphraseSlot } from '../../main/vault/passphrase-slot.ts';
import { Vault } from '../../main/vault/vault.ts';

/** Only `passphrase` opens this home from now on; cheaply: what deriving a key costs is no matter here. */
export async function lockHome(home: string, passphrase: string): Promise<void> {
  await mkdir(home, { recursive: true, mode: 0o700 });
  const slots = [keyFileSlot(join(home, 'vault.key'))];
  const vault = await Vault.open({ path: join(home, 'vault.json'), slots });
  await vault.keepIn(passphraseSlot({ passphrase: () => Promise.resolve(passphrase), costExponent: 4 }));
  await vault.keepOutOf('key-file');
}
