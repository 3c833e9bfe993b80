/**
 * Invite links (protocol, section 6): who follows one has the inviter's key at once. Pasted by anybody.
 * Must-fail vectors: test/trust/invite.test.ts.
 */
import { DockerCommsError } from '../base/errors.ts';
import { limits } from '../base/limits.ts';
import {
  formatRepositoryReference,
  parseRepositoryReference,
  type RepositoryReference,
} from '../oci/reference.ts';
import { parseIdentity } from '../protocol/identity.ts';

export interface Invite {
  /** The inviter's mailbox. */
  readonly repository: RepositoryReference;
  readonly identity: string;
  /** Fingerprint of the inviter's signing key: lower-case hex of SHA-256, as `VerifyingKey.fingerprint`. */
  readonly fingerprint: string;
  /** SHA-256 of the registry's TLS certificate, lower-case hex, where nobody else vouches for it. */
  readonly certificate?: string;
  /** 16 bytes that prove to the inviter who followed the link. A secret between the two. */
  readonly secret?: Uint8Array;
}

const prefix = 'dockercomms:invite?';
/** Bytes of a SHA-256, which names keys and certificates here (protocol, section 6). */
const hashBytes = 32;
/** Bytes, 128 bits: nobody guesses them. */
const secretBytes = 16;

/** The link. Throws `invalid` for fields that `parseInvite` would refuse. */
export function buildInvite({ repository, identity, fingerprint, certificate, secret }: Invite): string {
  const fields: readonly (readonly [string, string | undefined])[] = [
    ['v', '1'],
    ['repo', formatRepositoryReference(repository)],
    ['id', identity],
    ['key', base64url(Buffer.from(fingerprint, 'hex'))],
    ['tls', certificate === undefined ? undefined : base64url(Buffer.from(certificate, 'hex'))],
    ['secret', secret === undefined ? undefined : base64url(secret)],
  ];
  const link =
    prefix + fields.flatMap(([name, value]) => (value === undefined ? [] : field(name, value))).join('&');
  parseInvite(link);
  return link;
}

function field(name: string, value: string): string {
  return `${name}=${encodeURIComponent(value.toWellFormed())}`;
}

/**
 * What the link says; spaces around it are forgiven, nothing else: no field twice, none unknown, each in its one
 * canonical form. Throws `invalid`, or `unsupported` for a later version; never quotes the link, which may hold a secret.
 */
export function parseInvite(text: string): Invite {
  const link = text.trim();
  if (!link.startsWith(prefix) || link.length > limits.invitationCharacters) throw notAnInvite();
  const { v, repo, id, key, tls, secret, ...unknown } = readFields(link.slice(prefix.length));
  if (v !== undefined && v !== '1') {
    throw new DockerCommsError('unsupported', 'This invitation was made by a newer version of DockerComms.');
  }
  if (v === undefined || Object.keys(unknown).length > 0) throw notAnInvite();
  return {
    repository: readRepository(repo),
    identity: readIdentity(id),
    fingerprint: bytesOf(key, hashBytes).toString('hex'),
    ...(tls === undefined ? {} : { certificate: bytesOf(tls, hashBytes).toString('hex') }),
    ...(secret === undefined ? {} : { secret: bytesOf(secret, secretBytes) }),
  };
}

function readFields(query: string): Partial<Record<string, string>> {
  const fields = new Map<string, string>();
  for (const part of query.split('&')) {
    const [name = '', value, ...more] = part.split('=');
    if (value === undefined || more.length > 0 || fields.has(name)) throw notAnInvite();
    fields.set(name, decoded(value));
  }
  return Object.fromEntries(fields);
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    throw notAnInvite();
  }
}

function readRepository(text: string | undefined): RepositoryReference {
  const repository = parsed(parseRepositoryReference, text);
  // What a person may type is more than what a link may say.
  if (formatRepositoryReference(repository) !== text) throw notAnInvite();
  return repository;
}

function readIdentity(text: string | undefined): string {
  return parsed(parseIdentity, text);
}

/** The parsers' own errors speak to whoever typed; nobody typed this. */
function parsed<T>(parse: (text: string) => T, text: string | undefined): T {
  if (text === undefined) throw notAnInvite();
  try {
    return parse(text);
  } catch {
    throw notAnInvite();
  }
}

function bytesOf(text: string | undefined, length: number): Buffer {
  const bytes = Buffer.from(text ?? '', 'base64url');
  if (bytes.byteLength !== length || base64url(bytes) !== text) throw notAnInvite();
  return bytes;
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}

function notAnInvite(): DockerCommsError {
  return new DockerCommsError('invalid', 'This is not an invitation of DockerComms, or it is damaged.');
}
