import { createContext } from 'svelte';
import type { Bridge } from '../../preload/contract/bridge.ts';
import type { EngineEvent } from '../../preload/contract/events.ts';
import type { QuietLength } from '../../preload/contract/quiet-lengths.ts';
import type { RequestInput } from '../../preload/contract/requests.ts';
import type { Settings } from '../../preload/contract/settings.ts';
import type { AccountView } from '../../preload/contract/accounts.ts';
import type { ErrorView } from '../../preload/contract/answer.ts';
import type { AppStatus } from '../../preload/contract/app.ts';
import type { ConversationView } from '../../preload/contract/conversations.ts';
import type { InviteView } from '../../preload/contract/identity.ts';
import type { Place } from '../../preload/contract/events.ts';
import type { MessageView } from '../../preload/contract/messages.ts';
import type { PersonView } from '../../preload/contract/people.ts';
import { toldAs } from '../conversation/trust-mark.ts';
import { words } from '../locales/en.ts';
import { arrivals, newAlarms, unreadTotal } from './arrivals.ts';
import { Brought } from './brought.svelte.ts';
import { BrowserNotifications, type NotificationApi } from './browser-notifications.ts';
import { Client, asErrorView } from './client.svelte.ts';
import type { Composer } from './composer.svelte.ts';
import { Composers } from './composers.ts';
import { Notices } from './notices.svelte.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { OpenConversation } from './open-conversation.svelte.ts';
import { originalOf } from './originals.ts';
import { Previews } from './previews.ts';
import type { SettingsPart, WayOut } from './way-out.ts';

/** How often what is shown as “5 minutes ago” is looked at anew: twice in the smallest unit that is shown. */
const clockMilliseconds = 30_000;

/** What the details pane is about. */
export type DetailsTarget =
  { readonly kind: 'person' } | { readonly kind: 'message'; readonly messageId: string };

export type Dialog =
  'palette' | 'new-conversation' | 'add-account' | 'invite' | 'safety-number' | 'sign-in' | 'send-to';

/** Somebody to write to, as far as it was said already. */
export interface Addressee {
  readonly identity: string;
  readonly mailbox: string;
}
const nobody: Addressee = { identity: '', mailbox: '' };

/**
 * The whole window: what the engine last said, and where the person is. Components read it and call its methods; the
 * engine's events make it ask again.
 */
export class App {
  readonly client: Client;
  readonly notices = new Notices();
  readonly composers: Composers;
  readonly previews: Previews;
  readonly brought: Brought;
  readonly notifications: BrowserNotifications;

  status = $state.raw<AppStatus | null>(null);
  startError = $state.raw<ErrorView | null>(null);
  accounts = $state.raw<readonly AccountView[]>([]);
  settings = $state.raw<Settings | null>(null);
  conversations = $state.raw<readonly ConversationView[]>([]);

  conversation = $state.raw<OpenConversation | null>(null);
  details = $state.raw<DetailsTarget | null>(null);
  settingsOpen = $state(false);
  /** The part of the settings that is to be shown next; null: their beginning. */
  settingsWanted = $state<SettingsPart | null>(null);
  dialog = $state<Dialog | null>(null);
  /** The clock for "Today" and the like; moves on every half minute. */
  now = $state(Date.now());
  /** Whether the person is looking at this window: what arrives then is read. */
  focused = $state(document.hasFocus());
  /** Whether the list shows who wrote without ever having been written to. */
  showsRequests = $state(false);
  /** The account that an invitation is made for; null: the first one. */
  invitingAs = $state<string | null>(null);
  /** A repository to connect, for a start. */
  wantedRepository = $state('');
  /** Who a new conversation is to be with, for a start. */
  addressee = $state.raw(nobody);
  /** An invitation that waits to be followed. */
  invitation = $state('');
  /** What the last invitation said of the certificate of its host. */
  vouched = $state.raw<Pick<InviteView, 'host' | 'certificate'> | null>(null);
  /** Counts up whenever what changed about a person's keys should take the focus. */
  changeWanted = $state(0);
  /** Counts up whenever the writing field should take the focus. */
  composerWanted = $state(0);

  /** Until when no notifications are shown, and until when nothing is sent or fetched; null: as usual. */
  readonly mutedUntil = $derived(this.settings?.notifications.mutedUntil ?? null);
  readonly pausedUntil = $derived(this.settings?.syncing.pausedUntil ?? null);
  readonly unread = $derived(unreadTotal(this.conversations));
  readonly accepted = $derived(this.#standing('accepted'));
  readonly requests = $derived(this.#standing('request'));
  readonly blocked = $derived(this.#standing('blocked'));
  readonly listsRequests = $derived(this.showsRequests && this.requests.length > 0);
  readonly current = $derived(this.conversations.find(({ id }) => id === this.conversation?.id) ?? null);

  #standing(standing: ConversationView['standing']): readonly ConversationView[] {
    return this.conversations.filter((conversation) => conversation.standing === standing);
  }

  constructor(bridge: Bridge) {
    this.client = new Client(bridge);
    this.composers = new Composers(this.client);
    this.previews = new Previews(this.client);
    this.brought = new Brought(this.client, this.notices);
    this.notifications = new BrowserNotifications({
      // Of the desktop program the main process shows them.
      api: bridge.host === 'browser' ? notificationApi() : null,
      goTo: (place) => {
        window.focus();
        this.go(place);
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
      const status = await this.client.call('app.status', {});
      // Of a home that is locked nothing else is told.
      if (status.phase !== 'locked') await this.#loadContent();
      this.status = status;
    } catch (error) {
      this.startError = asErrorView(error);
    }
    await this.conversation?.refresh();
    await this.#lookWhatWasBrought();
  }

  /** A locked home takes nothing; what was brought waits. */
  async #lookWhatWasBrought(): Promise<void> {
    const phase = this.status?.phase ?? 'locked';
    if (phase !== 'locked') await this.attempt(() => this.brought.look(phase === 'ready'));
  }

  async #loadContent(): Promise<void> {
    const [settings, accounts, conversations] = await Promise.all([
      this.client.call('settings.get', {}),
      this.client.call('accounts.list', {}),
      this.client.call('conversations.list', {}),
    ]);
    this.settings = settings;
    this.accounts = accounts;
    this.conversations = conversations;
  }

  nameOf(person: PersonView): string {
    return person.name ?? person.identity;
  }

  accountOf(conversation: ConversationView): AccountView | null {
    return this.accounts.find(({ id }) => id === conversation.accountId) ?? null;
  }

  /** Shows a conversation, at a message when one is named. */
  openConversation(id: string, messageId: string | null = null): void {
    this.settingsOpen = false;
    this.details = null;
    if (this.conversation?.id !== id) {
      this.conversation?.close();
      const unread = this.conversations.find((conversation) => conversation.id === id)?.unread ?? 0;
      this.conversation = new OpenConversation(this.client, id, unread);
      if (messageId === null) void this.conversation.showNewest();
    }
    if (messageId !== null) void this.conversation.showMessage(messageId);
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
    this.focusComposer();
  }

  /** Leads to what has to be looked at before anything is sent to the person of the open conversation. */
  showChange(): void {
    this.changeWanted += 1;
  }

  /** Leads from a failure to where a person can do something about it. */
  goTo(wayOut: WayOut): void {
    if (wayOut === 'change') this.showChange();
    else if (wayOut === 'sign-in') this.dialog = 'sign-in';
    else {
      this.settingsWanted = wayOut;
      this.settingsOpen = true;
    }
  }

  /** Makes a link for somebody else. */
  invite(accountId: string | null = null): void {
    this.invitingAs = accountId;
    this.dialog = 'invite';
  }

  focusComposer(): void {
    this.composerWanted += 1;
  }

  closeConversation(): void {
    this.conversation?.close();
    this.conversation = null;
    this.details = null;
  }

  /** Answers a request, blocks somebody, or takes that back. Throws `ContractError`. */
  async stand(conversation: ConversationView, standing: 'accepted' | 'blocked'): Promise<void> {
    await this.client.call('conversations.stand', { conversationId: conversation.id, standing });
    await this.#loadConversations();
    if (standing === 'blocked') this.notices.show(words.blocked.done(this.nameOf(conversation.person)));
  }

  /** Starts the conversation with whoever made the invitation, and shows it. Throws `ContractError`. */
  async followInvitation(input: RequestInput<'invites.follow'>): Promise<void> {
    const conversation = await this.client.call('invites.follow', input);
    this.invitation = '';
    await this.#loadConversations();
    this.openConversation(conversation.id);
  }

  /**
   * Shows what a link leads to, and does nothing else: a conversation that is there, or a form that a person fills in and
   * sends. A link that makes no sense becomes a notice.
   */
  async openLink(text: string): Promise<void> {
    await this.attempt(async () => {
      const link = await this.client.call('links.read', { link: text });
      if (link.kind === 'invitation') {
        this.invitation = text;
        this.dialog = 'new-conversation';
      } else if (link.conversationId !== null) {
        this.openConversation(link.conversationId);
        this.focusComposer();
      } else {
        this.addressee = { identity: link.identity, mailbox: link.mailbox ?? '' };
        this.dialog = 'new-conversation';
      }
    });
  }

  /** The addressee that was said already, once. */
  takeAddressee(): Addressee {
    const { addressee } = this;
    this.addressee = nobody;
    return addressee;
  }

  /** Finds or starts a conversation and shows it. Throws `ContractError`. */
  async startConversation(input: RequestInput<'conversations.start'>): Promise<void> {
    const conversation = await this.client.call('conversations.start', input);
    await this.#loadConversations();
    this.openConversation(conversation.id);
  }

  go(place: Place): void {
    if (this.status?.phase !== 'ready') return;
    this.dialog = null;
    switch (place.kind) {
      case 'settings':
        this.settingsWanted = place.part ?? null;
        this.settingsOpen = true;
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
      case 'attach':
        void this.attachChosen('files');
        break;
      case 'conversation':
        this.openConversation(place.conversationId, place.messageId);
        break;
    }
  }

  /** Asks with the system's dialogue, and adds what was chosen to what is being written; without that, asks to whom. */
  async attachChosen(what: 'files' | 'folders'): Promise<void> {
    const composer = this.current?.standing === 'accepted' ? this.composer : null;
    await this.attempt(async () => {
      const taken = await this.client.call('attachments.choose', { what });
      if (composer === null) this.brought.add(taken);
      else composer.add(taken.attachments);
      if (composer !== null) this.focusComposer();
    });
  }

  /** Throws `ContractError`. */
  async changeSettings(change: RequestInput<'settings.update'>): Promise<void> {
    this.settings = await this.client.call('settings.update', change);
  }

  /** No notifications for so long; null: again. */
  async mute(length: QuietLength | null): Promise<void> {
    await this.attempt(() => this.client.call('quiet.mute', { length }));
  }

  /** Nothing is sent or fetched for so long; null: again. */
  async pause(length: QuietLength | null): Promise<void> {
    await this.attempt(() => this.client.call('quiet.pause', { length }));
  }

  async muteConversation({ id }: ConversationView, length: QuietLength | 'for-ever' | null): Promise<void> {
    await this.attempt(() => this.client.call('conversations.mute', { conversationId: id, length }));
  }

  /** For calls without a place of their own: a failure becomes a notice. */
  async attempt(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      this.notices.show(asErrorView(error).message, 'problem');
      return false;
    }
  }

  /** Opens, shows or saves a received file, the way this host can. */
  async saveFile(messageId: string): Promise<void> {
    await this.attempt(async () => {
      const { url } = await this.client.call('messages.downloadLink', { messageId });
      const link = document.createElement('a');
      link.href = url;
      link.download = '';
      link.click();
    });
  }

  #follow(event: EngineEvent): void {
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
        if (event.conversationId === this.conversation?.id) void this.conversation.refresh(event.messageIds);
        break;
      case 'transfer.progress':
        if (event.conversationId === this.conversation?.id) {
          this.conversation.progress.set(event.messageId, event.progress);
        }
        break;
      case 'lock.changed':
        void this.load();
        break;
      case 'navigate':
        this.go(event.to);
        break;
      case 'brought.changed':
        void this.#lookWhatWasBrought();
        break;
      case 'connectivity.changed':
      case 'connection.progress':
      case 'cleanup.changed':
      case 'vault.changed':
      case 'unread.changed':
      case 'updates.changed':
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
    for (const conversation of arrivals(before, this.conversations)) this.#announce(conversation);
    for (const { person } of newAlarms(before, this.conversations)) this.#announceChange(person);
    if (this.conversation !== null && this.current === null) this.closeConversation();
    // The next stranger does not push the conversations aside.
    if (this.requests.length === 0) this.showsRequests = false;
  }

  #announce({ person, lastMessage }: ConversationView): void {
    if (lastMessage === null) return;
    const name = this.nameOf(person);
    // What nobody proved is not read out as if it were theirs.
    if (lastMessage.state === 'unverified') this.notices.announce(words.live.unverified(name));
    else if (lastMessage.kind === 'text') this.notices.announce(words.live.text(name, lastMessage.excerpt));
    else this.notices.announce(words.live.file(name, lastMessage.excerpt));
  }

  #announceChange(person: PersonView): void {
    const { change } = person.trust;
    if (change === null) return;
    const { title, spoken } = words.trust.change;
    this.notices.announce(spoken(title[toldAs(change)](this.nameOf(person))));
  }
}

/** Also missing where a page is not on this computer and not encrypted. */
function notificationApi(): NotificationApi | null {
  return 'Notification' in globalThis ? Notification : null;
}

export const [useApp, provideApp] = createContext<App>();
