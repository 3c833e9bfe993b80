/**
 * Where a package will be updated from, built into it: `DOCKERCOMMS_RELEASE_REPOSITORY`, `DOCKERCOMMS_RELEASE_CHANNEL`
 * (`stable` unless it says otherwise) and `DOCKERCOMMS_RELEASE_KEYS`, the files of the public keys that sign releases (PEM).
 * Without a repository the package is not updated from a registry.
 */
import { createPublicKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { parseRepositoryReference } from '../../main/oci/reference.ts';
import { parseVerifyingKey } from '../../main/trust/signing-key.ts';
import { channelTag } from '../../main/updates/release.ts';

/** Options for electron-builder. Throws for what no program could use. */
export async function updateOptions(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<readonly string[]> {
  const repository = environment.DOCKERCOMMS_RELEASE_REPOSITORY ?? '';
  if (repository === '') return [];
  parseRepositoryReference(repository);
  const channel = environment.DOCKERCOMMS_RELEASE_CHANNEL ?? 'stable';
  channelTag(channel);
  const files = (environment.DOCKERCOMMS_RELEASE_KEYS ?? '').split(',').filter((path) => path !== '');
  if (files.length === 0) throw new Error('DOCKERCOMMS_RELEASE_KEYS has to name who signs releases.');
  const keys = await Promise.all(files.map(async (path) => publicKey(await readFile(path, 'utf8'))));
  const options = { repository, channel, keys: keys.join(',') };
  return Object.entries(options).map(([name, value]) => `-c.extraMetadata.updates.${name}=${value}`);
}

/** As SubjectPublicKeyInfo (DER) in base64. A private key gives its public half. */
function publicKey(pem: string): string {
  const spki = createPublicKey(pem).export({ format: 'der', type: 'spki' });
  parseVerifyingKey(spki);
  return spki.toString('base64');
}
