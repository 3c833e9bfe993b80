/** What the program on the stand-in and the process of its test tell each other. */
import type { Gesture } from './gestures.ts';

/** What the program did to its surroundings, for tests to read. */
export type JournalEntry = { readonly what: string } & Readonly<Record<string, unknown>>;

/** What the program wants of the pages that its test opens for it. Each `ask` is answered. */
export type PageRequest =
  | { readonly do: 'open'; readonly width: number; readonly height: number }
  | { readonly do: 'close' }
  | { readonly do: 'command'; readonly method: string; readonly params: unknown };

export type FromProgram =
  | { readonly kind: 'journal'; readonly entry: JournalEntry }
  /** The application is ready, and may show windows. */
  | { readonly kind: 'ready' }
  /** Another start found this one, of that process, in its place. */
  | { readonly kind: 'second-start'; readonly of: number; readonly argv: readonly string[] }
  | { readonly kind: 'ask'; readonly id: number; readonly window: number; readonly request: PageRequest }
  /** Events of that name are to be forwarded. */
  | { readonly kind: 'listen'; readonly window: number; readonly method: string }
  /** The window shows its page. */
  | { readonly kind: 'loaded'; readonly window: number };

/** An event of `app`, with what comes behind the event object. */
export interface AppEvent {
  readonly kind: 'emit';
  readonly event: string;
  readonly values: readonly unknown[];
}

export type ToProgram =
  | { readonly kind: 'gesture'; readonly gesture: Gesture }
  | AppEvent
  | { readonly kind: 'quit' }
  | { readonly kind: 'answer'; readonly id: number; readonly value?: unknown; readonly error?: string }
  | { readonly kind: 'event'; readonly window: number; readonly method: string; readonly params: unknown }
  /** The page was closed, by whomever. */
  | { readonly kind: 'gone'; readonly window: number };
