import { randomBytes } from 'node:crypto';
import type { Digest } from '../../base/digest.ts';
import { isDockerCommsError } from '../../base/errors.ts';
import type { OciRepository, SignalOption } from '../../oci/repository.ts';
import {
  type BuildReceiptOptions,
  buildReceiptManifest,
  type ReceiptFields,
} from '../../protocol/receipt.ts';
import { artifactTypes } from '../../protocol/constants.ts';
import { receiptTag } from '../../protocol/tags.ts';
import type { Signer } from '../../trust/signer.ts';
import { publishSignature, type SignedArtifact } from './signature.ts';

/** A receipt that reached the registry. */
export interface PublishedReceipt {
  readonly tag: string;
  readonly digest: Digest;
  /** Of its manifest. */
  readonly bytes: number;
  readonly signature: SignedArtifact | null;
}

export interface PublishReceiptOptions extends SignalOption {
  /** Who signs; left out: nobody, and the receipt confirms nothing. */
  readonly signer?: Signer | undefined;
}

type Fields = ReceiptFields & Pick<BuildReceiptOptions, 'subject'>;

/**
 * Answers a message beside it: the receipt by digest, then its signature, and its tag last, so that nobody finds it
 * unsigned. Registries that refuse an artifact without layers (ECR) get one `{}` layer, which every reader ignores. No
 * registry says so beforehand: the first refusal is remembered.
 */
export async function publishReceipt(
  repository: OciRepository,
  fields: Fields,
  { signer, signal }: PublishReceiptOptions = {},
): Promise<PublishedReceipt> {
  await repository.ensureEmptyConfig(signal);
  const { createdAt } = fields;
  const tag = receiptTag({ for: fields.for, createdAt, random: randomBytes(3).toString('hex') });
  // Readers look for its tag: an index for each message that was read would cost more than it gives.
  const indexed = false;
  const first = { indexed, signal, ...(signer === undefined && { tag }) };
  const { manifest, descriptor } = await pushEitherWay(repository, async (emptyLayer) => {
    const manifest = buildReceiptManifest({ ...fields, emptyLayer });
    return { manifest, descriptor: await repository.pushManifest(manifest, first) };
  });
  const published = { tag, digest: descriptor.digest, bytes: descriptor.size };
  if (signer === undefined) return { ...published, signature: null };
  const subject = { ...descriptor, artifactType: artifactTypes.receipt };
  const signature = await publishSignature(repository, signer, { subject, createdAt, indexed }, signal);
  await repository.pushManifest(manifest, { tag, indexed, signal });
  return { ...published, signature };
}

/** Pushes what has no layers if the registry takes that, else what has one. */
async function pushEitherWay<T>(
  { capabilities }: OciRepository,
  push: (emptyLayer: boolean) => Promise<T>,
): Promise<T> {
  if (capabilities.lacks('empty-layers')) return push(true);
  try {
    return await push(false);
  } catch (error) {
    if (!isDockerCommsError(error, 'protocol') && !isDockerCommsError(error, 'unsupported')) throw error;
    const pushed = await push(true);
    // Proved by both: refused without the layer, taken with it.
    capabilities.learn('empty-layers', false);
    return pushed;
  }
}
