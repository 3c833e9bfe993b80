/** What the window is shown: the shapes of answers and events. Times are milliseconds since 1970, sizes are bytes. */
import type { ErrorCode } from '../main/base/errors.ts';

/** A failure as it crosses the bridge: a stable code, a sentence for a person, facts without secrets. */
export interface ErrorView {
  readonly code: ErrorCode;
  readonly message: string;
  readonly detail: Readonly<Record<string, string | number | boolean>>;
}

export interface AppStatus {
  readonly version: string;
  readonly phase: 'first-run' | 'ready';
  readonly host: 'electron' | 'browser';
  readonly platform: 'linux' | 'darwin' | 'win32';
  /** What this host can do; the window offers nothing else. */
  readonly can: {
    readonly openFiles: boolean;
    readonly showInFolder: boolean;
    readonly downloadInBrowser: boolean;
    /** The system's dialogue can ask for a folder. */
    readonly chooseFolder: boolean;
    /** The window itself can show folders to choose from (`folders.list`). */
    readonly listFolders: boolean;
    /** Whether *This computer* (the embedded registry) can be offered. */
    readonly embeddedRegistry: boolean;
  };
  /** Where payloads are saved when no folder was chosen, for showing. */
  readonly defaultDownloadFolder: string;
}

/** What was understood from a typed reference. */
export interface UnderstoodRepository {
  /** `host[:port]/path`, canonical. */
  readonly repository: string;
  readonly host: string;
  readonly path: string;
  /** `host[:port]` that is really asked: Docker Hub's is another one. */
  readonly server: string;
  /** What travels is not encrypted. */
  readonly plainHttp: boolean;
  /** A loopback address: nothing leaves this computer. */
  readonly onThisComputer: boolean;
  /** A registry that we know something about, and what to know before it hurts. */
  readonly registry: { readonly name: string; readonly advice: readonly string[] } | null;
}

/** A login that container tools have on this computer, as far as it may be shown. */
export interface ToolLogin {
  /** `other`: in a place that the person named by a variable. */
  readonly tool: 'docker' | 'podman' | 'other';
  /** Null: only a credential helper knows. */
  readonly username: string | null;
  /** Where it is kept, in words for a person. */
  readonly source: string;
}

/** How registries are reached from here. Secrets never are in it. */
export interface NetworkView {
  readonly proxy: {
    readonly mode: 'system' | 'none' | 'address';
    readonly address: string | null;
    readonly exceptions: string;
    /** Of the login that was entered for it. */
    readonly username: string | null;
    /** The proxy that the environment names for https, for showing. */
    readonly systemAddress: string | null;
  };
  readonly authorities: readonly (CertificateView & { readonly host: string | null })[];
  readonly plainHttpHosts: readonly string[];
  readonly clientCertificates: readonly (CertificateView & { readonly host: string })[];
}

export interface CertificateView {
  readonly subject: string;
  readonly issuer: string;
  readonly expiresAt: number;
  /** SHA-256, `AB:CD:…`. */
  readonly fingerprint: string;
}

/** In the order in which they are tried. */
export const connectionCheckNames = [
  'reach',
  'encryption',
  'login',
  'pull',
  'push',
  'artifacts',
  'empty-layers',
  'tags',
  'referrers',
  'delete',
  'limits',
] as const;
export type ConnectionCheckName = (typeof connectionCheckNames)[number];

/**
 * `limited`: it works with a difference that one should know of. `failed`: messages cannot be exchanged. `skipped`:
 * something before it failed. `unknown`: it was tried, and nothing came out.
 */
export const checkOutcomes = ['passed', 'limited', 'failed', 'skipped', 'unknown'] as const;
export type CheckOutcome = (typeof checkOutcomes)[number];

/** One line of the connection report. `message` says what it means for messages; `hint` what to do about it. */
export interface ConnectionCheck {
  readonly name: ConnectionCheckName;
  readonly outcome: CheckOutcome;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly error?: ErrorView | undefined;
}

export interface ConnectionReport {
  readonly repository: string;
  readonly testedAt: number;
  /** False while checks are still to come. */
  readonly complete: boolean;
  /** Whether messages can be sent and received. */
  readonly usable: boolean;
  readonly checks: readonly ConnectionCheck[];
  readonly tls: {
    readonly protocol: string | null;
    readonly issuer: string | null;
    readonly validUntil: number | null;
  } | null;
  /** What a registry that counts pulls says of them. */
  readonly pullLimit: {
    readonly limit: number;
    readonly remaining: number | null;
    readonly windowSeconds: number | null;
  } | null;
  /** The test's small artifact could not be removed. */
  readonly probeLeft: boolean;
  /** Shown by the host, and trusted by nobody here: a person may compare and accept it. */
  readonly certificate?: UntrustedCertificate;
}

/** How an account stands with its registry, in full. */
export interface ConnectivityView {
  readonly accountId: string;
  /** The last test; null: none yet, or none of this mailbox. */
  readonly report: ConnectionReport | null;
  /** When its mailbox was last looked at with success, and when it will be looked at next. */
  readonly lookedAt: number | null;
  readonly nextLookAt: number | null;
  /** What using the mailbox's registry has shown; what is still unknown is left out. */
  readonly learnt: readonly { readonly name: LearntName; readonly works: boolean; readonly at: number }[];
}

/** What registries differ in (main/oci, "capabilities"). */
export type LearntName =
  | 'last'
  | 'paging'
  | 'referrers'
  | 'single-post'
  | 'chunked-upload'
  | 'mount'
  | 'delete-manifest'
  | 'delete-tag'
  | 'delete-blob'
  | 'empty-layers'
  | 'artifact-types'
  | 'tag-overwrite';

export interface UntrustedCertificate {
  /** SHA-256, 64 lower-case hex digits. */
  readonly fingerprint: string;
  readonly expiresAt: number;
}

/** The registry of this computer on the local network. */
export interface LocalNetworkView {
  /** `failed`: it should be open and is not, see `error`. */
  readonly state: 'closed' | 'open' | 'failed';
  readonly error: ErrorView | null;
  /** `host:port/path` to hand out, the likeliest first. */
  readonly addresses: readonly string[];
  /** SHA-256 of the certificate, 64 lower-case hex digits; null while closed. */
  readonly fingerprint: string | null;
  readonly certificateExpiresAt: number | null;
  readonly people: readonly { readonly name: string; readonly invitedAt: number }[];
  /** What the registry holds on the disk. */
  readonly usedBytes: number;
  /** Over this people's uploads are refused; null: what the disk has. */
  readonly quotaBytes: number | null;
}

/** How an account stands with its registry. */
export type ConnectionState =
  | { readonly state: 'connecting' }
  | { readonly state: 'online'; readonly syncedAt: number }
  /** The computer has no network, or the registry does not answer. Tried again at `retryAt`. */
  | { readonly state: 'offline'; readonly error: ErrorView; readonly retryAt: number | null }
  /** The registry answers, but not usefully (login, permission, HTML …): a person has to act. */
  | { readonly state: 'trouble'; readonly error: ErrorView; readonly retryAt: number | null };

export interface AccountView {
  readonly id: string;
  readonly identity: string;
  /** `host[:port]/path`: the mailbox. */
  readonly repository: string;
  readonly kind: 'this-computer' | 'registry';
  /** Which login was chosen; a password never leaves the main process. */
  readonly login: AccountLogin;
  /** What others write to, the likeliest first; empty where nobody on another computer can. */
  readonly addresses: readonly string[];
  /** SHA-256 of the one certificate that is accepted from its host; null: the usual rules. */
  readonly acceptedCertificate: string | null;
  readonly connection: ConnectionState;
  /** True where what travels to another computer is not encrypted, because a person chose so. */
  readonly unencrypted: boolean;
}

/** `none`: no login was chosen here; one that is saved for the same host may be used all the same. */
export type AccountLogin =
  | { readonly kind: 'none' }
  | { readonly kind: 'container-tools' }
  | { readonly kind: 'password'; readonly username: string };

export interface PersonView {
  readonly id: string;
  readonly identity: string;
  /** A name given here; null shows the identity. */
  readonly name: string | null;
  /** Where they are written to; null: the same repository as one's own. */
  readonly mailbox: string | null;
  /** Where they say that they are written to, on a host that has to be agreed to first; null: nothing to decide. */
  readonly proposedMailbox: string | null;
  readonly trust: PersonTrust;
}

/** What is known of a person's keys. */
export interface PersonTrust {
  /**
   * `unknown`: none was seen. `first-use`: the ones that were there when they were first seen. `verified`: a person
   * compared safety numbers, or followed their invitation.
   */
  readonly state: 'unknown' | 'first-use' | 'verified';
  /** Since when; null while unknown. */
  readonly since: number | null;
  /** What has to be looked at; while it is `blocking`, nothing is sent to them. */
  readonly change: PersonChange | null;
  /** Their proof of which keys are theirs has run out: one of them may have been revoked unnoticed. */
  readonly expired: boolean;
}

export interface PersonChange {
  /** `new-device`: properly announced. `key-change`: of somebody who was verified. `alarm`: not by who is known. */
  readonly kind: 'new-device' | 'key-change' | 'alarm';
  /** A stable word for what is wrong; null where nothing is. */
  readonly reason: string | null;
  readonly at: number;
  /** Nothing is sent to them until somebody has looked at it (`people.acceptChange`). */
  readonly blocking: boolean;
}

/** Two people see the same digits when nobody sits between them. */
export interface SafetyNumber {
  /** 60 decimal digits. */
  readonly digits: string;
  /** Devices that count, on their side. */
  readonly devices: number;
}

/** What an invitation says, before anybody follows it. */
export interface InviteView {
  readonly identity: string;
  readonly repository: string;
  readonly host: string;
  /** The account that would be used; null: none of this home can reach that registry yet. */
  readonly accountId: string | null;
  /** Whether the registry proves itself by a certificate that only the invitation vouches for. */
  readonly ownCertificate: boolean;
}

/** My own keys, as far as they are shown. */
export interface IdentityView {
  /** SHA-256 of this device's public key, lower-case hex. */
  readonly fingerprint: string;
  readonly devices: readonly {
    readonly fingerprint: string;
    readonly addedAt: number;
    readonly thisDevice: boolean;
  }[];
  /** Whether others can see it: published in the mailbox. */
  readonly published: boolean;
  /** When the proof runs out, if it is not renewed; null while it is not published. */
  readonly expiresAt: number | null;
  /** Something about it that its owner did not do: somebody else published under this name. */
  readonly alarm: string | null;
}

export interface ConversationView {
  readonly id: string;
  readonly accountId: string;
  readonly person: PersonView;
  readonly unread: number;
  readonly muted: boolean;
  /**
   * `request`: somebody who was never written to began it, and nobody has answered yet. `blocked`: nothing of this person
   * is taken in.
   */
  readonly standing: 'accepted' | 'request' | 'blocked';
  readonly draft: string;
  /** When anything last happened here: sorts the list. */
  readonly activityAt: number;
  readonly lastMessage: LastMessage | null;
}

export interface LastMessage {
  readonly messageId: string;
  readonly direction: Direction;
  readonly kind: 'text' | 'file';
  /** The words, or the file's name. Cut to 200 characters. */
  readonly excerpt: string;
  readonly state: MessageState;
  /** As `MessageView.trust`. */
  readonly trust: MessageTrust;
  readonly at: number;
}

export type Direction = 'outgoing' | 'incoming';

/**
 * Where a message stands. Each word means something exact:
 * outgoing: `queued` a row on disk · `preparing` reading and compressing · `uploading` · `sent` announced in the
 * mailbox · `delivered` a receipt by the addressee's key · `delivered-unconfirmed` a receipt that nobody signed ·
 * `rejected` the other side refused it · `failed` see `failure` · `cancelled` by a person.
 * incoming: `waiting` not fetched: over the automatic limit, or its turn or next try is to come · `downloading` ·
 * `received` verified and saved · `failed` the download, can be retried · `refused` its bytes break the rules, nothing
 * was kept · `expired` · `unverified` nobody proved who wrote it (see `trust`), so nothing of it was fetched: a person may
 * ask for it all the same.
 */
export type MessageState =
  | 'queued'
  | 'preparing'
  | 'uploading'
  | 'sent'
  | 'delivered'
  | 'delivered-unconfirmed'
  | 'rejected'
  | 'failed'
  | 'cancelled'
  | 'waiting'
  | 'downloading'
  | 'received'
  | 'refused'
  | 'expired'
  | 'unverified';

/**
 * What is known of who wrote a message. `signed`: a key of theirs that is believed. `unsigned`: nobody signed. `foreign`: a
 * good signature, by a key that is not known to be theirs. `bad`: a signature that is wrong.
 */
export type MessageTrust = 'signed' | 'unsigned' | 'foreign' | 'bad';

export interface MessageFailure extends ErrorView {
  readonly retryable: boolean;
  /** When it is tried again by itself; null: only when asked. */
  readonly retryAt: number | null;
}

export interface MessageView {
  readonly id: string;
  readonly conversationId: string;
  readonly direction: Direction;
  /** The author's identity as the message says it; see `trust` for what that is worth. */
  readonly author: string;
  /** When it was written (outgoing) or first seen here (incoming). Sorts the conversation. */
  readonly at: number;
  /** What the message itself says about when it was written; null while unknown. */
  readonly writtenAt: number | null;
  readonly state: MessageState;
  readonly failure: MessageFailure | null;
  readonly trust: MessageTrust;
  /** A stable word for why it is not `signed`; null where there is nothing more to say. */
  readonly trustReason: string | null;
  readonly content: TextContent | FileContent;
  /** What it answers; null when it answers nothing. */
  readonly inReplyTo: OriginalView | 'not-here' | null;
  /** Sent together with others: messages of one batch are neighbours and are drawn as one. */
  readonly batch: { readonly id: string; readonly index: number; readonly count: number } | null;
  /** For the details pane. */
  readonly details: MessageDetails;
}

/** A message of the same conversation, as it is quoted above its answer. */
export interface OriginalView {
  readonly messageId: string;
  readonly direction: Direction;
  readonly kind: 'text' | 'file';
  /** The words, or the file's name. Cut to 200 characters. */
  readonly excerpt: string;
}

export interface TextContent {
  readonly kind: 'text';
  /** Shown as it is, never as markup. */
  readonly text: string;
}

export interface FileContent {
  readonly kind: 'file';
  readonly name: string;
  readonly bytes: number;
  readonly mediaType: string;
  /** A folder travels as a tar of this name. */
  readonly folder: boolean;
  readonly preview: 'image' | 'text' | null;
  /** True when the file is on this computer and can be opened. */
  readonly available: boolean;
  readonly progress: TransferProgress | null;
}

export interface TransferProgress {
  readonly phase: 'preparing' | 'uploading' | 'downloading' | 'saving';
  /** Bytes of the file (before compression) that are done. */
  readonly bytesDone: number;
  readonly bytesTotal: number;
  /** Over the last seconds; null while unknown. */
  readonly bytesPerSecond: number | null;
  readonly secondsLeft: number | null;
}

/** Words of the format, shown only when details are opened. */
export interface MessageDetails {
  readonly messageId: string;
  readonly repository: string | null;
  readonly tag: string | null;
  readonly digest: string | null;
  readonly compression: 'zstd' | 'gzip' | null;
  readonly chunks: number | null;
  readonly expiresAt: number | null;
}

export interface MessagePage {
  /** Oldest first. */
  readonly messages: readonly MessageView[];
  /** Cursors for the neighbouring pages; null at the end. */
  readonly before: string | null;
  readonly after: string | null;
}

/** A file that may be sent: main keeps the path, the window a token. */
export interface AttachmentView {
  readonly token: string;
  readonly name: string;
  readonly bytes: number;
  readonly mediaType: string;
  readonly folder: boolean;
  /** Files inside, for a folder. */
  readonly files: number | null;
}

/** A folder of the computer where the engine runs: main keeps the path, the window a token. */
export interface FolderView {
  readonly token: string;
  readonly name: string;
}

/** What is in a folder, for choosing one. */
export interface FolderListing {
  /** From where choosing begins (the person's own folder) down to this one, which is the last. Never empty. */
  readonly trail: readonly [FolderView, ...FolderView[]];
  /** The folders in it, by name; hidden ones are left out. */
  readonly folders: readonly FolderView[];
  /** There are more than these. */
  readonly cut: boolean;
  /** Whether files can be saved in it. */
  readonly writable: boolean;
}

export type FilePreview =
  | { readonly kind: 'image'; readonly mediaType: string; readonly base64: string }
  | { readonly kind: 'text'; readonly text: string; readonly truncated: boolean };

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
  /** The words around the match, with the matches marked by position in UTF-16 units. */
  readonly excerpt: string;
  readonly matches: readonly (readonly [start: number, end: number])[];
}

export interface NotificationView {
  readonly conversationId: string;
  readonly messageId: string;
  readonly title: string;
  readonly body: string;
}

export type Place =
  | { readonly kind: 'conversation'; readonly conversationId: string; readonly messageId: string | null }
  | { readonly kind: 'settings' };

/** What this home wrote to registries and may take away again. */
export interface CleanupStatus {
  /** The round that is under way. `total` 0: not known yet. */
  readonly running: { readonly repository: string; readonly done: number; readonly total: number } | null;
  readonly places: readonly CleanupPlaceView[];
}

export interface CleanupPlaceView {
  readonly accountId: string;
  readonly repository: string;
  /** Messages and receipts of ours there that may go. */
  readonly expired: number;
  /** Those that still live. */
  readonly living: number;
  /** The last round there; null: none yet. */
  readonly report: CleanupReport | null;
}

export interface CleanupReport {
  readonly at: number;
  /** Not before this by itself. */
  readonly nextAt: number;
  readonly removed: number;
  /** Had been removed before by somebody else. */
  readonly gone: number;
  readonly failed: number;
  /** At most what was freed. */
  readonly bytes: number;
  readonly failure: ErrorView | null;
}
