/** The request that searches. */
import { z } from 'zod';
import type { ConversationView } from './conversations.ts';
import { fieldLimits } from './field-limits.ts';
import type { Direction, MessageTrust } from './messages.ts';
import type { PersonView } from './people.ts';
import { pageSize, request } from './request.ts';

export interface SearchResults {
  readonly people: readonly PersonView[];
  readonly conversations: readonly ConversationView[];
  readonly messages: readonly MessageHit[];
}

export interface MessageHit {
  readonly messageId: string;
  readonly conversationId: string;
  readonly author: string;
  readonly direction: Direction;
  readonly at: number;
  /** What is known of who wrote it. */
  readonly trust: MessageTrust;
  /** The words around the match, with the matches marked by position in UTF-16 units. */
  readonly excerpt: string;
  readonly matches: readonly (readonly [start: number, end: number])[];
}

export const searchRequests = {
  /** People, conversations and messages that match every word (the last one as a prefix). */
  'search.query': request(
    z.strictObject({
      text: z.string().max(fieldLimits.search),
      limit: pageSize.default(fieldLimits.resultsPerSearch),
    }),
  ).returns<SearchResults>(),
};
