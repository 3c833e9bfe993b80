/** What a call comes back as. Times are milliseconds since 1970 and sizes are bytes, here and in every file of the contract. */
import type { ErrorCode, ErrorDetail } from '../../main/base/errors.ts';

/** A failure as it crosses the bridge: a stable code, a sentence for a person, facts without secrets. */
export interface ErrorView {
  readonly code: ErrorCode;
  readonly message: string;
  /** `reason` says more than the code, where a person's next step depends on it. */
  readonly detail: ErrorDetail;
}

/** What a call comes back as: never a throw across the bridge. */
export type Answer<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ErrorView };
