import type { Target } from '../../updates/target.ts';
import type { ReleaseChoice } from '../../updates/find-release.ts';

/** A registry from which this program is updated, and what it is installed as. */
export interface UpdateSource extends ReleaseChoice {
  /** `host[:port]/path`. */
  readonly repository: string;
  readonly target: Target;
}

/** Where newer versions come from; the words are those of the contract's `UpdatesFrom`. */
export type UpdateOrigin = UpdateSource | 'elsewhere' | 'managed-off';
