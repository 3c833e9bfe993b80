import type { Descriptor } from '../oci/descriptor.ts';
import { commonAnnotations, formatTimestamp } from './annotations.ts';
import { annotationNames, artifactTypes } from './constants.ts';
import { manifestBytes } from './manifest-bytes.ts';

export interface BundleFields {
  /** The manifest that is signed. */
  readonly subject: Descriptor;
  /** Digest and size of the Sigstore bundle's blob. */
  readonly bundle: Pick<Descriptor, 'digest' | 'size'>;
  readonly createdAt: Date;
}

/** The manifest's bytes of the signature artifact (protocol, section 1): one layer, the bundle, of the same type. */
export function buildBundleManifest({ subject, bundle, createdAt }: BundleFields): Uint8Array {
  return manifestBytes({
    artifactType: artifactTypes.bundle,
    layers: [{ mediaType: artifactTypes.bundle, digest: bundle.digest, size: bundle.size }],
    subject,
    annotations: { ...commonAnnotations, [annotationNames.createdAt]: formatTimestamp(createdAt) },
  });
}
