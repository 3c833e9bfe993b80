import type { Descriptor } from '../../oci/descriptor.ts';
import type { OciRepository } from '../../oci/repository.ts';
import { publishBundle, type PublishedSignature } from '../../trust/publish-bundle.ts';
import type { Signer } from '../../trust/signer.ts';

/** A signature that reached the registry. */
export interface SignedArtifact extends PublishedSignature {
  /** Of the bundle. */
  readonly bytes: number;
}

/**
 * Signs the manifest that `subject` names and puts the signature beside it. The manifest is there already under its
 * digest, and not yet announced.
 */
export async function publishSignature(
  repository: OciRepository,
  signer: Signer,
  { subject, createdAt }: { readonly subject: Descriptor; readonly createdAt: Date },
  signal?: AbortSignal,
): Promise<SignedArtifact> {
  const bundle = await signer.sign(subject.digest, signal);
  const published = await publishBundle(repository, { subject, bundle, createdAt }, signal);
  return { ...published, bytes: bundle.byteLength };
}
