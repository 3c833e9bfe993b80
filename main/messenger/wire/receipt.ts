import { randomBytes } from 'node:crypto';
import type { Digest } from '../../base/digest.ts';
import { isDockerCommsError } from '../../base/errors.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import type { OciRepository } from '../../oci/repository.ts';
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
 * reader ignores. No registry says so beforehand: the first refusal is remembered.
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
  const { digest, size } = await pushEitherWay(repository, (emptyLayer) =>
    repository.pushManifest(buildReceiptManifest({ ...fields, emptyLayer }), options),
  );
  return { tag, digest, bytes: size };
}

/** Pushes what has no layers if the registry takes that, else what has one. */
async function pushEitherWay(
  { capabilities }: OciRepository,
  push: (emptyLayer: boolean) => Promise<Descriptor>,
): Promise<Descriptor> {
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
