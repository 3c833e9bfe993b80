/**
 * Invite links (protocol, section 6): who follows one has the inviter's key at once. Pasted by anybody.
 * Must-fail vectors: test/trust/invite.test.ts.
 */
import { DockerCommsError } from '../base/errors.ts';
import { formatRepositoryReference, type RepositoryReference } from '../oci/reference.ts';
import { type LinkFailures, linkIdentity, linkRepository, readLink, writeLink } from './link-fields.ts';

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

/** Bytes of a SHA-256, which names keys and certificates here (protocol, section 6). */
const hashBytes = 32;
/** Bytes, 128 bits: nobody guesses them. */
const secretBytes = 16;

const fieldNames = ['repo', 'id', 'key', 'tls', 'secret'];

const failures: LinkFailures = {
  refused: notAnInvite,
  newer: () =>
    new DockerCommsError('unsupported', 'This invitation was made by a newer version of DockerComms.'),
};

/** The link. Throws `invalid` for fields that `parseInvite` would refuse. */
export function buildInvite({ repository, identity, fingerprint, certificate, secret }: Invite): string {
  const link = writeLink('invite', [
    ['repo', formatRepositoryReference(repository)],
    ['id', identity],
    ['key', base64url(Buffer.from(fingerprint, 'hex'))],
    ['tls', certificate === undefined ? undefined : base64url(Buffer.from(certificate, 'hex'))],
    ['secret', secret === undefined ? undefined : base64url(secret)],
  ]);
  parseInvite(link);
  return link;
}

/** What the link says. Throws `invalid`, or `unsupported` for a later version; never quotes it: it may hold a secret. */
export function parseInvite(text: string): Invite {
  const { repo, id, key, tls, secret } = readLink('invite', text, fieldNames, failures);
  return {
    repository: linkRepository(repo, failures),
    identity: linkIdentity(id, failures),
    fingerprint: bytesOf(key, hashBytes).toString('hex'),
    ...(tls === undefined ? {} : { certificate: bytesOf(tls, hashBytes).toString('hex') }),
    ...(secret === undefined ? {} : { secret: bytesOf(secret, secretBytes) }),
  };
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
