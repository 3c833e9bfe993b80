/** Requests about messages that could not be taken in: malformed, damaged, or two under one number. */
import { z } from 'zod';
import { fieldLimits } from './field-limits.ts';
import { nothing, repository, request } from './request.ts';

export interface RefusalView {
  readonly repository: string;
  readonly tag: string;
  /** Null when not even the manifest could be read. */
  readonly digest: string | null;
  /** When it was first seen. */
  readonly at: number;
  /** `conflict`: another message of this sender with the same number was there first. */
  readonly outcome: 'rejected' | 'conflict';
  /** What was wrong with it, as a sentence; null for a conflict. */
  readonly reason: string | null;
}

export interface Refusals {
  /** The newest `fieldLimits.refusals`. */
  readonly shown: readonly RefusalView[];
  /** All of them, also what is not shown. */
  readonly total: number;
}

export const refusalsRequests = {
  /** What was refused and not dismissed since, newest first, of all mailboxes. Who is blocked is not among it. */
  'refusals.list': request(nothing).returns<Refusals>(),
  /** Looks at one of them again, and at the mailbox at once: what was damaged on its way may be whole by now. */
  'refusals.retry': request(
    z.strictObject({ repository, tag: z.string().min(1).max(fieldLimits.tag) }),
  ).returns<null>(),
  /** They are no longer listed. What is refused later is. */
  'refusals.dismiss': request(nothing).returns<null>(),
};
