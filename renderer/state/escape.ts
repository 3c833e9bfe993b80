/** What is open, from the top down. Dialogs close themselves and are not in here. */
export interface Openness {
  readonly details: boolean;
  readonly settings: boolean;
  readonly conversation: boolean;
  /** The next message of the open conversation answers another one. */
  readonly replying: boolean;
  /** Whether a narrow window shows one pane at a time. */
  readonly narrow: boolean;
  readonly focusInList: boolean;
}

export type EscapeStep =
  'stop-replying' | 'close-details' | 'close-settings' | 'close-conversation' | 'focus-list' | 'nothing';

/** One press of Escape backs out of exactly one thing, the one that was opened last. */
export function escapeStep(open: Openness): EscapeStep {
  if (open.details) return 'close-details';
  if (open.settings) return 'close-settings';
  if (open.replying) return 'stop-replying';
  if (open.conversation && open.narrow) return 'close-conversation';
  if (open.conversation && !open.focusInList) return 'focus-list';
  return 'nothing';
}
