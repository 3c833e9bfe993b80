/**
 * Tags of the artifacts (protocol, sections 1 and 6).
 * Must-fail vectors: test/protocol/tags.test.ts.
 */
import { splitDigest, type Digest } from '../base/digest.ts';
import { DockerCommsError } from '../base/errors.ts';
import { recipientTag } from './identity.ts';
import { parseUuid } from './uuid.ts';

/** Tags of the artifacts (protocol, sections 1 and 6). A tag helps to find; nothing in it is believed. */

/** What every message begins with, whoever it is for. */
export const anyInboxPrefix = 'inbox-';
/** What every receipt begins with, whatever it is for. */
export const anyReceiptPrefix = 'receipt-';

/** What every signature begins with, whatever it is of. */
export const anyBundlePrefix = 'bundle-';
/** What every profile begins with, whoever it is of. */
export const anyProfilePrefix = 'profile-';

/** What every message for this identity begins with. */
export function inboxPrefix(identity: string): string {
  return `${anyInboxPrefix}${recipientTag(identity)}-`;
}

export interface InboxTagParts {
  readonly recipient: string;
  readonly createdAt: Date;
  /** UUID. */
  readonly sessionId: string;
  /** UUID. */
  readonly messageId: string;
}

/** `inbox-<recipient_tag>-<YYYYMMDD>-<sid8>-<mid8>`, the date in UTC. Throws `invalid` for ids that are no UUIDs. */
export function inboxTag({ recipient, createdAt, sessionId, messageId }: InboxTagParts): string {
  return `${inboxPrefix(recipient)}${compactDate(createdAt)}-${shortId(sessionId)}-${shortId(messageId)}`;
}

export interface AttachedTagParts {
  /** Digest of the message's manifest. */
  readonly for: Digest;
  readonly createdAt: Date;
  /** Six lower-case hex digits, random. */
  readonly random: string;
}

/** What every receipt for this message begins with. */
export function receiptPrefix(message: Digest): string {
  return `${anyReceiptPrefix}${shortDigest(message)}-`;
}

/** `receipt-<hex12>-<unix seconds>-<rand6>`. Throws `invalid` when `random` is not six hex digits. */
export function receiptTag(parts: AttachedTagParts): string {
  return receiptPrefix(parts.for) + attachedSuffix(parts);
}

/** What every signature of this message begins with. */
export function bundlePrefix(message: Digest): string {
  return `${anyBundlePrefix}${shortDigest(message)}-`;
}

/** `bundle-<hex12>-<unix seconds>-<rand6>`. Throws `invalid` when `random` is not six hex digits. */
export function bundleTag(parts: AttachedTagParts): string {
  return bundlePrefix(parts.for) + attachedSuffix(parts);
}

/** Under which the newest profile of this identity is found: it moves. */
export function profileTag(identity: string): string {
  return `${anyProfilePrefix}${recipientTag(identity)}`;
}

/** What every version of this identity's profile begins with. */
export function profileVersionPrefix(identity: string): string {
  return `${profileTag(identity)}-`;
}

/** `profile-<recipient_tag>-<sequence>-<hex12>`; `digest` is that of the profile's manifest. */
export function profileVersionTag(identity: string, sequence: number, digest: Digest): string {
  return `${profileVersionPrefix(identity)}${sequence}-${shortDigest(digest)}`;
}

/** The sequence that a version's tag claims; null when the tag is no version of this identity's profile. */
export function profileVersionOf(tag: string, identity: string): number | null {
  const prefix = profileVersionPrefix(identity);
  if (!tag.startsWith(prefix)) return null;
  const [, sequence] = /^([1-9][0-9]{0,14})-[0-9a-f]{12}$/.exec(tag.slice(prefix.length)) ?? [];
  return sequence === undefined ? null : Number(sequence);
}

function attachedSuffix({ createdAt, random }: AttachedTagParts): string {
  if (!/^[0-9a-f]{6}$/.test(random)) {
    throw new DockerCommsError('invalid', 'The random part of a tag is six hexadecimal digits.');
  }
  return `${Math.floor(createdAt.getTime() / 1000)}-${random}`;
}

function shortDigest(digest: Digest): string {
  return splitDigest(digest).hex.slice(0, 12);
}

function shortId(uuid: string): string {
  return parseUuid(uuid).slice(0, 8);
}

function compactDate(date: Date): string {
  return date.toISOString().slice(0, 10).replaceAll('-', '');
}
