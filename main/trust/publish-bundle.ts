import { randomBytes } from 'node:crypto';
import type { Digest } from '../base/digest.ts';
import { sha256 } from '../base/hash.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { OciRepository } from '../oci/repository.ts';
import { buildBundleManifest } from '../protocol/bundle.ts';
import { bundleTag } from '../protocol/tags.ts';

export interface SignatureToPublish {
  /** The manifest that was signed. */
  readonly subject: Descriptor;
  /** What `Signer.sign` gave for its digest. */
  readonly bundle: Uint8Array;
  readonly createdAt: Date;
  /** False: other clients need not find it where the registry has no referrers API. Default true. */
  readonly indexed?: boolean | undefined;
}

/** A signature that lies beside its manifest. */
export interface PublishedSignature {
  readonly tag: string;
  readonly digest: Digest;
}

/**
 * Puts a signature beside the manifest that it is about: as its referrer, and under a `bundle-` tag for registries
 * that list no referrers. At most three requests, where the empty config is there already: one or two for the
 * blob, one for the tagged manifest. Before the message is announced, so that nobody sees it unsigned. Only what other
 * clients look for without a referrers API, three or four requests more, is written behind it: no message waits for that.
 */
export async function publishBundle(
  repository: Pick<OciRepository, 'ensureEmptyConfig' | 'pushBlob' | 'pushManifest'>,
  { subject, bundle, createdAt, indexed = true }: SignatureToPublish,
  signal?: AbortSignal,
): Promise<PublishedSignature> {
  const content = { digest: sha256(bundle), size: bundle.byteLength };
  const random = randomBytes(3).toString('hex');
  const tag = bundleTag({ for: subject.digest, createdAt, random });
  const manifest = buildBundleManifest({ subject, bundle: content, createdAt });
  await repository.ensureEmptyConfig(signal);
  await repository.pushBlob(bundle, content, { signal });
  const { digest } = await repository.pushManifest(manifest, { tag, indexed: indexed && 'behind', signal });
  return { tag, digest };
}
