/** Requests about messages and the files that are to be sent. */
import { z } from 'zod';
import type { TrustReason } from '../../main/base/reasons.ts';
import { limits } from '../../main/base/limits.ts';
import type { ErrorView } from './answer.ts';
import { fieldLimits } from './field-limits.ts';
import { attachmentToken, id, pageSize, request, textCharacters } from './request.ts';

export type Direction = 'outgoing' | 'incoming';

/**
 * Where a message stands. Each word means something exact:
 * outgoing: `queued` a row on disk · `preparing` reading and compressing · `uploading` · `sent` announced in the
 * mailbox · `delivered` a receipt by the addressee's key · `delivered-unconfirmed` a receipt that nobody signed ·
 * `rejected` the other side refused it · `failed` see `failure` · `cancelled` by a person · `paused` by a person, until they
 * resume it.
 * incoming: `waiting` not fetched: over the automatic limit, or its turn or next try is to come · `downloading` ·
 * `paused` by a person · `received` verified and saved · `failed` the download, can be retried · `refused` its bytes break the rules, nothing
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
  | 'paused'
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
  /** Why it is not `signed`; null where nothing is known. */
  readonly trustReason: TrustReason | null;
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
  /** The words, or the file's name. Cut to `limits.excerptCharacters`. */
  readonly excerpt: string;
}

export interface TextContent {
  readonly kind: 'text';
  /** Shown as it is, never as markup. */
  readonly text: string;
  /** Pages that it names, in order; none where nobody proved who wrote it. */
  readonly links: readonly TextLink[];
}

/** An address in a text, from its character (UTF-16 unit) `start` to before `end`. */
export interface TextLink {
  readonly start: number;
  readonly end: number;
  /** Where it leads: `http:` or `https:`, in ASCII, so that a host with foreign letters shows what it is. */
  readonly address: string;
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
  /** While it moves. */
  readonly progress: TransferProgress | null;
  /** Bytes of a download that is not over which need not be fetched any more: as it stood when it last stopped. */
  readonly keptBytes: number;
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

/** Somebody signed in and signed this message, and a public log says so. */
export interface PublicSignatureView {
  /** An e-mail address or a URI. */
  readonly subject: string;
  /** The address of the provider that vouched for it. */
  readonly issuer: string;
  /** When, in milliseconds. */
  readonly signedAt: number;
  /** Whether that is the message's author, as far as who confirmed their key is known here. */
  readonly byAuthor: boolean;
}

export interface PublicSignaturesView {
  /** Its author's first. */
  readonly proven: readonly PublicSignatureView[];
  /** There is one that cannot be proven here: of authorities that are not trusted here, or a forged one. */
  readonly hasUnproven: boolean;
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

/** Files of this computer that were taken in. */
export interface TakenFiles {
  readonly attachments: readonly AttachmentView[];
  /** Files that could not be taken: gone, unreadable, or more than fit into one message. */
  readonly left: number;
}

export type FilePreview =
  | { readonly kind: 'image'; readonly mediaType: string; readonly base64: string }
  | { readonly kind: 'text'; readonly text: string; readonly truncated: boolean };

export const messagesRequests = {
  /** One page, oldest first. Neither `before` nor `after` nor `around`: the newest page. Cursors come from a page. */
  'messages.list': request(
    z.strictObject({
      conversationId: id,
      before: z.string().max(fieldLimits.cursor).optional(),
      after: z.string().max(fieldLimits.cursor).optional(),
      around: id.optional(),
      limit: pageSize.default(fieldLimits.messagesPerPage),
    }),
  ).returns<MessagePage>(),
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
  /**
   * Stops sending or downloading a file until `messages.resume`, also over a restart. Fails `conflict` once it was announced,
   * or when there is nothing to stop.
   */
  'messages.pause': request(z.strictObject({ messageId: id })).returns<null>(),
  /** Goes on with what was paused: what was uploaded is not uploaded again; a download begins again. */
  'messages.resume': request(z.strictObject({ messageId: id })).returns<null>(),
  /** Tries a failed or cancelled message again, or a failed download. */
  'messages.retry': request(z.strictObject({ messageId: id })).returns<null>(),
  /** Removes the message here; a file that was saved stays. */
  'messages.remove': request(z.strictObject({ messageId: id })).returns<null>(),
  /** Fetches a payload that was over the automatic limit. */
  'messages.download': request(z.strictObject({ messageId: id })).returns<null>(),
  /** Fetches and shows an `unverified` message all the same; it stays marked as what it is. */
  'messages.release': request(z.strictObject({ messageId: id })).returns<null>(),
  /** Opens the saved file with the system's program; of one that can run programs the host asks first. Only where `AppStatus.can.openFiles`. */
  'messages.open': request(z.strictObject({ messageId: id })).returns<null>(),
  /** Copies a received file to where the person says. False when cancelled. Only where `AppStatus.can.saveAs`. */
  'messages.saveAs': request(z.strictObject({ messageId: id })).returns<boolean>(),
  /**
   * Hands a received file to the drag that the person has just begun, under the name that it was sent with. Fails
   * `not-found` for what was not received, verified and saved. Only where `AppStatus.can.dragOut`.
   */
  'messages.dragOut': request(z.strictObject({ messageId: id })).returns<null>(),
  /** Shows the saved file in the file manager. Only where `AppStatus.can.showInFolder`. */
  'messages.showInFolder': request(z.strictObject({ messageId: id })).returns<null>(),
  /** A one-use address that downloads the saved file in the browser. Only where `AppStatus.can.downloadInBrowser`. */
  /**
   * Shows the page of one of `TextContent.links`, by its index, in the system's browser; the window names no address. Only where
   * `AppStatus.can.openPages`. Fails `not-found`.
   */
  'messages.openLink': request(
    z.strictObject({ messageId: id, link: z.number().int().min(0) }),
  ).returns<null>(),
  'messages.downloadLink': request(z.strictObject({ messageId: id })).returns<{ readonly url: string }>(),
  /** A small rendering of an image or a text file; null when there is none. Only of verified payloads. */
  'messages.preview': request(z.strictObject({ messageId: id })).returns<FilePreview | null>(),
  /**
   * Who signed it publicly. Asked of the registry. Fails as that does, and where it is not known which authorities to trust.
   */
  'messages.publicSignatures': request(z.strictObject({ messageId: id })).returns<PublicSignaturesView>(),
  /** Asks with the system's dialogue; none when cancelled. Only where `AppStatus.can.chooseFiles`. */
  'attachments.choose': request(z.strictObject({ what: z.enum(['files', 'folders']) })).returns<TakenFiles>(),
  /** Gives up attachments that will not be sent; temporary copies are deleted. */
  'attachments.discard': request(
    z.strictObject({ tokens: z.array(attachmentToken).max(limits.attachments) }),
  ).returns<null>(),
};
