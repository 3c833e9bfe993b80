/** What a message is on this computer: the row, how it is made, and what may change. Times are ms since 1970, sizes bytes. */
import { z } from 'zod';
import { errorCodes, type ErrorCode, type ErrorDetail } from '../base/errors.ts';
import { failureReasons, trustReasons, type TrustReason } from '../base/reasons.ts';
import { flag, jsonColumn } from './columns.ts';

export const directions = ['outgoing', 'incoming'] as const;
export type Direction = (typeof directions)[number];

/** Where a message stands; the words and their meaning are those of `MessageState` in `preload/contract/messages.ts`. */
export const messageStates = [
  'queued',
  'preparing',
  'uploading',
  'sent',
  'delivered',
  'delivered-unconfirmed',
  'rejected',
  'failed',
  'cancelled',
  'paused',
  'waiting',
  'downloading',
  'received',
  'refused',
  'expired',
  'unverified',
] as const;
export type MessageState = (typeof messageStates)[number];

/** What failed, as it is kept: no secrets, the same facts as on the way to the window. */
export interface FailureFacts {
  readonly code: ErrorCode;
  readonly message: string;
  readonly detail: ErrorDetail;
}

/** What is known of who wrote a message; the words and their meaning are those of `MessageTrust` in `preload/contract/messages.ts`. */
export const messageTrusts = ['signed', 'unsigned', 'foreign', 'bad'] as const;
export type MessageTrust = (typeof messageTrusts)[number];

/** Why a message stands where it stands. `retryAt`: when it is tried again by itself; null: only when asked. */
export interface StoredFailure extends FailureFacts {
  readonly retryable: boolean;
  readonly retryAt: number | null;
}

/** The payload of a `file` message. `source…` is where an outgoing one is read, `savedPath` where an incoming one lies. */
export interface MessageFile {
  readonly name: string;
  readonly bytes: number;
  readonly mediaType: string;
  /** A folder travels as a tar of this name. */
  readonly folder: boolean;
  readonly sourcePath: string | null;
  /** True when the source is our own copy, to be deleted once it is no longer needed. */
  readonly sourceTemporary: boolean;
  /** Size and time of the source when it was queued: if they change, it is not what the person dropped. */
  readonly sourceSize: number | null;
  readonly sourceModifiedAt: number | null;
  readonly savedPath: string | null;
}

export interface MessageBatch {
  readonly id: string;
  readonly index: number;
  readonly count: number;
}

/** One message as it is stored. The manifest's bytes are read apart (`messages.manifest`): they can be megabytes. */
export interface Message {
  readonly id: string;
  /** Grows with every insertion and is never given out twice. */
  readonly sequence: number;
  readonly conversationId: string;
  readonly direction: Direction;
  /** `dockercomms.message.id` on the wire (a UUID). */
  readonly wireId: string;
  readonly sessionId: string;
  readonly author: string;
  /** Sorts the conversation, together with `sequence`. */
  readonly at: number;
  readonly writtenAt: number | null;
  readonly state: MessageState;
  readonly failure: StoredFailure | null;
  readonly kind: 'text' | 'file';
  /** The words of a `text` message; null while they were not fetched. */
  readonly text: string | null;
  /** Set exactly when `kind` is `file`. */
  readonly file: MessageFile | null;
  readonly batch: MessageBatch | null;
  /** Wire id of the message that this one answers. */
  readonly inReplyTo: string | null;
  readonly ttlSeconds: number;
  readonly expiresAt: number | null;
  /** `host[:port]/path` where it lives on the wire. */
  readonly repository: string | null;
  readonly tag: string | null;
  readonly digest: string | null;
  readonly compression: 'zstd' | 'gzip' | null;
  readonly chunks: number | null;
  readonly attempts: number;
  /** Not to be tried before this; null: at once. */
  readonly retryAt: number | null;
  /** An incoming payload that is to be fetched as soon as possible, whatever its size. */
  readonly downloadWanted: boolean;
  readonly trust: MessageTrust;
  /** Why it is not `signed`; null where nothing is known. */
  readonly trustReason: TrustReason | null;
  /** Fingerprint of the key that signed; null unless `signed`. */
  readonly signer: string | null;
}

type Defaulted =
  | 'trust'
  | 'trustReason'
  | 'signer'
  | 'writtenAt'
  | 'failure'
  | 'text'
  | 'file'
  | 'batch'
  | 'inReplyTo'
  | 'expiresAt'
  | 'repository'
  | 'tag'
  | 'digest'
  | 'compression'
  | 'chunks'
  | 'attempts'
  | 'retryAt'
  | 'downloadWanted';

/** A message to insert. What is left out is null, 0 or false; `id` is a random UUID unless given. */
export interface NewMessage
  extends Omit<Message, 'id' | 'sequence' | Defaulted>, Partial<Pick<Message, Defaulted>> {
  readonly id?: string;
  /** The exact bytes of the manifest; incoming messages need them to be downloaded later. */
  readonly manifest?: Uint8Array | null;
}

/** What may change after insertion. Fields left out stay as they are. */
export interface MessageChange {
  readonly state?: MessageState;
  readonly failure?: StoredFailure | null;
  readonly writtenAt?: number | null;
  readonly kind?: 'text' | 'file';
  readonly text?: string | null;
  /** Only of messages that have a file; replaces the fields given. */
  readonly file?: Partial<MessageFile>;
  readonly ttlSeconds?: number;
  readonly expiresAt?: number | null;
  readonly repository?: string | null;
  readonly tag?: string | null;
  readonly digest?: string | null;
  readonly manifest?: Uint8Array | null;
  readonly compression?: 'zstd' | 'gzip' | null;
  readonly chunks?: number | null;
  readonly attempts?: number;
  readonly retryAt?: number | null;
  readonly downloadWanted?: boolean;
  readonly trust?: MessageTrust;
  readonly trustReason?: TrustReason | null;
  readonly signer?: string | null;
}

const knownReason = z.enum(failureReasons);

/** A reason that only another version knew is left out. */
const detailSchema = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
  .transform(({ reason, ...facts }): ErrorDetail => {
    const known = knownReason.safeParse(reason);
    return known.success ? { ...facts, reason: known.data } : facts;
  });

export const failureFacts = z.object({
  code: z.enum(errorCodes),
  message: z.string(),
  detail: detailSchema,
});

const failureSchema: z.ZodType<StoredFailure> = failureFacts.extend({
  retryable: z.boolean(),
  retryAt: z.number().nullable(),
});

const columns = z.object({
  id: z.string(),
  sequence: z.number(),
  conversationId: z.string(),
  direction: z.enum(directions),
  wireId: z.string(),
  sessionId: z.string(),
  author: z.string(),
  at: z.number(),
  writtenAt: z.number().nullable(),
  state: z.enum(messageStates),
  failure: jsonColumn(failureSchema).nullable(),
  kind: z.enum(['text', 'file']),
  text: z.string().nullable(),
  fileName: z.string().nullable(),
  fileBytes: z.number().nullable(),
  mediaType: z.string().nullable(),
  folder: flag,
  sourcePath: z.string().nullable(),
  sourceTemporary: flag,
  sourceSize: z.number().nullable(),
  sourceModifiedAt: z.number().nullable(),
  savedPath: z.string().nullable(),
  batchId: z.string().nullable(),
  batchIndex: z.number().nullable(),
  batchCount: z.number().nullable(),
  inReplyTo: z.string().nullable(),
  ttlSeconds: z.number(),
  expiresAt: z.number().nullable(),
  repository: z.string().nullable(),
  tag: z.string().nullable(),
  digest: z.string().nullable(),
  compression: z.enum(['zstd', 'gzip']).nullable(),
  chunks: z.number().nullable(),
  attempts: z.number(),
  retryAt: z.number().nullable(),
  downloadWanted: flag,
  trust: z.enum(messageTrusts),
  // Other versions may have known others.
  trustReason: z.enum(trustReasons).nullable().catch(null),
  signer: z.string().nullable(),
});
type Columns = z.output<typeof columns>;

/** Reads one row of `messages`. */
export const messageRow = columns.transform((row): Message => {
  const { fileName, fileBytes, mediaType, folder, batchId, batchIndex, batchCount, ...rest } = row;
  const { sourcePath, sourceTemporary, sourceSize, sourceModifiedAt, savedPath, ...message } = rest;
  const source = { sourcePath, sourceTemporary, sourceSize, sourceModifiedAt, savedPath };
  const file =
    message.kind === 'file' && fileName !== null && fileBytes !== null && mediaType !== null
      ? { name: fileName, bytes: fileBytes, mediaType, folder, ...source }
      : null;
  const batch =
    batchId !== null && batchIndex !== null && batchCount !== null
      ? { id: batchId, index: batchIndex, count: batchCount }
      : null;
  return { ...message, file, batch };
});

/** The columns of `messages`, for statements. */
export const messageColumns = columns.keyof().options;
export type MessageColumns = Columns;
