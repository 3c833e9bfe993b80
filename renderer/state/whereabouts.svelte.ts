import type { Place } from '../../preload/contract/events.ts';
import type { Client } from './client.svelte.ts';
import { OpenConversation } from './open-conversation.svelte.ts';
import type { SettingsPart, WayOut } from './way-out.ts';

/** What the details pane is about. */
export type DetailsTarget =
  { readonly kind: 'person' } | { readonly kind: 'message'; readonly messageId: string };

export type Dialog =
  'palette' | 'new-conversation' | 'add-account' | 'invite' | 'safety-number' | 'sign-in' | 'send-to';

export interface WhereaboutsOptions {
  readonly client: Client;
  /** How many messages of a conversation were not read yet. */
  readonly unreadOf: (conversationId: string) => number;
}

/** Where the person is in this window, and how they get elsewhere. */
export class Whereabouts {
  conversation = $state.raw<OpenConversation | null>(null);
  details = $state.raw<DetailsTarget | null>(null);
  settingsOpen = $state(false);
  /** The part of the settings that is to be shown next; null: their beginning. */
  settingsWanted = $state<SettingsPart | null>(null);
  dialog = $state<Dialog | null>(null);
  /** Whether the list shows who wrote without ever having been written to. */
  showsRequests = $state(false);
  /** Counts up whenever what changed about a person's keys should take the focus. */
  changeWanted = $state(0);
  /** Counts up whenever the writing field should take the focus. */
  composerWanted = $state(0);
  readonly #options: WhereaboutsOptions;

  constructor(options: WhereaboutsOptions) {
    this.#options = options;
  }

  /** Shows a conversation, at a message when one is named. */
  openConversation(id: string, messageId: string | null = null): void {
    this.settingsOpen = false;
    this.details = null;
    if (this.conversation?.id !== id) {
      this.conversation?.close();
      this.conversation = new OpenConversation(this.#options.client, id, this.#options.unreadOf(id));
      if (messageId === null) void this.conversation.showNewest();
    }
    if (messageId !== null) void this.conversation.showMessage(messageId);
  }

  closeConversation(): void {
    this.conversation?.close();
    this.conversation = null;
    this.details = null;
  }

  focusComposer(): void {
    this.composerWanted += 1;
  }

  /** Leads to what has to be looked at before anything is sent to the person of the open conversation. */
  showChange(): void {
    this.changeWanted += 1;
  }

  /** Leads from a failure to where a person can do something about it. */
  followWayOut(wayOut: WayOut): void {
    if (wayOut === 'change') this.showChange();
    else if (wayOut === 'sign-in') this.dialog = 'sign-in';
    else this.#showSettings(wayOut);
  }

  /** Where the engine or the system sends the window. */
  go(place: Exclude<Place, { kind: 'attach' }>): void {
    this.dialog = null;
    switch (place.kind) {
      case 'settings':
        this.#showSettings(place.part ?? null);
        break;
      case 'requests':
        this.settingsOpen = false;
        this.closeConversation();
        this.showsRequests = true;
        break;
      case 'new-conversation':
        this.dialog = 'new-conversation';
        break;
      case 'search':
        this.dialog = 'palette';
        break;
      case 'conversation':
        this.openConversation(place.conversationId, place.messageId);
        break;
    }
  }

  #showSettings(part: SettingsPart | null): void {
    this.settingsWanted = part;
    this.settingsOpen = true;
  }
}
