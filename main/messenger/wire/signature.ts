import type { OciRepository } from '../../oci/repository.ts';
import {
  publishBundle,
  type PublishedSignature,
  type SignatureToPublish,
} from '../../trust/publish-bundle.ts';
import type { Signer } from '../../trust/signer.ts';

/** A signature that reached the registry. */
export interface SignedArtifact extends PublishedSignature {
  /** Of the bundle. */
  readonly bytes: number;
}

/**
 * Signs the manifest that `toSign.subject` names and puts the signature beside it. The manifest is there already under its
 * digest, and not yet announced.
 */
export async function publishSignature(
  repository: OciRepository,
  signer: Signer,
  toSign: Omit<SignatureToPublish, 'bundle'>,
  signal?: AbortSignal,
): Promise<SignedArtifact> {
  const bundle = await signer.sign(toSign.subject.digest, signal);
  const published = await publishBundle(repository, { ...toSign, bundle }, signal);
  return { ...published, bytes: bundle.byteLength };
}
