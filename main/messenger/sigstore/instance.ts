/**
 * Which instance of Sigstore is asked and believed, as the settings name it.
 * Must-fail vectors: "an instance of one’s own" in test/messenger/sigstore/trusted-roots.test.ts.
 */
import seeds from '@sigstore/tuf/seeds.json' with { type: 'json' };
import { z } from 'zod';
import type { SigstoreSettings } from '../../../preload/contract/sigstore.ts';
import { DockerCommsError } from '../../base/errors.ts';
import { readJson } from '../../base/json.ts';
import { requireUsableServices, type KeylessServices } from '../../trust/keyless-signer.ts';
import { parseTrustedRoot } from '../../trust/trusted-root.ts';
import { requireUsableProvider, type IdentityProvider } from '../../trust/sign-in.ts';
import type { TufMirror } from '../../trust/tuf-root.ts';

/** One instance of Sigstore: whom it asks to sign in, what signs, and where its trusted root is from. */
export interface SigstoreInstance {
  readonly services: KeylessServices;
  readonly provider: IdentityProvider;
  readonly trust: TrustSource;
}

export type TrustSource =
  | { readonly kind: 'file'; readonly trustedRoot: Uint8Array }
  /** `builtIn`: what holds while the mirror was never reached; null: nothing. */
  | { readonly kind: 'tuf'; readonly mirror: TufMirror; readonly builtIn: Uint8Array | null };

const publicMirror = 'https://tuf-repo-cdn.sigstore.dev';

/** The instance that the settings name. */
export function sigstoreInstance(settings: SigstoreSettings): SigstoreInstance {
  return settings.instance === 'public' ? publicGood() : ownInstance(settings);
}

/** Fails `invalid` for addresses that would see a token unencrypted, and for a trusted root that is not one. */
export function requireUsableInstance(settings: SigstoreSettings): void {
  const { services, provider, trust } = sigstoreInstance(settings);
  requireUsableServices(services);
  requireUsableProvider(provider);
  if (trust.kind === 'file') parseTrustedRoot(trust.trustedRoot);
  else if (!isRoot(trust.mirror.root)) throw notARoot();
}

/** Whether this may be where a mirror's chain of trust begins; what it is worth turns out when the mirror is asked. */
function isRoot(bytes: Uint8Array): boolean {
  return z.object({ signed: z.object({ _type: z.literal('root') }) }).safeParse(readJson(bytes)).success;
}

function notARoot(): DockerCommsError {
  return new DockerCommsError('invalid', 'This is not the root.json of a mirror.');
}

/** The Sigstore project's own (docs.sigstore.dev, "Public deployment"). */
function publicGood(): SigstoreInstance {
  const { 'root.json': root, targets } = seeds[publicMirror];
  return {
    services: {
      fulcio: new URL('https://fulcio.sigstore.dev'),
      rekor: new URL('https://rekor.sigstore.dev'),
      rekorVersion: 1,
      timestampAuthority: new URL('https://timestamp.sigstore.dev/api/v1/timestamp'),
    },
    provider: { issuer: new URL('https://oauth2.sigstore.dev/auth'), clientId: 'sigstore' },
    trust: {
      kind: 'tuf',
      mirror: { url: new URL(publicMirror), root: Buffer.from(root, 'base64') },
      builtIn: Buffer.from(targets['trusted_root.json'], 'base64'),
    },
  };
}

function ownInstance({
  fulcio,
  rekor,
  rekorVersion,
  timestampAuthority,
  issuer,
  clientId,
  trust,
}: Extract<SigstoreSettings, { instance: 'private' }>): SigstoreInstance {
  return {
    services: {
      fulcio: new URL(fulcio),
      rekor: new URL(rekor),
      rekorVersion,
      ...(timestampAuthority !== null && { timestampAuthority: new URL(timestampAuthority) }),
    },
    provider: { issuer: new URL(issuer), clientId },
    trust:
      trust.kind === 'file'
        ? { kind: 'file', trustedRoot: Buffer.from(trust.trustedRoot) }
        : {
            kind: 'tuf',
            mirror: { url: new URL(trust.mirror), root: Buffer.from(trust.root) },
            builtIn: null,
          },
  };
}
