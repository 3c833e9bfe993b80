import { DockerCommsError } from '../base/errors.ts';
import type { Clock } from '../base/clock.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Compression } from '../protocol/constants.ts';
import type { BlobTarget } from './blobs.ts';
import type { MemoryBudget } from './memory-budget.ts';
import type { PayloadSource } from './payload.ts';
import type { TransferProgress } from './progress.ts';

export interface SendOptions {
  readonly compression: Compression;
  /** Nominal bytes of a chunk, before compression; at most what the manifest's 10,000 chunks need. */
  readonly chunkBytes: number;
  /** Chunks in flight at once, within the budget. */
  readonly parallel: number;
  /** Shared by all transfers of the process. */
  readonly budget: MemoryBudget;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: TransferProgress) => void;
  /** A payload whose only layer is at most 16 KiB also travels in its descriptor (protocol, section 5). Off: exact v1. */
  readonly inlineSmallPayload?: boolean;
  readonly clock?: Clock;
}

export interface SentPayload {
  /** In order; empty for a payload of no bytes. */
  readonly layers: Descriptor[];
  readonly totalBytes: number;
  /** As written in the annotation. */
  readonly chunkBytes: number;
  readonly chunkCount: number;
}

export function sendPayload(
  _source: PayloadSource,
  _target: BlobTarget,
  _options: SendOptions,
): Promise<SentPayload> {
  return Promise.reject(new DockerCommsError('unsupported', 'Sending is being built.'));
}
