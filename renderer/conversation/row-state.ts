import type { MessageState, MessageView } from '../../preload/contract/messages.ts';

/** From what needs a person most to what is done: a batch shows the first that any of its messages is in. */
const byUrgency: readonly MessageState[] = [
  'failed',
  'refused',
  'rejected',
  'expired',
  'unverified',
  'cancelled',
  'paused',
  // What moves is said before what waits its turn behind it.
  'uploading',
  'downloading',
  'preparing',
  'queued',
  'waiting',
  'sent',
  'delivered-unconfirmed',
  'delivered',
  'received',
];

/** States that are where a message ends well: quiet, and said once at the end of a group. */
const settledStates: readonly MessageState[] = ['sent', 'delivered-unconfirmed', 'delivered', 'received'];

export interface RowState {
  readonly state: MessageState;
  /** Said even in the middle of a group. */
  readonly unfinished: boolean;
  /** Said for incoming messages too: received is what everybody expects of a message that is there. */
  readonly worthSaying: boolean;
}

/** The one state under a row of messages (one, or a batch). */
export function stateOfRow(messages: readonly MessageView[]): RowState {
  const states = new Set(messages.map((message) => message.state));
  const state = byUrgency.find((candidate) => states.has(candidate)) ?? 'received';
  const unfinished = !settledStates.includes(state);
  return { state, unfinished, worthSaying: unfinished };
}
