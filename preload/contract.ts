/**
 * The contract between window and engine: every request with the schema of its input and the type of its answer, and
 * every event with its payload. Pure: schemas and types only, so any floor and the window may import it.
 *
 * A call crosses the bridge as `{method, input}` and comes back as an `Answer`. Inputs are validated in the main
 * process with the schema here, whatever host they came through. Types of the answers live in `views.ts`.
 */
import { z } from 'zod';
import { limits } from '../main/base/limits.ts';
import type { ErrorView } from './views.ts';
import type * as view from './views.ts';

/** What a call comes back as: never a throw across the bridge. */
export type Answer<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ErrorView };

interface RequestDefinition<Input extends z.ZodType, Output> {
  readonly input: Input;
  /** Exists for the type only. */
  readonly output?: Output;
}

function request<Input extends z.ZodType>(input: Input) {
  return {
    returns: <Output>(): RequestDefinition<Input, Output> => ({ input }),
  };
}

const nothing = z.strictObject({});
const id = z.string().min(1).max(64);
const identity = z.string().min(1).max(512);
const repository = z.string().min(1).max(512);
const attachmentToken = z.string().min(16).max(128);
const folderToken = z.string().min(16).max(128);
const pageSize = z.number().int().min(1).max(200);

/** A login for a registry. The window may submit one and never receives one. */
export const credentialsSchema = z.strictObject({
  username: z.string().min(1).max(512),
  password: z.string().min(1).max(8192),
});

/**
 * Which login goes with a repository. `container-tools`: the one that Docker or Podman has at the time; only this choice
 * is kept, and the tools are asked whenever the login is needed. `none`: nobody is to be logged in.
 */
export const loginChoiceSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('container-tools') }),
  credentialsSchema.extend({ kind: z.literal('password') }),
]);
export type LoginChoice = z.output<typeof loginChoiceSchema>;

/** A certificate with its key, for a registry that asks who connects. The window may submit one and never receives one. */
export const clientCertificateSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('pem'),
    certificate: z.string().min(1).max(limits.certificateFileBytes),
    key: z.string().min(1).max(limits.certificateFileBytes),
    passphrase: z.string().max(1024).optional(),
  }),
  z.strictObject({
    kind: z.literal('pkcs12'),
    file: z.base64().min(1).max(limits.certificateFileBytes),
    passphrase: z.string().max(1024).optional(),
  }),
]);
const registryHost = z.string().min(1).max(300);

/** Characters of a text or a draft: no more than a chat message may have bytes. */
const textCharacters = limits.textBytes;

/** What each setting may be, without the defaults: a change must not bring back what it does not name. */
const fields = {
  appearance: { theme: z.enum(['system', 'light', 'dark']), contrast: z.enum(['normal', 'high']) },
  downloads: {
    /** Payloads up to this many bytes are fetched without asking. */
    automaticLimitBytes: z
      .number()
      .int()
      .min(0)
      .max(2 ** 40),
  },
  notifications: {
    enabled: z.boolean(),
    /** Whether a notification shows the words or only who wrote. */
    showContent: z.boolean(),
  },
  composer: { enterSends: z.boolean() },
  /** Whether expired things that were written here are removed from registries now and then. */
  cleanup: { enabled: z.boolean() },
  network: {
    /** What the environment says, none, or the one at `address`. */
    proxyMode: z.enum(['system', 'none', 'address']),
    /** Hosts that are reached directly, as in `NO_PROXY`; counts with mode `address`. */
    exceptions: z.string().max(4096),
  },
};

/** Settings, as stored and as shown. Every field has a default, so older and partial rows stay readable. */
export const settingsSchema = z.object({
  appearance: z
    .object({
      theme: fields.appearance.theme.default('system'),
      contrast: fields.appearance.contrast.default('normal'),
    })
    .prefault({}),
  downloads: z
    .object({
      /** Absolute folder, or null for `DockerComms` in the system's downloads. */
      folder: z.string().max(4096).nullable().default(null),
      automaticLimitBytes: fields.downloads.automaticLimitBytes.default(limits.automaticDownloadBytes),
    })
    .prefault({}),
  notifications: z
    .object({
      enabled: fields.notifications.enabled.default(true),
      showContent: fields.notifications.showContent.default(true),
    })
    .prefault({}),
  composer: z.object({ enterSends: fields.composer.enterSends.default(true) }).prefault({}),
  cleanup: z.object({ enabled: fields.cleanup.enabled.default(true) }).prefault({}),
  /** How registries are reached. Changed by the requests `network.…`, which check; its secrets are in the vault. */
  network: z
    .object({
      proxy: z
        .object({
          mode: fields.network.proxyMode.default('system'),
          /** `http://host:port`, kept while another mode holds. */
          address: z.string().max(1024).nullable().default(null),
          exceptions: fields.network.exceptions.default(''),
        })
        .prefault({}),
      /** Trusted besides those of this computer: for one host, or (null) for all. */
      authorities: z.array(z.object({ pem: z.string(), host: registryHost.nullable() })).default([]),
      /** Registries that a person chose to reach without encryption. */
      plainHttpHosts: z.array(registryHost).default([]),
    })
    .prefault({}),
});
export type Settings = z.output<typeof settingsSchema>;

/**
 * What may be changed at once: any part of the settings; parts left out stay as they are. Of the folder only the way
 * back to the default: a window never names a path. `settings.chooseDownloadFolder` asks the person for one, and
 * `settings.useDownloadFolder` takes the token of one that was listed.
 */
export const settingsChangeSchema = z.strictObject({
  appearance: z.strictObject(fields.appearance).partial().optional(),
  downloads: z
    .strictObject({ ...fields.downloads, folder: z.null() })
    .partial()
    .optional(),
  notifications: z.strictObject(fields.notifications).partial().optional(),
  composer: z.strictObject(fields.composer).partial().optional(),
  cleanup: z.strictObject(fields.cleanup).partial().optional(),
});

export const requests = {
  /** What the window needs before it can draw: first run or not, which host, what the host can do. */
  'app.status': request(nothing).returns<view.AppStatus>(),
  /** Which conversation a window with the focus shows (null: none): nobody is notified of what they are looking at. */
  'app.lookingAt': request(z.strictObject({ conversationId: id.nullable() })).returns<null>(),

  /** Reads what somebody typed or pasted as a repository and says what was understood. Fails `invalid`. */
  'connection.understand': request(
    z.strictObject({ reference: z.string().max(2048) }),
  ).returns<view.UnderstoodRepository>(),
  /** The login that Docker or Podman has for this repository, without its secret. May take seconds: helpers are asked. */
  'connection.toolLogin': request(z.strictObject({ repository })).returns<view.ToolLogin | null>(),
  /**
   * Tries what messaging needs and says for each what it means and what to do. With `accountId`: that account's mailbox,
   * and the report is remembered. `testId` is the caller's name for this test: `connection.progress` carries it.
   */
  'connection.test': request(
    z.union([
      z.strictObject({ testId: id, repository, login: loginChoiceSchema.optional() }),
      z.strictObject({ testId: id, accountId: id }),
    ]),
  ).returns<view.ConnectionReport>(),
  /** The test then fails `cancelled`. */
  'connection.cancelTest': request(z.strictObject({ testId: id })).returns<null>(),
  /** How every account stands with its registry. */
  'connection.connectivity': request(nothing).returns<readonly view.ConnectivityView[]>(),

  /**
   * From now on this host is trusted by exactly this certificate, which a person compared. Fails `untrusted` when it shows
   * another one by now, `conflict` where one is accepted already: that has to be given up first.
   */
  'connection.acceptCertificate': request(
    z.strictObject({ repository, fingerprint: z.string().regex(/^[0-9a-f]{64}$/) }),
  ).returns<null>(),
  /** Gives up the accepted certificate: the usual rules hold again. */
  'connection.forgetCertificate': request(z.strictObject({ repository })).returns<null>(),

  'accounts.list': request(nothing).returns<readonly view.AccountView[]>(),
  /** `this-computer` uses (and starts, and keeps) the embedded registry; `registry` one that is already there. */
  'accounts.create': request(
    z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('this-computer'), identity }),
      z.strictObject({
        kind: z.literal('registry'),
        identity,
        repository,
        /** Left out: the one that is saved for this host, if there is one. */
        login: loginChoiceSchema.optional(),
      }),
    ]),
  ).returns<view.AccountView>(),
  'accounts.update': request(
    z.strictObject({
      accountId: id,
      repository: repository.optional(),
      login: loginChoiceSchema.optional(),
    }),
  ).returns<view.AccountView>(),
  /** Forgets the account, its conversations and its login here; nothing is deleted on the registry. */
  'accounts.remove': request(z.strictObject({ accountId: id })).returns<null>(),
  /** Looks for new messages now. */
  'accounts.sync': request(z.strictObject({ accountId: id.optional() })).returns<null>(),

  /** How this computer's registry stands on the local network. Fails `unsupported` where there is none. */
  'localNetwork.status': request(nothing).returns<view.LocalNetworkView>(),
  /**
   * Lets invited people in, over TLS; stays so until it is closed. With a registry that is open: the new limit of what
   * they may fill of the disk. Fails `conflict` when its port is taken.
   */
  'localNetwork.open': request(
    z.strictObject({
      quotaBytes: z
        .number()
        .int()
        .min(2 ** 20)
        .max(2 ** 50)
        .nullable(),
    }),
  ).returns<view.LocalNetworkView>(),
  'localNetwork.close': request(nothing).returns<view.LocalNetworkView>(),
  /**
   * A name and a new password for somebody to hand over. The one answer that carries a password: it is nobody's login
   * here, only its hash is kept, and it cannot be asked for again. Fails `invalid`, `conflict`.
   */
  'localNetwork.invite': request(z.strictObject({ name: z.string().min(1).max(64) })).returns<{
    readonly name: string;
    readonly password: string;
  }>(),
  /** From now on this person's password opens nothing. Fails `not-found`. */
  'localNetwork.revoke': request(
    z.strictObject({ name: z.string().min(1).max(64) }),
  ).returns<view.LocalNetworkView>(),

  'people.list': request(nothing).returns<readonly view.PersonView[]>(),
  /**
   * `mailbox: null` means: the same repository as the account that writes to them. Any `mailbox` settles what they proposed, and
   * `declineProposal` does so without a change: the same one is not proposed again.
   */
  'people.update': request(
    z.strictObject({
      personId: id,
      name: z.string().trim().max(200).nullable().optional(),
      mailbox: repository.nullable().optional(),
      declineProposal: z.literal(true).optional(),
    }),
  ).returns<view.PersonView>(),

  /** The digits that two people compare. Fails `not-found` while no key of this person is known. */
  'people.safetyNumber': request(
    z.strictObject({ accountId: id, personId: id }),
  ).returns<view.SafetyNumber>(),
  /** The person at this computer compared, or takes that back. */
  'people.setVerified': request(
    z.strictObject({ personId: id, verified: z.boolean() }),
  ).returns<view.PersonView>(),
  /**
   * What changed was looked at. After a `key-change` the new keys are believed, as first seen; after an `alarm` the old ones
   * still are, unless the person says that the `new` ones are theirs (they began anew). Fails `conflict` when there is
   * nothing, or nothing that could be believed.
   */
  'people.acceptChange': request(
    z.strictObject({ personId: id, keys: z.enum(['old', 'new']).optional() }),
  ).returns<view.PersonView>(),

  /** My own keys. */
  'identity.get': request(z.strictObject({ accountId: id })).returns<view.IdentityView>(),
  /** A link for somebody else: who follows it has this identity verified at once. */
  'invites.create': request(z.strictObject({ accountId: id })).returns<{ readonly link: string }>(),
  /** What a link says. Fails `invalid`, `unsupported`. */
  'invites.read': request(z.strictObject({ link: z.string().max(4096) })).returns<view.InviteView>(),
  /** Starts the conversation with the inviter, whose key counts as verified. */
  'invites.follow': request(
    z.strictObject({ accountId: id, link: z.string().max(4096) }),
  ).returns<view.ConversationView>(),

  /** Newest activity first. */
  'conversations.list': request(nothing).returns<readonly view.ConversationView[]>(),
  'conversations.get': request(z.strictObject({ conversationId: id })).returns<view.ConversationView>(),
  /** Finds or starts the conversation of this account with this identity. Fails `invalid` on a malformed identity. */
  'conversations.start': request(
    z.strictObject({ accountId: id, identity, mailbox: repository.optional() }),
  ).returns<view.ConversationView>(),
  'conversations.markRead': request(z.strictObject({ conversationId: id })).returns<null>(),
  /** Keeps what was typed but not sent. */
  'conversations.saveDraft': request(
    z.strictObject({ conversationId: id, text: z.string().max(textCharacters) }),
  ).returns<null>(),
  'conversations.mute': request(z.strictObject({ conversationId: id, muted: z.boolean() })).returns<null>(),
  /** Answers a request, or blocks somebody, or takes that back. */
  'conversations.stand': request(
    z.strictObject({ conversationId: id, standing: z.enum(['accepted', 'blocked']) }),
  ).returns<null>(),
  /** Removes the conversation and its messages from this computer; files that were saved stay. */
  'conversations.remove': request(z.strictObject({ conversationId: id })).returns<null>(),

  /** One page, oldest first. Neither `before` nor `after` nor `around`: the newest page. Cursors come from a page. */
  'messages.list': request(
    z.strictObject({
      conversationId: id,
      before: z.string().max(128).optional(),
      after: z.string().max(128).optional(),
      around: id.optional(),
      limit: pageSize.default(60),
    }),
  ).returns<view.MessagePage>(),
  /** Queues a text and files, which stay together. It is a row on disk before this answers. */
  'messages.send': request(
    z.strictObject({
      conversationId: id,
      text: z.string().max(textCharacters).optional(),
      attachments: z.array(attachmentToken).max(limits.attachments).default([]),
      /** Id of a message of the same conversation. Fails `not-found` for any other. */
      inReplyTo: id.optional(),
    }),
  ).returns<{ readonly messageIds: readonly string[] }>(),
  /** Stops sending or downloading. What was uploaded stays until the registry cleans it up. */
  'messages.cancel': request(z.strictObject({ messageId: id })).returns<null>(),
  /** Tries a failed or cancelled message again, or a failed download. */
  'messages.retry': request(z.strictObject({ messageId: id })).returns<null>(),
  /** Removes the message here; a file that was saved stays. */
  'messages.remove': request(z.strictObject({ messageId: id })).returns<null>(),
  /** Fetches a payload that was over the automatic limit. */
  'messages.download': request(z.strictObject({ messageId: id })).returns<null>(),
  /** Fetches and shows an `unverified` message all the same; it stays marked as what it is. */
  'messages.release': request(z.strictObject({ messageId: id })).returns<null>(),
  /** Opens the saved file with the system's program. Only where `AppStatus.can.openFiles`. */
  'messages.open': request(z.strictObject({ messageId: id })).returns<null>(),
  /** Shows the saved file in the file manager. Only where `AppStatus.can.showInFolder`. */
  'messages.showInFolder': request(z.strictObject({ messageId: id })).returns<null>(),
  /** A one-use address that downloads the saved file in the browser. Only where `AppStatus.can.downloadInBrowser`. */
  'messages.downloadLink': request(z.strictObject({ messageId: id })).returns<{ readonly url: string }>(),
  /** A small rendering of an image or a text file; null when there is none. Only of verified payloads. */
  'messages.preview': request(z.strictObject({ messageId: id })).returns<view.FilePreview | null>(),

  /** Gives up attachments that will not be sent; temporary copies are deleted. */
  'attachments.discard': request(
    z.strictObject({ tokens: z.array(attachmentToken).max(limits.attachments) }),
  ).returns<null>(),

  /** People, conversations and messages that match every word (the last one as a prefix). */
  'search.query': request(
    z.strictObject({ text: z.string().max(512), limit: pageSize.default(30) }),
  ).returns<view.SearchResults>(),

  /** The folders in this one; null: in the person's own. Only where `AppStatus.can.listFolders`. */
  'folders.list': request(z.strictObject({ folder: folderToken.nullable() })).returns<view.FolderListing>(),
  /** Makes a folder in this one and answers what is in the new one. Fails `invalid` for a name that cannot be, `conflict` for one that is. */
  'folders.create': request(
    z.strictObject({ folder: folderToken, name: z.string().min(1).max(255) }),
  ).returns<view.FolderListing>(),

  'settings.get': request(nothing).returns<Settings>(),
  'settings.update': request(settingsChangeSchema).returns<Settings>(),
  /** Asks with the system's dialogue; null when cancelled. Only where `AppStatus.can.chooseFolder`. */
  'settings.chooseDownloadFolder': request(nothing).returns<Settings | null>(),
  /** Saves files in this folder from now on. Fails `not-found` when it is gone, `storage` when it cannot be written. */
  'settings.useDownloadFolder': request(z.strictObject({ folder: folderToken })).returns<Settings>(),

  /** What of ours lies on registries, and how the last rounds went. `cleanup.changed` says when to ask again. */
  'cleanup.status': request(nothing).returns<view.CleanupStatus>(),
  /** Removes what has expired now, also where it was refused before. Fails `conflict` while a round runs. */
  'cleanup.run': request(nothing).returns<null>(),
  /** Ends the round that is under way. */
  'cleanup.cancel': request(nothing).returns<null>(),
  'network.get': request(nothing).returns<view.NetworkView>(),
  /**
   * Which proxy leads to registries. `login` left out keeps the one that was entered, unless the address changes; null
   * forgets it. An address may bring its login as `user:password@host:port`. Fails `invalid`, `unsupported`.
   */
  'network.setProxy': request(
    z.strictObject({
      mode: fields.network.proxyMode,
      address: z.string().max(2048).optional(),
      exceptions: fields.network.exceptions.optional(),
      login: credentialsSchema.nullable().optional(),
    }),
  ).returns<view.NetworkView>(),
  /**
   * Trusts the authorities in a file (PEM or DER, in base64), for one host or (null) for all. Fails `invalid` with
   * `detail.reason`: `no-certificate`, `expired`, `not-an-authority`, …
   */
  'network.addAuthorities': request(
    z.strictObject({
      content: z.base64().max(limits.certificateFileBytes * 2),
      host: registryHost.nullable(),
    }),
  ).returns<view.NetworkView>(),
  'network.removeAuthority': request(
    z.strictObject({ fingerprint: z.string().max(128), host: registryHost.nullable() }),
  ).returns<view.NetworkView>(),
  /** Talks to this registry without encryption, or no longer does. */
  'network.setPlainHttp': request(
    z.strictObject({ host: registryHost, allowed: z.boolean() }),
  ).returns<view.NetworkView>(),
  /** Shows this certificate to this registry. Opened before it is kept: fails `invalid` with `detail.reason`. */
  'network.setClientCertificate': request(
    z.strictObject({ host: registryHost, certificate: clientCertificateSchema }),
  ).returns<view.NetworkView>(),
  'network.removeClientCertificate': request(
    z.strictObject({ host: registryHost }),
  ).returns<view.NetworkView>(),
} as const;

export type RequestName = keyof typeof requests;
/** What a caller passes (defaults may be left out). */
export type RequestInput<Name extends RequestName> = z.input<(typeof requests)[Name]['input']>;
/** What a handler gets, after validation. */
export type ValidInput<Name extends RequestName> = z.output<(typeof requests)[Name]['input']>;
export type RequestOutput<Name extends RequestName> =
  (typeof requests)[Name] extends RequestDefinition<z.ZodType, infer Output> ? Output : never;

/** Facts about what happened; the window re-asks for what it shows. */
export type EngineEvent =
  | { readonly type: 'accounts.changed' }
  | { readonly type: 'people.changed' }
  /** A mailbox was looked at, or a report is there: `connection.connectivity` says more. */
  | { readonly type: 'connectivity.changed' }
  /** The report so far of a test that is under way. */
  | { readonly type: 'connection.progress'; readonly testId: string; readonly report: view.ConnectionReport }
  | { readonly type: 'settings.changed' }
  | { readonly type: 'cleanup.changed' }
  | { readonly type: 'conversations.changed'; readonly conversationIds: readonly string[] }
  | {
      readonly type: 'messages.changed';
      readonly conversationId: string;
      readonly messageIds: readonly string[];
    }
  | {
      readonly type: 'transfer.progress';
      readonly conversationId: string;
      readonly messageId: string;
      readonly progress: view.TransferProgress;
    }
  /** The engine decided that a person should be told. Hosts show it; `hide` withdraws it (it was read). */
  | { readonly type: 'notification.show'; readonly notification: view.NotificationView }
  | { readonly type: 'notification.hide'; readonly conversationId: string }
  /** Unread messages in conversations that are not muted. */
  | { readonly type: 'unread.changed'; readonly unread: number }
  /** Something outside the window asked it to show a place (a notification, the tray). */
  | { readonly type: 'navigate'; readonly to: view.Place };

/** What the preload bridge offers the window as `window.dockercomms`. */
export interface Bridge {
  readonly host: 'electron' | 'browser';
  call<Name extends RequestName>(
    method: Name,
    input: RequestInput<Name>,
  ): Promise<Answer<RequestOutput<Name>>>;
  /** Calls `listener` for every event until the returned function is called. */
  subscribe(listener: (event: EngineEvent) => void): () => void;
  /**
   * Turns something dropped, pasted or chosen into an attachment. Electron takes the path behind the file (a folder's
   * too) and copies nothing, except for pasted content that has no path; the browser host streams an upload.
   */
  attach(source: AttachmentSource): Promise<Answer<view.AttachmentView>>;
  /** Tells whether the engine can be reached (always true in Electron). */
  readonly connection: BridgeConnection;
}

export interface BridgeConnection {
  isOpen(): boolean;
  subscribe(listener: (open: boolean) => void): () => void;
}

/** One file, or one folder with what the browser listed inside it (Electron ignores the list and reads the disk). */
export type AttachmentSource =
  | { readonly kind: 'file'; readonly file: File }
  | {
      readonly kind: 'folder';
      readonly name: string;
      /** The folder as the drop's `File`: in Electron it leads to the path. */
      readonly file: File;
      /** Paths are relative to the folder, with `/`. Empty in Electron. */
      readonly files: readonly { readonly path: string; readonly file: File }[];
    };

/** What the window sends over the browser host's WebSocket: one call. `id` comes back with its answer. */
export const callFrameSchema = z.strictObject({
  id: z.number().int().min(0),
  method: z.string().max(64),
  input: z.unknown(),
});

/** What the browser host sends over the WebSocket. */
export type HostFrame =
  { readonly id: number; readonly answer: Answer<unknown> } | { readonly event: EngineEvent };

/** Electron's channels between preload and main. The page cannot name them: it has the bridge's functions only. */
export type HostChannel =
  | 'dockercomms:call'
  | 'dockercomms:event'
  /** The path behind a dropped file or folder. */
  | 'dockercomms:attach-path'
  /** Content without a path: its name, then pieces, then the end, which answers; or giving up. */
  | 'dockercomms:attach-begin'
  | 'dockercomms:attach-piece'
  | 'dockercomms:attach-end'
  | 'dockercomms:attach-abort';
