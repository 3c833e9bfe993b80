import type { MessageHit, SearchResults } from '../../../preload/contract/search.ts';
import { conversationView, personView } from '../views.ts';
import type { EngineServices, HandlersOf } from './services.ts';

export function searchRequests({ context }: EngineServices): HandlersOf<'search'> {
  return { 'search.query': ({ text, limit }) => search(context, text, limit) };
}

function search({ store, knownKeys }: EngineServices['context'], text: string, limit: number): SearchResults {
  const words = foldedWords(text);
  const matches = (...fields: readonly (string | null)[]) => {
    const folded = folding(fields.filter((field) => field !== null).join(' '));
    return words.every((word) => folded.includes(word));
  };
  return {
    people: store.people
      .list()
      .filter(({ name, identity }) => matches(name, identity))
      .slice(0, limit)
      .map((person) => personView(person, knownKeys.trustOf)),
    conversations: store.conversations
      .list()
      .filter(({ person }) => matches(person.name, person.identity))
      .slice(0, limit)
      .map((conversation) => conversationView(conversation, knownKeys.trustOf)),
    messages: store.search.query(text, limit).flatMap((hit): MessageHit[] => {
      const message = store.messages.get(hit.messageId);
      if (message === null) return [];
      const { author, direction, at, trust } = message;
      return [{ ...hit, author, direction, at, trust }];
    }),
  };
}

/** Without regard to case and accents, as the full-text index compares. */
function folding(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
}

function foldedWords(text: string): readonly string[] {
  return folding(text).split(/\s+/u).filter(Boolean);
}
