/** Who is believed, and what came of asking. Pins are passed in: this floor looks nothing up. */
import type { DockerCommsError } from '../base/errors.ts';
import type { TrustReason } from '../base/reasons.ts';
import type { VerifyingKey } from './signing-key.ts';
import type { TrustedRoot } from './trusted-root.ts';

/** A person as a certificate authority of Sigstore knows them. Both count, and both are compared exactly. */
export interface CertificateIdentity {
  /** The certificate's subject alternative name: an e-mail address or a URI. */
  readonly identity: string;
  /** The OpenID Connect issuer that vouched for it. */
  readonly issuer: string;
}

/** Whose signature over a manifest is believed. Everything empty believes nobody. */
export interface Policy {
  /** The unrevoked signing keys of the contact's pinned profile. */
  readonly keys: readonly VerifyingKey[];
  /** The contact's pinned certificate identities. */
  readonly certificates?: readonly CertificateIdentity[];
  /** Needed for `certificates`; without it no certificate is believed. */
  readonly trustedRoot?: TrustedRoot;
  /** Keys that are known and not believed here (revoked, other people's): their signatures are named, not accepted. */
  readonly recognised?: readonly VerifyingKey[];
}

/** Who made a signature. */
export type SignedBy =
  | { readonly kind: 'key'; readonly fingerprint: string }
  | ({ readonly kind: 'certificate' } & CertificateIdentity);

/**
 * What is known of a manifest's author. Only `verified` is final: anybody who can write to a repository can put bad
 * or foreign signatures beside a message whose own is still under way (v1 peers tag first), so the other three are
 * asked again until the message expires.
 */
export type Verdict =
  | { readonly state: 'verified'; readonly by: SignedBy }
  /** A good signature by somebody the policy does not name, or by a key that nobody here knows. Code `untrusted`. */
  | {
      readonly state: 'untrusted';
      readonly reason: TrustReason;
      readonly error: DockerCommsError;
      readonly by: SignedBy | null;
    }
  /** Evidence that is wrong. Code `verification-failed`. */
  | { readonly state: 'bad'; readonly reason: TrustReason; readonly error: DockerCommsError }
  /** No signature yet. */
  | { readonly state: 'pending' };
