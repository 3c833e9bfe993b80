/** What the palette offers for what was typed. Pure. */
import type { ConversationView } from '../../preload/contract/conversations.ts';
import type { PersonView } from '../../preload/contract/people.ts';
import type { MessageHit, SearchResults } from '../../preload/contract/search.ts';
import { words } from '../locales/en.ts';
import { looksLikeLink } from '../people/reading-link.svelte.ts';

export type PaletteAction =
  | 'new-conversation'
  | 'invite'
  | 'add-account'
  | 'settings'
  | 'sync'
  | 'pause'
  | 'go-on'
  | 'mute'
  | 'unmute'
  | 'light'
  | 'dark'
  | 'system';

export type PaletteItem =
  | { readonly kind: 'conversation'; readonly key: string; readonly conversation: ConversationView }
  | { readonly kind: 'person'; readonly key: string; readonly person: PersonView }
  | { readonly kind: 'message'; readonly key: string; readonly hit: MessageHit }
  | { readonly kind: 'invitation'; readonly key: string; readonly link: string }
  | { readonly kind: 'write-to'; readonly key: string; readonly identity: string }
  | { readonly kind: 'action'; readonly key: string; readonly action: PaletteAction; readonly label: string };

export interface PaletteGroup {
  readonly title: string;
  readonly items: readonly PaletteItem[];
}

/** Whom one could mean. */
interface PeopleInput {
  readonly text: string;
  readonly results: SearchResults;
  /** Newest activity first. */
  readonly recent: readonly ConversationView[];
  readonly canStart: boolean;
}

interface PaletteInput extends PeopleInput {
  readonly paused: boolean;
  readonly muted: boolean;
}

/** Conversations shown before anything is typed: a glance. */
const recentShown = 6;

const actions: readonly Extract<PaletteItem, { kind: 'action' }>[] = (
  [
    ['new-conversation', words.list.new],
    ['invite', words.invite.action],
    ['settings', words.list.settings],
    ['add-account', words.settings.addAccount],
    ['sync', words.palette.sync],
    ['pause', words.palette.pause],
    ['go-on', words.palette.goOn],
    ['mute', words.palette.mute],
    ['unmute', words.palette.unmute],
    ['light', words.palette.light],
    ['dark', words.palette.dark],
    ['system', words.palette.system],
  ] as const
).map(([action, label]) => ({ kind: 'action', key: `action ${action}`, action, label }));

export function paletteGroups(input: PaletteInput): readonly PaletteGroup[] {
  const typed = input.text.trim();
  const groups: PaletteGroup[] = [
    conversationGroup(input, typed),
    { title: words.palette.people, items: people(input, typed) },
    {
      title: words.palette.messages,
      items: input.results.messages.map((hit) => ({ kind: 'message', key: `message ${hit.messageId}`, hit })),
    },
    {
      title: words.palette.actions,
      items: actions.filter(({ action, label }) => isSensible(action, input) && matches(label, typed)),
    },
  ];
  return groups.filter(({ items }) => items.length > 0);
}

/** Nobody pauses what is paused. */
function isSensible(action: PaletteAction, { paused, muted }: PaletteInput): boolean {
  if (action === 'sync' || action === 'pause') return !paused;
  if (action === 'go-on') return paused;
  if (action === 'mute') return !muted;
  return action !== 'unmute' || muted;
}

/** Only whom something can be sent to. */
export function addresseeGroups(input: PeopleInput): readonly PaletteGroup[] {
  const typed = input.text.trim();
  const accepted = input.results.conversations.filter(({ standing }) => standing === 'accepted');
  const groups: PaletteGroup[] = [
    conversationGroup({ ...input, results: { ...input.results, conversations: accepted } }, typed),
    {
      title: words.palette.people,
      items: people(input, typed).filter(({ kind }) => kind !== 'invitation'),
    },
  ];
  return groups.filter(({ items }) => items.length > 0);
}

function conversationGroup({ results, recent }: PeopleInput, typed: string): PaletteGroup {
  const conversations = typed === '' ? recent.slice(0, recentShown) : results.conversations;
  return {
    title: words.palette.conversations,
    items: conversations.map((conversation) => ({
      kind: 'conversation',
      key: `conversation ${conversation.id}`,
      conversation,
    })),
  };
}

/** People without a conversation, and whoever was typed in full. */
function people({ results, recent, canStart }: PeopleInput, typed: string): readonly PaletteItem[] {
  if (!canStart) return [];
  if (looksLikeLink(typed)) return [{ kind: 'invitation', key: 'invitation', link: typed }];
  const known = new Set(recent.map(({ person }) => person.identity));
  const found = results.people
    .filter(({ identity }) => !known.has(identity))
    .map((person): PaletteItem => ({ kind: 'person', key: `person ${person.id}`, person }));
  const isNew = !known.has(typed) && !results.people.some(({ identity }) => identity === typed);
  if (!looksLikeIdentity(typed) || !isNew) return found;
  return [...found, { kind: 'write-to', key: `write-to ${typed}`, identity: typed }];
}

/** Any string may be an identity; only what looks like an address is offered while somebody searches. */
function looksLikeIdentity(text: string): boolean {
  return /^[^\s@]+@[^\s@]+$/u.test(text);
}

function matches(label: string, typed: string): boolean {
  const parts = typed.toLocaleLowerCase().split(/\s+/u);
  const lower = label.toLocaleLowerCase();
  return parts.every((word) => lower.includes(word));
}

/** Where a key leads among `length` lines; the ends are joined. Null when the key is not for the list. */
export function nextInPalette(key: string, current: number, length: number): number | null {
  if (length === 0) return null;
  if (key === 'ArrowDown') return (current + 1) % length;
  if (key === 'ArrowUp') return (current - 1 + length) % length;
  return null;
}
