import { DockerCommsError } from '../../base/errors.ts';
import type { Digest } from '../../base/digest.ts';
import { sha256 } from '../../base/hash.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import { ociMediaTypes } from '../../oci/media-types.ts';
import type { OciRepository } from '../../oci/repository.ts';
import { artifactTypes } from '../../protocol/constants.ts';
import { buildMessageManifest, type MessageFields } from '../../protocol/message.ts';
import { inboxTag } from '../../protocol/tags.ts';
import type { MemoryBudget } from '../../transfer/memory-budget.ts';
import type { PayloadSource } from '../../transfer/payload.ts';
import type { TransferProgress } from '../../transfer/progress.ts';
import { sendPayload } from '../../transfer/send.ts';
import type { Signer } from '../../trust/signer.ts';
import { publishSignature, type SignedArtifact } from './signature.ts';

/** What a message says of itself, before its payload is known. `createdAt` and the ids stay the same on every try. */
export type MessageDraft = Omit<MessageFields, 'totalBytes' | 'chunkBytes' | 'filename' | 'compression'> & {
  readonly sessionId: string;
  readonly compression: 'zstd' | 'gzip';
  /** The name on the wire; the source's when left out. */
  readonly filename?: string;
};

export interface PublishOptions {
  readonly chunkBytes: number;
  /** Chunks in flight at once, within the budget. */
  readonly parallel: number;
  readonly budget: MemoryBudget;
  /** Whether a small payload travels inside the manifest too (protocol, section 5). Off for exact v1. */
  readonly inlineSmallPayload: boolean;
  /** Who signs; left out: nobody, and readers are told so. */
  readonly signer?: Signer | undefined;
  /** Signs besides, in a public log. */
  readonly publicSigner?: Signer | undefined;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: TransferProgress) => void;
  /**
   * Called when the manifest is on the registry under its digest and not yet announced by its tag: the caller writes
   * it down, so that a process killed right after announcing knows what it announced.
   */
  readonly onPrepared?: (prepared: PreparedMessage) => void;
}

export interface PreparedMessage {
  readonly manifest: Uint8Array;
  readonly digest: Digest;
  readonly tag: string;
  readonly bytes: number;
  readonly chunks: number;
  /** What it takes on the registry: the manifest and its layers as they were uploaded. */
  readonly storedBytes: number;
  readonly signature: SignedArtifact | null;
  /** By `publicSigner`. */
  readonly publicSignature: SignedArtifact | null;
}

/**
 * Sends one message: blobs, then the manifest by digest, then its signature, and its `inbox-` tag last (protocol,
 * section 4), so that nobody can see it before it is whole and signed. The same draft and payload make the same digests:
 * an interrupted call, made again, finds its blobs and announces the same message. Fails `unsupported` before anything is
 * uploaded where the registry is known to take no messages.
 */
export async function publishMessage(
  repository: OciRepository,
  draft: MessageDraft,
  source: PayloadSource,
  options: PublishOptions,
): Promise<PreparedMessage> {
  const { signal } = options;
  requireArtifacts(repository);
  const payload = await sendPayload(source, repository, {
    compression: draft.compression,
    chunkBytes: options.chunkBytes,
    parallel: options.parallel,
    budget: options.budget,
    inlineSmallPayload: options.inlineSmallPayload,
    ...(signal && { signal }),
    ...(options.onProgress && { onProgress: options.onProgress }),
  });
  await repository.ensureEmptyConfig(signal);
  const fields: MessageFields = {
    ...draft,
    filename: draft.filename ?? source.name,
    totalBytes: payload.totalBytes,
    chunkBytes: payload.chunkBytes,
  };
  const manifest = buildMessageManifest(fields, payload.layers);
  const tag = inboxTag(draft);
  await repository.pushManifest(manifest, signal ? { signal } : {});
  const toSign = { subject: messageDescriptor(manifest), createdAt: draft.createdAt };
  const sign = async (signer: Signer | undefined) =>
    signer === undefined ? null : publishSignature(repository, signer, toSign, signal);
  // First the one that may fail because nobody is signed in any more.
  const publicSignature = await sign(options.publicSigner);
  const prepared: PreparedMessage = {
    manifest,
    digest: sha256(manifest),
    tag,
    bytes: payload.totalBytes,
    chunks: payload.chunkCount,
    storedBytes: payload.layers.reduce((sum, { size }) => sum + size, manifest.byteLength),
    signature: await sign(options.signer),
    publicSignature,
  };
  options.onPrepared?.(prepared);
  await repository.pushManifest(manifest, { tag, ...(signal && { signal }) });
  return prepared;
}

/** A large file is not uploaded only to hear at its end what the connection test has heard before. */
function requireArtifacts({ capabilities, reference }: OciRepository): void {
  if (!capabilities.lacks('artifact-types')) return;
  throw new DockerCommsError(
    'unsupported',
    `${reference.host} takes images, but no messages. Once its administrator has allowed them, test the connection again.`,
    { detail: { capability: 'artifact-types' } },
  );
}

/**
 * Announces a manifest that an earlier, interrupted call prepared. When the tag is already there with another digest,
 * somebody else holds it: `conflict`.
 */
export async function announcePrepared(
  repository: OciRepository,
  prepared: Pick<PreparedMessage, 'manifest' | 'tag' | 'digest'>,
  signal?: AbortSignal,
): Promise<void> {
  const announced = await repository.resolve(prepared.tag, signal);
  if (announced?.digest === prepared.digest) return;
  if (announced !== null) {
    throw new DockerCommsError('conflict', 'Another message already stands in the place of this one.', {
      detail: { tag: prepared.tag },
    });
  }
  await repository.pushManifest(prepared.manifest, { tag: prepared.tag, ...(signal && { signal }) });
}

/** The descriptor under which receipts and signatures name a message. */
export function messageDescriptor(manifest: Uint8Array): Descriptor {
  return {
    mediaType: ociMediaTypes.imageManifest,
    digest: sha256(manifest),
    size: manifest.byteLength,
    artifactType: artifactTypes.message,
  };
}
