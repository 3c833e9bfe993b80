import { createContext } from 'svelte';
import type { Bridge } from '../../preload/contract/bridge.ts';
import type { EngineEvent, Place } from '../../preload/contract/events.ts';
import type { RequestInput } from '../../preload/contract/requests.ts';
import type { Settings } from '../../preload/contract/settings.ts';
import type { AccountView } from '../../preload/contract/accounts.ts';
import type { ErrorView } from '../../preload/contract/answer.ts';
import type { AppStatus } from '../../preload/contract/app.ts';
import type { ConversationView } from '../../preload/contract/conversations.ts';
import type { MessageView } from '../../preload/contract/messages.ts';
import { words } from '../locales/en.ts';
import { unreadTotal } from './arrivals.ts';
import { Brought } from './brought.svelte.ts';
import { BrowserNotifications, type NotificationApi } from './browser-notifications.ts';
import { Client, asErrorView } from './client.svelte.ts';
import type { Composer } from './composer.svelte.ts';
import { Composers } from './composers.ts';
import { Introductions } from './introductions.svelte.ts';
import { nameOf } from './name-of.ts';
import { Notices } from './notices.svelte.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { originalOf } from './originals.ts';
import { Previews } from './previews.ts';
import { ProgramUpdates } from './program-updates.svelte.ts';
import { Quiet } from './quiet.ts';
import { spokenNews } from './spoken-news.ts';
import { Whereabouts } from './whereabouts.svelte.ts';

/** How often what is shown as “5 minutes ago” is looked at anew: twice in the smallest unit that is shown. */
const clockMilliseconds = 30_000;

/** What a window that is not locked shows. */
type Content = readonly [Settings, readonly AccountView[], readonly ConversationView[]];

/**
 * The whole window: what the engine last said, and the parts that the window is made of. Components read it and call its
 * methods; the engine's events make it ask again.
 */
export class App {
  readonly client: Client;
  readonly notices = new Notices();
  readonly where: Whereabouts;
  readonly introductions: Introductions;
  readonly quiet: Quiet;
  readonly composers: Composers;
  readonly previews: Previews;
  readonly brought: Brought;
  readonly updates: ProgramUpdates;
  readonly notifications: BrowserNotifications;

  status = $state.raw<AppStatus | null>(null);
  startError = $state.raw<ErrorView | null>(null);
  accounts = $state.raw<readonly AccountView[]>([]);
  settings = $state.raw<Settings | null>(null);
  conversations = $state.raw<readonly ConversationView[]>([]);

  /** The clock for "Today" and the like; moves on every half minute. */
  now = $state(Date.now());
  /** Whether the person is looking at this window: what arrives then is read. */
  focused = $state(document.hasFocus());

  /** Where the window is to lead as soon as it knows what there is. */
  #wanted: Place | null = null;

  readonly unread = $derived(unreadTotal(this.conversations));
  readonly accepted = $derived(this.#standing('accepted'));
  readonly requests = $derived(this.#standing('request'));
  readonly blocked = $derived(this.#standing('blocked'));
  readonly listsRequests = $derived.by(() => this.where.showsRequests && this.requests.length > 0);
  readonly current = $derived.by(
    () => this.conversations.find(({ id }) => id === this.where.conversation?.id) ?? null,
  );
  readonly nameOf = nameOf;

  #standing(standing: ConversationView['standing']): readonly ConversationView[] {
    return this.conversations.filter((conversation) => conversation.standing === standing);
  }

  constructor(bridge: Bridge) {
    const client = new Client(bridge);
    const { notices } = this;
    this.client = client;
    this.where = new Whereabouts({
      client,
      unreadOf: (id) => this.conversations.find((conversation) => conversation.id === id)?.unread ?? 0,
    });
    const { where } = this;
    this.introductions = new Introductions({
      client,
      notices,
      where,
      reload: () => this.#loadConversations(),
    });
    this.quiet = new Quiet({ client, notices, settings: () => this.settings });
    this.composers = new Composers(client);
    this.previews = new Previews(client);
    this.brought = new Brought(client, notices);
    this.updates = new ProgramUpdates({ client, notices });
    this.notifications = new BrowserNotifications({
      // Of the desktop program the main process shows them.
      api: bridge.host === 'browser' ? notificationApi() : null,
      goTo: (place) => {
        window.focus();
        this.#go(place);
      },
    });
  }

  /** Loads what the window needs and follows the engine's events until the returned function is called. */
  start(): () => void {
    const stopEvents = this.client.subscribe((event) => this.#follow(event));
    const clock = setInterval(() => (this.now = Date.now()), clockMilliseconds);
    void this.load();
    return () => {
      stopEvents();
      clearInterval(clock);
    };
  }

  /** Asks for everything again: at the start, and when the engine is back. */
  async load(): Promise<void> {
    this.startError = null;
    try {
      // Asked together: the window is empty until both are known. Of a home that is locked nothing else is told.
      const statusAnswer = this.client.call('app.status', {});
      const contentAnswer = this.#askContent();
      contentAnswer.catch(() => undefined);
      const status = await statusAnswer;
      if (status.phase !== 'locked') this.#takeContent(await contentAnswer);
      this.status = status;
      if (this.#wanted !== null) this.#go(this.#wanted);
    } catch (error) {
      this.startError = asErrorView(error);
    }
    await this.where.conversation?.refresh();
    await this.#lookWhatWasBrought();
  }

  /** A locked home takes nothing; what was brought waits. */
  async #lookWhatWasBrought(): Promise<void> {
    const phase = this.status?.phase ?? 'locked';
    if (phase !== 'locked') await this.attempt(() => this.brought.look(phase === 'ready'));
  }

  #askContent(): Promise<Content> {
    return Promise.all([
      this.client.call('settings.get', {}),
      this.client.call('accounts.list', {}),
      this.client.call('conversations.list', {}),
    ]);
  }

  #takeContent([settings, accounts, conversations]: Content): void {
    this.settings = settings;
    this.accounts = accounts;
    this.conversations = conversations;
    void this.updates.load();
  }

  accountOf(conversation: ConversationView): AccountView | null {
    return this.accounts.find(({ id }) => id === conversation.accountId) ?? null;
  }

  /** Tells the engine what the person sees; an engine that is away learns it when it is back. */
  lookAt(conversationId: string | null): void {
    this.client.call('app.lookingAt', { conversationId }).catch(() => undefined);
  }

  /** What is being written in the open conversation. */
  get composer(): Composer | null {
    return this.current === null ? null : this.composers.of(this.current);
  }

  /** The next message in the open conversation answers this one; null: none. */
  answer(message: MessageView | null): void {
    const { composer } = this;
    composer?.answer(message === null ? null : originalOf(message));
    this.where.focusComposer();
  }

  /** Answers a request, blocks somebody, or takes that back. Throws `ContractError`. */
  async stand(conversation: ConversationView, standing: 'accepted' | 'blocked'): Promise<void> {
    await this.client.call('conversations.stand', { conversationId: conversation.id, standing });
    await this.#loadConversations();
    if (standing === 'blocked') this.notices.show(words.blocked.done(this.nameOf(conversation.person)));
  }

  /** Asks with the system's dialogue, and adds what was chosen to what is being written; without that, asks to whom. */
  async attachChosen(what: 'files' | 'folders'): Promise<void> {
    const composer = this.current?.standing === 'accepted' ? this.composer : null;
    await this.attempt(async () => {
      const taken = await this.client.call('attachments.choose', { what });
      if (composer === null) this.brought.add(taken);
      else composer.add(taken.attachments);
      if (composer !== null) this.where.focusComposer();
    });
  }

  /** Throws `ContractError`. */
  async changeSettings(change: RequestInput<'settings.update'>): Promise<void> {
    this.settings = await this.client.call('settings.update', change);
  }

  /** For calls without a place of their own: a failure becomes a notice. False when it failed. */
  attempt(work: () => Promise<unknown>): Promise<boolean> {
    return this.notices.attempt(work);
  }

  /** Shows a place; one that is named while the window is still asking for what it shows is shown then. */
  #go(place: Place): void {
    this.#wanted = this.status === null ? place : null;
    if (this.status?.phase !== 'ready') return;
    if (place.kind === 'attach') {
      this.where.dialog = null;
      void this.attachChosen('files');
    } else {
      this.where.go(place);
    }
  }

  #follow(event: EngineEvent): void {
    const { conversation } = this.where;
    switch (event.type) {
      case 'accounts.changed':
        void this.#loadAccounts();
        break;
      case 'people.changed':
      case 'conversations.changed':
        void this.#loadConversations();
        break;
      case 'settings.changed':
        void this.attempt(async () => (this.settings = await this.client.call('settings.get', {})));
        break;
      case 'messages.changed':
        void this.#loadConversations();
        if (event.conversationId === conversation?.id) void conversation.refresh(event.messageIds);
        break;
      case 'transfer.progress':
        if (event.conversationId === conversation?.id) {
          conversation.progress.set(event.messageId, event.progress);
        }
        break;
      case 'lock.changed':
        void this.load();
        break;
      case 'navigate':
        this.#go(event.to);
        break;
      case 'brought.changed':
        void this.#lookWhatWasBrought();
        break;
      case 'connectivity.changed':
      case 'connection.progress':
      case 'cleanup.changed':
      case 'vault.changed':
      case 'unread.changed':
        break;
      case 'updates.changed':
        void this.updates.load();
        break;
      case 'notification.show':
      case 'notification.hide':
        this.notifications.follow(event);
        break;
    }
  }

  async #loadAccounts(): Promise<void> {
    await this.attempt(async () => {
      this.accounts = await this.client.call('accounts.list', {});
      const phase = this.status?.phase;
      const expected = this.accounts.length === 0 ? 'first-run' : 'ready';
      if (phase === undefined || phase === expected) return;
      this.status = await this.client.call('app.status', {});
      await this.#lookWhatWasBrought();
    });
  }

  readonly #loadConversations = oneAtATime(() => this.attempt(() => this.#askConversations()));

  async #askConversations(): Promise<void> {
    const before = this.conversations;
    this.conversations = await this.client.call('conversations.list', {});
    for (const sentence of spokenNews(before, this.conversations)) this.notices.announce(sentence);
    if (this.where.conversation !== null && this.current === null) this.where.closeConversation();
    // The next stranger does not push the conversations aside.
    if (this.requests.length === 0) this.where.showsRequests = false;
  }
}

/** Also missing where a page is not on this computer and not encrypted. */
function notificationApi(): NotificationApi | null {
  return 'Notification' in globalThis ? Notification : null;
}

export const [useApp, provideApp] = createContext<App>();
