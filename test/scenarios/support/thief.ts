import { sha256 } from '../../../main/base/hash.ts';
import { parseRepositoryReference } from '../../../main/oci/reference.ts';
import { OciRepository } from '../../../main/oci/repository.ts';
import { firstProfile } from '../../../main/trust/own-profile.ts';
import { announceProfile, publishProfile } from '../../../main/trust/profile-artifact.ts';
import { keySigner } from '../../../main/trust/signer.ts';
import { createSigningKey } from '../../../main/trust/signing-key.ts';

/** Somebody who may write to the repository puts keys of their own in the place of somebody else's. */
export async function stealName(identity: string, repository: string): Promise<void> {
  const target = new OciRepository(parseRepositoryReference(repository));
  try {
    const key = createSigningKey();
    const now = Date.now();
    const device = { key: key.verifying, addedAt: new Date(now) };
    const forged = {
      ...firstProfile(identity, device, [repository], now),
      sequence: 7,
      previous: [sha256(Buffer.from('what was there before'))],
    };
    await announceProfile(target, identity, await publishProfile(target, forged, [keySigner(key)]));
  } finally {
    await target.close();
  }
}
