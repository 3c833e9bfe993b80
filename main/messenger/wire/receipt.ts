import { randomBytes } from 'node:crypto';
import type { Digest } from '../../base/digest.ts';
import { isDockerCommsError } from '../../base/errors.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import type { OciRepository, PushManifestOptions } from '../../oci/repository.ts';
import {
  type BuildReceiptOptions,
  buildReceiptManifest,
  type ReceiptFields,
} from '../../protocol/receipt.ts';
import { receiptTag } from '../../protocol/tags.ts';

/** A receipt that reached the registry. */
export interface PublishedReceipt {
  readonly tag: string;
  readonly digest: Digest;
  /** Of its manifest. */
  readonly bytes: number;
}

/**
 * Answers a message beside it. Registries that refuse an artifact without layers (ECR) get one `{}` layer, which every
 * reader ignores; the answer is learnt from the refusal, since no registry says so beforehand.
 */
export async function publishReceipt(
  repository: OciRepository,
  fields: ReceiptFields & Pick<BuildReceiptOptions, 'subject'>,
  signal?: AbortSignal,
): Promise<PublishedReceipt> {
  await repository.ensureEmptyConfig(signal);
  const tag = receiptTag({
    for: fields.for,
    createdAt: fields.createdAt,
    random: randomBytes(3).toString('hex'),
  });
  const options = { tag, ...(signal && { signal }) };
  const { digest, size } = await pushAccepted(repository, fields, options);
  return { tag, digest, bytes: size };
}

async function pushAccepted(
  repository: OciRepository,
  fields: ReceiptFields & Pick<BuildReceiptOptions, 'subject'>,
  options: PushManifestOptions,
): Promise<Descriptor> {
  try {
    return await repository.pushManifest(buildReceiptManifest(fields), options);
  } catch (error) {
    if (!isDockerCommsError(error, 'protocol')) throw error;
    return repository.pushManifest(buildReceiptManifest({ ...fields, emptyLayer: true }), options);
  }
}
