/** Requests about newer versions of the program. */
import type { ErrorView } from './answer.ts';
import { nothing, request } from './request.ts';

/** `elsewhere`: from where the program came. `managed-off`: who administers this computer does not want them from here. */
export type UpdatesFrom = 'elsewhere' | 'managed-off' | 'registry';

export type UpdateStep =
  | { readonly kind: 'idle' }
  | { readonly kind: 'checking' }
  /** There is a newer version, and a person decides whether it is fetched. */
  | { readonly kind: 'offered'; readonly version: string; readonly bytes: number }
  | { readonly kind: 'downloading'; readonly version: string; readonly bytes: number; readonly done: number }
  | { readonly kind: 'ready'; readonly version: string; readonly by: UpdateInstalledBy };

/** `restart`: the program replaces itself when it ends. `installer`: the system opens the installer. */
export type UpdateInstalledBy = 'restart' | 'installer';

/** A newer version that only has to be installed. */
export interface ReadyUpdateView {
  readonly version: string;
  readonly by: UpdateInstalledBy;
}

export interface UpdatesView {
  readonly from: UpdatesFrom;
  /** `host[:port]/path`; null unless they come from a registry. */
  readonly repository: string | null;
  /** When it was last asked there, with success. Milliseconds since 1970. */
  readonly checkedAt: number | null;
  readonly step: UpdateStep;
  /**
   * Whether a window tells of `step` outside of the settings: a version that a person has to fetch, or that is ready, until
   * somebody answered (`updates.dismiss`). Each version is news once.
   */
  readonly isNews: boolean;
  /** Why the last check, download or hand-over failed. */
  readonly failure: ErrorView | null;
}

export const updatesRequests = {
  /** `updates.changed` says when to ask again. */
  'updates.status': request(nothing).returns<UpdatesView>(),
  /** Asks now, whatever the settings say. Fails `unsupported` where updates come from elsewhere. */
  'updates.check': request(nothing).returns<null>(),
  /** Fetches what is offered. Fails `conflict` when nothing is. */
  'updates.download': request(nothing).returns<null>(),
  /** Ends the check or the download that is under way. */
  'updates.cancel': request(nothing).returns<null>(),
  /** The version that is offered or ready is no news any more. */
  'updates.dismiss': request(nothing).returns<null>(),
  /** Restarts into what is ready, or opens its installer. Fails `conflict` when nothing is, `verification-failed` when it was changed. */
  'updates.install': request(nothing).returns<null>(),
};
