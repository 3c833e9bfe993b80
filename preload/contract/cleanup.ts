/** Requests about what this home wrote to registries and may take away again. */
import type { ErrorView } from './answer.ts';
import { nothing, request } from './request.ts';

/** What this home wrote to registries and may take away again. */
export interface CleanupStatus {
  /** The round that is under way. `total` 0: not known yet. */
  readonly running: { readonly repository: string; readonly done: number; readonly total: number } | null;
  readonly places: readonly CleanupPlaceView[];
}

export interface CleanupPlaceView {
  readonly accountId: string;
  readonly repository: string;
  /** Messages and receipts of ours there that may go. */
  readonly expired: number;
  /** Those that still live. */
  readonly living: number;
  /** The last round there; null: none yet. */
  readonly report: CleanupReport | null;
}

export interface CleanupReport {
  readonly at: number;
  /** Not before this by itself. */
  readonly nextAt: number;
  readonly removed: number;
  /** Had been removed before by somebody else. */
  readonly gone: number;
  readonly failed: number;
  /** At most what was freed. */
  readonly bytes: number;
  readonly failure: ErrorView | null;
}

export const cleanupRequests = {
  /** What of ours lies on registries, and how the last rounds went. `cleanup.changed` says when to ask again. */
  'cleanup.status': request(nothing).returns<CleanupStatus>(),
  /** Removes what has expired now, also where it was refused before. Fails `conflict` while a round runs. */
  'cleanup.run': request(nothing).returns<null>(),
  /** Ends the round that is under way. */
  'cleanup.cancel': request(nothing).returns<null>(),
};
