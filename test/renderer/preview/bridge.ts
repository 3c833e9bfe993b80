const closedNetwork: LocalNetworkView = {
  ...{ state: 'closed', error: null, addresses: [], fingerprint: null, certificateExpiresAt: null },
  ...{ people: [], usedBytes: 0, quotaBytes: null },
};

/**
 * An engine that is only a script: it answers from memory and lets messages move. For looking at the window and for
 * tests of the window alone; everything about real registries is tested with the real engine.
 */
import type { Answer } from '../../../preload/contract/answer.ts';
import type { AttachmentSource, Bridge } from '../../../preload/contract/bridge.ts';
import type { EngineEvent } from '../../../preload/contract/events.ts';
import type { RequestInput, RequestName, RequestOutput } from '../../../preload/contract/requests.ts';
import type { Settings } from '../../../preload/contract/settings.ts';
import type { AccountView } from '../../../preload/contract/accounts.ts';
import type { AppStatus } from '../../../preload/contract/app.ts';
import type { CleanupStatus } from '../../../preload/contract/cleanup.ts';
import type { ConnectionReport, ConnectivityView } from '../../../preload/contract/connection.ts';
import type { ConversationView } from '../../../preload/contract/conversations.ts';
import type { LocalNetworkView } from '../../../preload/contract/local-network.ts';
import type { ToolLogin } from '../../../preload/contract/login.ts';
import type {
  AttachmentView,
  FilePreview,
  MessagePage,
  MessageView,
} from '../../../preload/contract/messages.ts';
import type { PersonView } from '../../../preload/contract/people.ts';
import type { FolderListing } from '../../../preload/contract/settings.ts';
import { originalOf } from '../../../renderer/state/originals.ts';
import { invitation, invitationFor, linkTo, readInvitation, readLink } from './links.ts';
import { networkHandlers } from './network.ts';
import { quietHandlers, restEnd } from './quiet.ts';
import { vaultHandlers } from './vault.ts';
import { file, text, type MessageOptions } from './messages.ts';
import { me, type Scene, type Talk, unknown as unknownPerson } from './scenes.ts';
import { Refusal } from './refusal.ts';
import { ScriptedSignIn } from './sign-in.ts';
import { identityOf, publicSignaturesOf, safetyNumber } from './trust.ts';
import { ScriptedUpdates } from './updates.ts';

type Handlers = { [Name in RequestName]: (input: RequestInput<Name>) => unknown };

export class ScriptedBridge implements Bridge {
  readonly host = 'browser';
  /** Every call, for tests that ask what the window asked. */
  readonly calls: { readonly method: RequestName; readonly input: unknown }[] = [];
  /** Milliseconds before an answer. */
  delay = 5;
  /** Who signs in for the key of this device. */
  readonly signIn = new ScriptedSignIn(() => this.#emit({ type: 'accounts.changed' }));
  readonly updates = new ScriptedUpdates(() => this.#emit({ type: 'updates.changed' }));
  readonly #scene: Scene;
  readonly #listeners = new Set<(event: EngineEvent) => void>();
  readonly #openListeners = new Set<(open: boolean) => void>();
  readonly #attachments = new Map<string, AttachmentView>();
  #talks: Talk[];
  #open: boolean;
  #lock: AppStatus['lock'];
  #keyLost: boolean;
  #held: PromiseWithResolvers<null> | null = null;
  #settings: Settings = {
    appearance: { theme: 'system', contrast: 'normal' },
    downloads: { folder: null, automaticLimitBytes: 25 * 1024 * 1024 },
    notifications: { enabled: true, showContent: true, mutedUntil: null },
    syncing: { pausedUntil: null },
    window: { closeToTray: null },
    composer: { enterSends: true, spellCheck: true },
    cleanup: { enabled: true },
    updates: { mode: 'ask' },
    publicSignatures: { enabled: true, accounts: [] },
    sigstore: { instance: 'public' },
    network: {
      proxy: { mode: 'system', address: null, exceptions: '' },
      authorities: [],
      plainHttpHosts: [],
    },
  };

  constructor(scene: Scene) {
    this.#scene = scene;
    this.#talks = [...scene.talks];
    this.#open = scene.engineReachable;
    this.#lock = scene.lock ?? null;
    this.#keyLost = scene.keyLost ?? false;
  }

  readonly connection = {
    isOpen: () => this.#open,
    subscribe: (listener: (open: boolean) => void) => {
      this.#openListeners.add(listener);
      return () => this.#openListeners.delete(listener);
    },
  };

  async call<Name extends RequestName>(
    method: Name,
    input: RequestInput<Name>,
  ): Promise<Answer<RequestOutput<Name>>> {
    // As across a real bridge: what cannot be cloned throws here too.
    const received = structuredClone(input);
    this.calls.push({ method, input: received });
    await pause(this.delay);
    await this.#held?.promise;
    try {
      const handler = this.#handlers[method] as (
        value: RequestInput<Name>,
      ) => RequestOutput<Name> | Promise<RequestOutput<Name>>;
      return { ok: true, value: structuredClone(await handler(received)) };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { ok: false, error: error.view };
    }
  }

  subscribe(listener: (event: EngineEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async attach(source: AttachmentSource): Promise<Answer<AttachmentView>> {
    await pause(50);
    const folder = source.kind === 'folder';
    const bytes = folder
      ? source.files.reduce((sum, { file: part }) => sum + part.size, 0)
      : source.file.size;
    const attachment: AttachmentView = {
      token: `token-${this.#attachments.size}-0123456789`,
      name: folder ? source.name : source.file.name,
      bytes,
      mediaType: source.file.type,
      folder,
      files: folder ? source.files.length : null,
    };
    this.#attachments.set(attachment.token, attachment);
    return { ok: true, value: attachment };
  }

  /** Nothing that is asked from now on is answered before `letGo`. */
  hold(): void {
    this.#held = Promise.withResolvers();
  }

  letGo(): void {
    this.#held?.resolve(null);
    this.#held = null;
  }

  /** The engine goes away or comes back. */
  setOpen(open: boolean): void {
    this.#open = open;
    for (const listener of this.#openListeners) listener(open);
  }

  /** The engine says that something about an account is new. */
  accountsChanged(): void {
    this.#emit({ type: 'accounts.changed' });
  }

  /** The next passphrase is not taken before so many milliseconds; null: it is taken now. */
  lockFor(milliseconds: number | null): void {
    const nextTryAt = milliseconds === null ? null : Date.now() + milliseconds;
    const { appearance } = this.#settings;
    this.#lock = { reason: 'wrong-passphrase', message: '', nextTryAt, appearance };
    this.#emit({ type: 'lock.changed' });
  }

  /** Files that came from outside, for `brought.takeFiles`. */
  readonly brought: AttachmentView[] = [];

  /** The system brings files from outside the window. */
  bring(...files: AttachmentView[]): void {
    this.brought.push(...files);
    this.#emit({ type: 'brought.changed' });
  }

  /** Somebody else writes. */
  receive(talkId: string, words: string, options: Partial<MessageOptions> = {}): void {
    const talk = this.#talk(talkId);
    talk.messages.push(text(words, { from: talk.person.identity, at: Date.now(), ...options }));
    this.#replace({ ...talk, unread: talk.unread + 1 });
    this.#changed(talkId, [talk.messages.at(-1)?.id ?? '']);
  }

  readonly #handlers: Handlers = {
    'app.status': () => this.#status(),
    'app.glance': () => ({
      ...{ unread: 0, connection: 'online', mutedUntil: null, pausedUntil: null, keepsRunning: false },
      update: null,
    }),
    'app.lookingAt': () => null,
    'app.startsWithSystem': () => true,
    'app.startWithSystem': ({ enabled }) => enabled,
    'connection.understand': ({ reference }) => understood(reference),
    'connection.toolLogin': ({ repository }) => toolLogin(repository),
    'connection.toolRegistries': () => [
      { place: 'registry.example.com', username: 'alice', source: "Docker's configuration" },
      { place: 'ghcr.io', username: 'alice-example', source: 'the credential helper desktop' },
      {
        place: 'a-registry-with-a-long-name.internal.example.org:5000/teams/north-hall',
        username: null,
        source: "Podman's login file",
      },
    ],
    'connection.test': ({ testId }) => this.#test(testId),
    'connection.cancelTest': () => null,
    'connection.connectivity': () => this.#connectivity(),
    'connection.acceptCertificate': () => null,
    'connection.forgetCertificate': () => null,
    'localNetwork.status': () => closedNetwork,
    'localNetwork.open': () => closedNetwork,
    'localNetwork.close': () => closedNetwork,
    'localNetwork.invite': ({ name }) => ({ name, password: 'only-in-a-preview' }),
    'localNetwork.revoke': () => closedNetwork,
    'accounts.list': () => this.#accounts(),
    'accounts.create': (input) => this.#createAccount(input),
    'accounts.update': () => this.#scene.accounts[0],
    'accounts.remove': () => null,
    'accounts.sync': () => null,
    'people.list': () => this.#talks.map(({ person }) => person),
    'people.update': (input) => this.#updatePerson(input),
    'people.lookAlike': () => null,
    'refusals.list': () => ({ shown: [], total: 0 }),
    'refusals.retry': () => null,
    'refusals.dismiss': () => null,
    'people.safetyNumber': ({ personId }) => {
      if (this.#talkWith(personId).person.trust.state !== 'unknown') return safetyNumber;
      throw new Refusal('not-found', 'No key of this person has been seen yet.');
    },
    'people.setVerified': ({ personId, verified }) =>
      this.#trust(personId, { state: verified ? 'verified' : 'first-use', since: Date.now() }),
    'people.acceptChange': ({ personId }) => {
      const { change } = this.#talkWith(personId).person.trust;
      return this.#trust(personId, {
        change: null,
        ...(change?.kind === 'key-change' && { state: 'first-use' as const }),
      });
    },
    'identity.get': () => {
      if (!this.#keyLost) {
        return { ...identityOf(this.#scene.alarm), certifiedBy: this.signIn.certifiedBy };
      }
      throw new Refusal('auth', 'The key that signs for alice@example.com is no longer in the vault.', {
        reason: 'key-lost',
      });
    },
    'identity.addDevice': () => ({ name: 'alice@example.com.dockercomms-device', text: '{}' }),
    'identity.removeDevice': () => {
      const identity = identityOf(undefined);
      return { ...identity, devices: identity.devices.filter(({ thisDevice }) => thisDevice) };
    },
    'accounts.join': () => {
      throw new Refusal('invalid', 'This file was not made for another device of DockerComms.');
    },
    'identity.beginAnew': () => {
      this.#keyLost = false;
      this.accountsChanged();
      return identityOf(undefined);
    },
    'identity.restore': () => {
      return identityOf(undefined);
    },
    'identity.acknowledgeDevices': () => null,
    'attachments.choose': () => ({ attachments: [], left: 0 }),
    'messages.saveAs': () => false,
    'messages.dragOut': () => null,
    'messages.pause': () => null,
    'messages.resume': () => null,
    'brought.takeFiles': () => ({ attachments: this.brought.splice(0), left: 0 }),
    'brought.takeLink': () => null,
    'links.read': ({ link }) => readLink(link, this.#talks, this.#accountId),
    'links.ofConversation': ({ conversationId }) => ({ link: linkTo(this.#talk(conversationId)) }),
    'invites.create': () => ({ link: invitation }),
    'invites.read': ({ link }) => readInvitation(link, this.#accountId),
    'invites.follow': ({ accountId, link }) => {
      const { identity } = invitationFor(link, accountId) ?? { identity: '' };
      const started = this.#startTalk({ accountId, identity });
      this.#trust(started.person.id, { state: 'verified', since: Date.now() });
      return conversationOf(this.#talk(started.id));
    },
    'conversations.list': () => this.#conversations(),
    'conversations.get': ({ conversationId }) => conversationOf(this.#talk(conversationId)),
    'conversations.start': (input) => this.#startTalk(input),
    'conversations.markRead': ({ conversationId }) => this.#change(conversationId, { unread: 0 }),
    'conversations.saveDraft': ({ conversationId, text: draft }) => this.#change(conversationId, { draft }),
    'conversations.mute': ({ conversationId, length }) =>
      this.#change(conversationId, { muted: length !== null, mutedUntil: restEnd(length) }),
    'conversations.stand': ({ conversationId, standing }) => this.#change(conversationId, { standing }),
    'conversations.remove': ({ conversationId }) => {
      this.#talks = this.#talks.filter(({ id }) => id !== conversationId);
      this.#emit({ type: 'conversations.changed', conversationIds: [conversationId] });
      return null;
    },
    'conversations.removeRequests': () => {
      const requests = this.#talks.filter(({ standing }) => standing === 'request').map(({ id }) => id);
      this.#talks = this.#talks.filter(({ standing }) => standing !== 'request');
      this.#emit({ type: 'conversations.changed', conversationIds: requests });
      return null;
    },
    'messages.list': (input) => this.#page(input),
    'messages.send': (input) => this.#send(input),
    'messages.cancel': ({ messageId }) => this.#setState(messageId, { state: 'cancelled' }),
    'messages.retry': ({ messageId }) => this.#setState(messageId, { state: 'sent', failure: null }),
    'messages.remove': ({ messageId }) => {
      const talk = this.#talkOf(messageId);
      this.#change(talk.id, { messages: talk.messages.filter(({ id }) => id !== messageId) });
      this.#changed(talk.id, [messageId]);
      return null;
    },
    'messages.download': ({ messageId }) => this.#setState(messageId, { state: 'downloading' }),
    'messages.release': ({ messageId }) => this.#release(messageId),
    'messages.open': () => null,
    'messages.showInFolder': () => null,
    'messages.openLink': () => null,
    'messages.downloadLink': () => ({ url: '#download' }),
    'messages.preview': ({ messageId }) => previewOf(this.#messageOf(messageId)),
    'messages.publicSignatures': ({ messageId }) => publicSignaturesOf(this.#messageOf(messageId)),
    'attachments.discard': () => null,
    'search.query': ({ text: words }) => this.#search(words),
    'settings.get': () => this.#settings,
    'settings.update': (change) => {
      const { appearance, downloads, notifications, window, composer, cleanup, updates, publicSignatures } =
        this.#settings;
      this.#settings = {
        ...this.#settings,
        appearance: { ...appearance, ...change.appearance },
        downloads: { ...downloads, ...change.downloads },
        notifications: { ...notifications, ...change.notifications },
        window: { ...window, ...change.window },
        composer: { ...composer, ...change.composer },
        cleanup: { ...cleanup, ...change.cleanup },
        updates: { ...updates, ...change.updates },
        publicSignatures: { ...publicSignatures, ...change.publicSignatures },
        sigstore: change.sigstore ?? this.#settings.sigstore,
      } as Settings;
      return this.#settings;
    },
    'settings.chooseDownloadFolder': () => null,
    'settings.useDownloadFolder': ({ folder }) => {
      this.#settings = { ...this.#settings, downloads: { ...this.#settings.downloads, folder } };
      return this.#settings;
    },
    'folders.list': ({ folder }) => listing(folder ?? '/home/alice-0001'),
    'folders.create': ({ folder, name }) => listing(`${folder}/${name}`),
    'cleanup.status': () => cleanupStatus(),
    'cleanup.run': () => null,
    'cleanup.cancel': () => null,
    ...networkHandlers(),
    ...vaultHandlers(),
    ...quietHandlers(
      (part) => this.#changeSettings(part),
      () => this.#settings,
    ),
    'vault.tryAgain': () => {
      throw new Refusal('auth', 'Your secrets can be opened with their passphrase only.', {
        reason: 'passphrase-needed',
      });
    },
    'vault.beginAnew': () => {
      this.#lock = null;
      this.#emit({ type: 'lock.changed' });
      return null;
    },
    'vault.unlock': () => {
      throw new Refusal('auth', 'This is not the passphrase of your secrets.', {
        reason: 'wrong-passphrase',
      });
    },
    ...this.signIn.handlers(),
    ...this.updates.handlers(),
  };

  #status(): AppStatus {
    return {
      version: '0.1.0',
      phase: this.#phase(),
      lock: this.#lock,
      host: 'browser',
      platform: 'linux',
      can: {
        openFiles: true,
        showInFolder: true,
        downloadInBrowser: false,
        chooseFolder: false,
        listFolders: true,
        openPages: false,
        embeddedRegistry: true,
        checkSpelling: true,
        startWithSystem: true,
        chooseFiles: false,
        saveAs: true,
        dragOut: true,
      },
      closesToTray: null,
      defaultDownloadFolder: '/home/alice/Downloads/DockerComms',
    };
  }

  #phase(): AppStatus['phase'] {
    if (this.#lock !== null) return 'locked';
    return this.#scene.firstRun && this.#scene.accounts.length === 0 ? 'first-run' : 'ready';
  }

  /** Tells its progress at once: a script has nothing to wait for. */
  #test(testId: string): ConnectionReport {
    const whole = report();
    whole.checks.forEach((_, index) => {
      const soFar = { ...whole, complete: false, checks: whole.checks.slice(0, index) };
      this.#emit({ type: 'connection.progress', testId, report: soFar });
    });
    return whole;
  }

  #connectivity(): readonly ConnectivityView[] {
    const now = Date.now();
    return this.#scene.accounts.map(({ id }) => ({
      ...{ accountId: id, report: report(), lookedAt: now - 20_000, nextLookAt: now + 40_000 },
      learnt: [
        { name: 'artifact-types', works: true, at: now },
        { name: 'delete-tag', works: false, at: now },
      ],
    }));
  }

  #createAccount(input: RequestInput<'accounts.create'>): unknown {
    const account = {
      id: 'account-1',
      identity: input.identity,
      repository: input.kind === 'registry' ? input.repository : 'localhost:5000/messages',
      kind: input.kind,
      login: { kind: 'none' },
      addresses: [],
      acceptedCertificate: null,
      waitingRequests: 0,
      newDevices: 0,
      keyAlarm: null,
      connection: { state: 'online', syncedAt: Date.now() },
      unencrypted: false,
    } as const;
    this.#scene.accounts.push(account);
    this.#emit({ type: 'accounts.changed' });
    return account;
  }

  #updatePerson(input: RequestInput<'people.update'>): PersonView {
    const talk = this.#talkWith(input.personId);
    const person = { ...talk.person, name: input.name ?? null, mailbox: input.mailbox ?? null };
    this.#change(talk.id, { person });
    return person;
  }

  #release(messageId: string): null {
    const { content } = this.#messageOf(messageId);
    const shown =
      content.kind === 'text' ? { ...content, text: 'What it said.' } : { ...content, available: true };
    return this.#setState(messageId, { state: 'received', content: shown });
  }

  /** Something about a person's keys becomes known, while the window looks on. */
  trust(talkId: string, trust: Partial<PersonView['trust']>): void {
    this.#trust(this.#talk(talkId).person.id, trust);
  }

  #trust(personId: string, trust: Partial<PersonView['trust']>): PersonView {
    const talk = this.#talkWith(personId);
    const person = { ...talk.person, trust: { ...talk.person.trust, ...trust } };
    this.#change(talk.id, { person });
    this.#emit({ type: 'people.changed' });
    return person;
  }

  #talkWith(personId: string): Talk {
    const talk = this.#talks.find(({ person }) => person.id === personId);
    if (talk === undefined) throw new Refusal('not-found', 'This person is no longer here.');
    return talk;
  }

  #startTalk(input: RequestInput<'conversations.start'>): ConversationView {
    const known = this.#talks.find(({ person }) => person.identity === input.identity);
    if (known !== undefined) return conversationOf(known);
    if (/\s/u.test(input.identity)) throw new Refusal('invalid', 'An identity cannot contain spaces.');
    const id = `talk-${input.identity}`;
    const person: PersonView = {
      ...{ id: `person-${id}`, identity: input.identity, name: null },
      ...{ mailbox: input.mailbox ?? null, proposedMailbox: null, trust: unknownPerson },
    };
    const talk: Talk = { id, person, messages: [], unread: 0 };
    this.#talks = [talk, ...this.#talks];
    this.#emit({ type: 'conversations.changed', conversationIds: [id] });
    return conversationOf(talk);
  }

  #page({ conversationId, before, after, around, limit = 60 }: RequestInput<'messages.list'>): MessagePage {
    const all = this.#talk(conversationId).messages;
    let end = all.length;
    let start = Math.max(0, end - limit);
    if (before !== undefined) [start, end] = [Math.max(0, Number(before) - limit), Number(before)];
    if (after !== undefined) [start, end] = [Number(after), Math.min(all.length, Number(after) + limit)];
    if (around !== undefined) {
      const middle = all.findIndex(({ id }) => id === around);
      if (middle === -1) throw new Refusal('not-found', 'This message is no longer here.');
      start = Math.max(0, middle - Math.floor(limit / 2));
      end = Math.min(all.length, start + limit);
    }
    return {
      messages: all.slice(start, end).map((message) => ({ ...message, conversationId })),
      before: start === 0 ? null : String(start),
      after: end === all.length ? null : String(end),
    };
  }

  #send(input: RequestInput<'messages.send'>): { messageIds: string[] } {
    const talk = this.#talk(input.conversationId);
    const files = (input.attachments ?? []).map((token) => this.#attachments.get(token));
    const count = files.length + (input.text === undefined ? 0 : 1);
    const id = `batch-${Date.now()}`;
    let index = 0;
    const options = () => ({
      from: me,
      own: true,
      at: Date.now(),
      state: 'queued' as const,
      inReplyTo: input.inReplyTo === undefined ? null : originalOf(this.#messageOf(input.inReplyTo)),
      batch: count > 1 ? { id, index: index++, count } : null,
    });
    const sent: MessageView[] = input.text === undefined ? [] : [text(input.text, options())];
    for (const attachment of files) {
      if (attachment !== undefined) sent.push(file(attachment.name, { ...attachment, ...options() }));
    }
    talk.messages.push(...sent);
    this.#change(talk.id, { draft: '' });
    this.#changed(talk.id, idsOf(sent));
    for (const message of sent) void this.#travel(message.id);
    return { messageIds: idsOf(sent) };
  }

  async #travel(id: string): Promise<void> {
    for (const state of ['uploading', 'sent', 'delivered-unconfirmed'] as const) {
      await pause(500);
      this.#setState(id, { state });
    }
  }

  #search(words: string) {
    const parts = words.toLowerCase().split(/\s+/u);
    const fits = (candidate: string) => parts.every((part) => candidate.toLowerCase().includes(part));
    const talks = this.#talks.filter(({ person }) => fits(`${person.name ?? ''} ${person.identity}`));
    const messages = this.#talks.flatMap((talk) =>
      talk.messages
        .filter(({ content }) => fits(content.kind === 'text' ? content.text : content.name))
        .slice(0, 5)
        .map((message) => {
          const excerpt = message.content.kind === 'text' ? message.content.text : message.content.name;
          const at = excerpt.toLowerCase().indexOf(parts[0] ?? '');
          return {
            messageId: message.id,
            conversationId: talk.id,
            author: message.author,
            direction: message.direction,
            at: message.at,
            trust: message.trust,
            excerpt,
            matches: [[at, at + (parts[0]?.length ?? 0)]],
          };
        }),
    );
    return { people: talks.map(({ person }) => person), conversations: talks.map(conversationOf), messages };
  }

  #accounts(): readonly AccountView[] {
    const keyAlarm = this.#keyLost ? 'key-lost' : (this.#scene.alarm ?? null);
    return this.#scene.accounts.map((account) => ({ ...account, keyAlarm }));
  }

  get #accountId(): string | null {
    return this.#scene.accounts[0]?.id ?? null;
  }

  #conversations(): readonly ConversationView[] {
    return this.#talks.map(conversationOf).sort((a, b) => b.activityAt - a.activityAt);
  }

  #talk(id: string): Talk {
    const talk = this.#talks.find((candidate) => candidate.id === id);
    if (talk === undefined) throw new Refusal('not-found', 'This conversation is no longer here.');
    return talk;
  }

  #talkOf(messageId: string): Talk {
    const talk = this.#talks.find(({ messages }) => messages.some(({ id }) => id === messageId));
    if (talk === undefined) throw new Refusal('not-found', 'This message is no longer here.');
    return talk;
  }

  #messageOf(messageId: string): MessageView {
    const message = this.#talkOf(messageId).messages.find(({ id }) => id === messageId);
    if (message === undefined) throw new Refusal('not-found', 'This message is no longer here.');
    return message;
  }

  #setState(messageId: string, change: Partial<MessageView>): null {
    const talk = this.#talkOf(messageId);
    const position = talk.messages.findIndex(({ id }) => id === messageId);
    const message = talk.messages[position];
    if (message !== undefined) talk.messages[position] = { ...message, ...change };
    this.#changed(talk.id, [messageId]);
    return null;
  }

  #change(talkId: string, change: Partial<Talk>): null {
    this.#replace({ ...this.#talk(talkId), ...change });
    this.#emit({ type: 'conversations.changed', conversationIds: [talkId] });
    return null;
  }

  #replace(talk: Talk): void {
    this.#talks = this.#talks.map((candidate) => (candidate.id === talk.id ? talk : candidate));
  }

  #changeSettings(part: Partial<Settings>): void {
    this.#settings = { ...this.#settings, ...part };
    this.#emit({ type: 'settings.changed' });
  }

  #changed(conversationId: string, messageIds: readonly string[]): void {
    this.#emit({ type: 'messages.changed', conversationId, messageIds });
  }

  #emit(event: EngineEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const idsOf = (messages: readonly MessageView[]) => messages.map(({ id }) => id);

function conversationOf(talk: Talk): ConversationView {
  const last = talk.messages.at(-1);
  return {
    id: talk.id,
    accountId: 'account-1',
    person: talk.person,
    unread: talk.unread,
    muted: talk.muted ?? false,
    mutedUntil: talk.mutedUntil ?? null,
    standing: talk.standing ?? 'accepted',
    draft: talk.draft ?? '',
    draftAnswers: null,
    activityAt: last?.at ?? 0,
    lastMessage:
      last === undefined
        ? null
        : {
            messageId: last.id,
            direction: last.direction,
            kind: last.content.kind,
            excerpt: (last.content.kind === 'text' ? last.content.text : last.content.name).slice(0, 200),
            state: last.state,
            trust: last.trust,
            at: last.at,
          },
  };
}

/** Here a folder's token is its path. */
function listing(path: string): FolderListing {
  const [, ...steps] = path.split('/').slice(1);
  const view = (name: string, token: string) => ({ token, name });
  const trail = steps.map((name, index) => view(name, `/home/${steps.slice(0, index + 1).join('/')}`));
  const [first, ...rest] = trail;
  const names = ['Documents', 'Downloads', 'Music', 'Pictures', 'Site visits 2026'];
  return {
    trail: [first ?? view('home', path), ...rest],
    folders: names.map((name) => view(name, `${path}/${name}`)),
    cut: false,
    writable: !path.endsWith('Music'),
  };
}

function understood(reference: string) {
  const match = /^(?:https?:\/\/)?(?<host>[a-z0-9.-]+(?::\d+)?)\/(?<path>[a-z0-9/._-]+)$/u.exec(reference);
  const { host, path } = match?.groups ?? {};
  if (host === undefined || path === undefined) {
    throw new Refusal('invalid', 'A repository looks like registry.example.com/team/messages.');
  }
  const local = host.startsWith('localhost');
  const registry =
    host === 'docker.io'
      ? { name: 'Docker Hub', advice: ['Docker Hub counts pulls.', 'New repositories may be public.'] }
      : null;
  const server = registry === null ? host : 'registry-1.docker.io';
  return {
    repository: `${host}/${path}`,
    host,
    path,
    server,
    plainHttp: local,
    onThisComputer: local,
    registry,
  };
}

/** Docker has a login for the registry of the examples, and for no other. */
function toolLogin(repository: string): ToolLogin | null {
  if (!repository.startsWith('registry.example.com/')) return null;
  return { tool: 'docker', username: 'alice', source: "Docker's configuration" };
}

/** A registry with one of every outcome. */
function report(): ConnectionReport {
  return {
    repository: 'registry.example.com/team/messages',
    testedAt: Date.now(),
    complete: true,
    usable: false,
    tls: { protocol: 'TLSv1.3', issuer: 'Example CA', validUntil: null },
    pullLimit: null,
    probeLeft: true,
    warnings: ['This repository becomes read-only on 31 December. Move to registry-2.example.com.'],
    checks: [
      { name: 'reach', outcome: 'passed', message: 'The registry answers.' },
      {
        name: 'encryption',
        outcome: 'passed',
        message: 'Encrypted with TLS 1.3, certificate by Example CA.',
      },
      { name: 'login', outcome: 'passed', message: 'The login is accepted.' },
      { name: 'pull', outcome: 'passed', message: 'Messages can be read here.' },
      { name: 'push', outcome: 'passed', message: 'Content can be uploaded here.' },
      {
        name: 'artifacts',
        outcome: 'failed',
        message: 'The registry does not accept messages: it refuses this kind of content.',
        hint: 'Ask the administrator to allow the artifact types application/vnd.dockercomms.*, or use another registry.',
      },
      { name: 'empty-layers', outcome: 'skipped', message: 'Not tried.' },
      { name: 'tags', outcome: 'skipped', message: 'Not tried.' },
      {
        name: 'referrers',
        outcome: 'limited',
        message:
          'This registry does not know what belongs to what, so tags are used instead. Nothing is missing.',
      },
      {
        name: 'delete',
        outcome: 'unknown',
        message: 'registry.example.com has a problem of its own (status 503).',
      },
      {
        name: 'limits',
        outcome: 'limited',
        message: '7 of 100 pulls are left in 6 hours.',
        hint: 'Looking for new messages is not counted; fetching one is.',
      },
    ],
  };
}

function previewOf(message: MessageView): FilePreview | null {
  if (message.content.kind !== 'file') return null;
  if (message.content.preview === 'text') {
    const line = (index: number) =>
      `2026-11-23T02:${String(40 + index)}:07Z pump-7 rms=${(0.8 + index / 9).toFixed(3)} mm/s peak=${(2 + index / 3).toFixed(2)}`;
    return {
      kind: 'text',
      text: Array.from({ length: 12 }, (_, index) => line(index)).join('\n'),
      truncated: true,
    };
  }
  return { kind: 'image', mediaType: 'image/png', base64: picture() };
}

/** A hall, drawn: something that looks like a photograph from afar. */
function picture(): string {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [800, 420];
  const context = canvas.getContext('2d');
  if (context === null) return '';
  const sky = context.createLinearGradient(0, 0, 0, 420);
  sky.addColorStop(0, '#25384a');
  sky.addColorStop(0.55, '#c98f5c');
  sky.addColorStop(1, '#4a3a31');
  context.fillStyle = sky;
  context.fillRect(0, 0, 800, 420);
  for (let index = 0; index < 9; index += 1) {
    context.fillStyle = `rgb(20 24 28 / ${0.25 + index * 0.06})`;
    context.fillRect(index * 96 - 20, 120 + ((index * 53) % 90), 70, 320);
  }
  context.fillStyle = '#f4d9a8';
  context.beginPath();
  context.arc(610, 150, 44, 0, Math.PI * 2);
  context.fill();
  return canvas.toDataURL('image/png').split(',')[1] ?? '';
}

function cleanupStatus(): CleanupStatus {
  const at = Date.now() - 7_200_000;
  const report = { at, nextAt: at + 86_400_000, gone: 0, failed: 0, failure: null };
  const refusal = {
    code: 'unsupported',
    message: 'The registry does not support this.',
    detail: {},
  } as const;
  return {
    running: null,
    places: [
      {
        ...{
          accountId: 'account-1',
          repository: 'registry.example.com/team/messages',
          expired: 3,
          living: 41,
        },
        report: { ...report, removed: 12, bytes: 34_500_000 },
      },
      {
        ...{ accountId: 'account-1', repository: 'ghcr.io/bob/mail', expired: 2, living: 0 },
        report: { ...report, removed: 0, bytes: 0, nextAt: at + 30 * 86_400_000, failure: refusal },
      },
    ],
  };
}
