import type { Vault } from '../../vault/vault.ts';
import type { EngineContext } from '../context.ts';
import type { Repositories } from '../repositories.ts';
import { Certifications, type CertificationParts } from './certifications.ts';
import { KnownKeys } from './known-keys.ts';
import { OwnKeys } from './own-keys.ts';
import { OwnProfiles } from './own-profiles.ts';

export type TrustParts = Pick<EngineContext, 'ownKeys' | 'ownProfiles' | 'knownKeys'>;

/** What the engine knows of keys: its own, and other people's. */
export function makeTrust(
  vault: Vault,
  parts: Pick<EngineContext, 'store' | 'clock' | 'events' | 'logger'> & {
    readonly repositories: Pick<Repositories, 'for'>;
  } & Pick<CertificationParts, 'sigstore'>,
): TrustParts {
  const ownKeys = new OwnKeys({ vault, accounts: parts.store.accounts });
  const knownKeys = new KnownKeys({ ...parts, certifications: new Certifications(parts) });
  return { ownKeys, ownProfiles: new OwnProfiles({ ...parts, ownKeys }), knownKeys };
}
