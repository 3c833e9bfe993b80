import type { MessageState } from '../../preload/contract/messages.ts';
import { words } from '../locales/en.ts';

/** What a state is called and what it means, while syncing is paused or not. */
export function stateWords(
  state: MessageState,
  paused: boolean,
): { readonly name: string; readonly meaning: string } {
  const { states, meanings, whilePaused } = words.message;
  return state === 'queued' && paused ? whilePaused : { name: states[state], meaning: meanings[state] };
}
