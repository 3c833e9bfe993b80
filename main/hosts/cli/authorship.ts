import { createPublicKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { DockerCommsError } from '../../base/errors.ts';
import type { OciRepository } from '../../oci/repository.ts';
import { addressingOf } from '../../trust/addressee.ts';
import type { CandidateOptions, EvidencePlace } from '../../trust/candidates.ts';
import { findEvidence } from '../../trust/evidence.ts';
import type { Policy, SignedBy, Verdict } from '../../trust/policy.ts';
import type { Untimely } from '../../messenger/trust/first-sights.ts';
import type { SignedProfile } from '../../trust/profile-succession.ts';
import { parseVerifyingKey, type VerifyingKey } from '../../trust/signing-key.ts';
import { parseTrustedRoot, type TrustedRoot } from '../../trust/trusted-root.ts';
import { subjectOf } from '../../trust/verify.ts';
import type { ReceivedMessage } from '../../protocol/message.ts';
import type { CliContext } from './context.ts';
import { HomeTrust, isHomeFree } from './home-trust.ts';
import { printable } from './terminal.ts';

/** Whom a command line tells us to believe, beside whom the home knows. */
export interface BelieveOptions {
  /** PEM files with public keys. They count in place of what the home knows. */
  readonly key: readonly string[];
  /** The only author for whom `key` and `identity` count; left out: for every one. */
  readonly from?: string;
  /** Sigstore's `trusted_root.json`. */
  readonly trustedRoot?: string;
  /** The issuer that vouches for who signs. */
  readonly issuer?: string;
  /** Whom the certificate must name; left out: its sender, exactly. */
  readonly identity?: string;
}

export interface AuthorshipOptions {
  readonly believe: BelieveOptions;
  /** Where signatures are looked for; the repository unless narrowed. */
  readonly place?: EvidencePlace;
}

interface Known {
  readonly policy: Policy;
  /** The profile behind the policy, while nobody has pinned it. */
  readonly firstSight: SignedProfile | null;
}

/**
 * Who wrote what lies in a repository, for one command. Believed are the keys that were passed in; else those that the
 * home knows for the author; else those of the author's profile there, from then on (trust on first use).
 */
export class Authorship {
  readonly #context: CliContext;
  readonly #trust: HomeTrust;
  readonly #place: EvidencePlace;
  /** Profiles are looked for everywhere, wherever signatures are. */
  readonly #repository: OciRepository;
  readonly #from: string | undefined;
  readonly #keys: readonly VerifyingKey[];
  readonly #trustedRoot: TrustedRoot | undefined;
  readonly #issuer: string | undefined;
  readonly #identity: string | undefined;
  readonly #free: boolean;
  readonly #known = new Map<string, Promise<Known>>();

  private constructor(
    given: Readonly<{
      context: CliContext;
      trust: HomeTrust;
      repository: OciRepository;
      keys: readonly VerifyingKey[];
      trustedRoot: TrustedRoot | undefined;
      free: boolean;
    }>,
    { believe, place }: AuthorshipOptions,
  ) {
    this.#context = given.context;
    this.#trust = given.trust;
    this.#repository = given.repository;
    this.#place = place ?? given.repository;
    this.#keys = given.keys;
    this.#trustedRoot = given.trustedRoot;
    this.#free = given.free;
    this.#from = believe.from;
    this.#issuer = believe.issuer;
    this.#identity = believe.identity;
  }

  /** Fails `invalid` for a file that is no such key or trusted root, and as the home does. */
  static async open(
    context: CliContext,
    repository: OciRepository,
    options: AuthorshipOptions,
  ): Promise<Authorship> {
    const keys = await Promise.all(options.believe.key.map(readKey));
    const trustedRoot = await trustedRootFor(context, options.believe);
    const trust = await HomeTrust.open(context, repository);
    const free = await isHomeFree();
    return new Authorship({ context, trust, repository, keys, trustedRoot, free }, options);
  }

  /**
   * Who signed this message, which is from its sender and for `me` then. Fails `untrusted` or `verification-failed`, and
   * as the registry does.
   */
  async ofMessage(
    message: ReceivedMessage,
    manifest: Uint8Array,
    options: Pick<CandidateOptions, 'tags'> = {},
  ): Promise<SignedBy> {
    const by = await this.of(message.sender, manifest, options);
    const account = this.#trust.accountOf(message.recipient);
    const mine = account === null ? [] : await this.#trust.ownProfiles.fingerprints(account.id);
    if (addressingOf(message, mine) !== 'to-another-key') return by;
    throw new DockerCommsError(
      'untrusted',
      'This message was written to another key than those of this home: somebody else of this name was meant.',
      { detail: { reason: 'to-another-key' } },
    );
  }

  /** The same for whoever looks on: where nobody of the addressee's name is at home, it is only asked who wrote it. */
  async asOnlooker(message: ReceivedMessage, manifest: Uint8Array): Promise<SignedBy> {
    const isForMe = this.#trust.accountOf(message.recipient) !== null;
    return isForMe ? this.ofMessage(message, manifest) : this.of(message.sender, manifest);
  }

  /** Who signed `manifest`, which names `author`. Fails as `ofMessage`. */
  async of(
    author: string,
    manifest: Uint8Array,
    options: Pick<CandidateOptions, 'tags'> = {},
  ): Promise<SignedBy> {
    const known = await this.#knownOf(author);
    const { verdict } = await findEvidence(this.#place, subjectOf(manifest), known.policy, {
      ...options,
      signal: this.#context.signal,
    });
    if (verdict.state !== 'verified') throw failureOf(verdict);
    if (known.firstSight !== null && verdict.by.kind === 'key') this.#meet(author, known.firstSight);
    return verdict.by;
  }

  /** Once for each author and command. */
  #knownOf(author: string): Promise<Known> {
    const begun = this.#known.get(author);
    if (begun !== undefined) return begun;
    const known = this.#learn(author);
    this.#known.set(author, known);
    known.catch(() => this.#known.delete(author));
    return known;
  }

  async #learn(author: string): Promise<Known> {
    const isMeant = this.#from === undefined || this.#from === author;
    const identity = this.#identity === undefined ? author : isMeant ? this.#identity : null;
    const certificates =
      this.#issuer === undefined || identity === null ? [] : [{ identity, issuer: this.#issuer }];
    const certified = { certificates, ...(this.#trustedRoot && { trustedRoot: this.#trustedRoot }) };
    if (this.#keys.length > 0 && isMeant) {
      return { policy: { ...certified, keys: this.#keys }, firstSight: null };
    }
    const { policy, firstSight } = await this.#learnKeys(author);
    return { policy: { ...certified, ...policy }, firstSight };
  }

  async #learnKeys(author: string): Promise<Known> {
    const { store, knownKeys, ownProfiles } = this.#trust;
    const own = this.#trust.accountOf(author);
    if (own !== null) return { policy: { keys: await ownProfiles.devices(own.id) }, firstSight: null };
    const person = store.people.findByIdentity(author);
    const pinned = person && knownKeys.policyFor(person.id);
    if (person === null || pinned === null) {
      const sought = { identity: author, invitedKey: person?.invitedKey ?? null };
      const firstSight = await knownKeys.firstSights.seek(sought, this.#repository, {
        signal: this.#context.signal,
      });
      const untimely = knownKeys.firstSights.untimely(author);
      if (untimely !== null) this.#say(author, saidOf[untimely]);
      return { policy: { keys: keysOf(firstSight) }, firstSight };
    }
    if (!this.#free) return { policy: pinned, firstSight: null };
    const mailbox = person.mailbox ?? this.#trust.repositoryName;
    const from = mailbox === this.#trust.repositoryName ? 'mailbox' : 'copy';
    await knownKeys.look(person, this.#repository, { from, signal: this.#context.signal });
    const { change } = knownKeys.trustOf(person);
    if (change?.blocking === true)
      this.#say(author, 'have changed in a way that has to be looked at in the messenger');
    return { policy: knownKeys.policyFor(person.id) ?? pinned, firstSight: null };
  }

  /** Only what a message was signed with is kept: strangers who sign nothing leave nothing in the home. */
  #meet(author: string, seen: SignedProfile): void {
    const { store, knownKeys } = this.#trust;
    this.#known.set(author, Promise.resolve({ policy: { keys: keysOf(seen) }, firstSight: null }));
    if (!this.#free) {
      this.#say(author, 'were seen for the first time; the messenger that runs here will keep them');
      return;
    }
    store.transaction(() => {
      const person = store.people.ensure(author, Date.now());
      if (knownKeys.policyFor(person.id) === null) knownKeys.meet(person, seen);
    });
    this.#say(author, `were seen for the first time and are known from now on (${fingerprintsOf(seen)})`);
  }

  #say(author: string, what: string): void {
    this.#context.terminal.err(`The keys of ${printable(author)} ${what}.`);
  }
}

/** A key or a person that counted for every author could write as everybody. Fails `invalid`. */
export function requireFrom({ key, identity, from }: BelieveOptions): void {
  if (from !== undefined || (key.length === 0 && identity === undefined)) return;
  throw new DockerCommsError('invalid', '--key and --identity need --from: for which sender they count.');
}

/** From the file, else that of the home's settings; none where no certificate is to be believed. Fails `invalid`. */
async function trustedRootFor(
  context: CliContext,
  { trustedRoot, identity, issuer }: BelieveOptions,
): Promise<TrustedRoot | undefined> {
  if (issuer === undefined) {
    if (identity === undefined && trustedRoot === undefined) return undefined;
    throw new DockerCommsError('invalid', 'Who vouches is missing: add --issuer.');
  }
  if (trustedRoot !== undefined) return parseTrustedRoot(await readFile(trustedRoot));
  return (await context.sigstore()).sigstore.trustedRoot();
}

const saidOf = {
  'not-yet': 'are dated in the future and do not count yet: their clock is wrong, or that of this computer',
  expired: 'had run out before they were seen here: they count once their owner renews them',
} satisfies Record<Untimely, string>;

function keysOf(seen: SignedProfile | null): readonly VerifyingKey[] {
  return seen === null ? [] : seen.profile.devices.map(({ key }) => key);
}

function fingerprintsOf(seen: SignedProfile): string {
  return keysOf(seen)
    .map(({ fingerprint }) => fingerprint)
    .join(', ');
}

/** A public key as `identity show --pem` and cosign write it. Fails `invalid`, and as reading does. */
async function readKey(path: string): Promise<VerifyingKey> {
  const pem = await readFile(path);
  try {
    const key = createPublicKey({ key: pem, format: 'pem' });
    return parseVerifyingKey(key.export({ format: 'der', type: 'spki' }));
  } catch (cause) {
    throw new DockerCommsError('invalid', 'This file holds no P-256 public key in PEM.', {
      cause,
      detail: { file: path },
    });
  }
}

function failureOf(verdict: Exclude<Verdict, { state: 'verified' }>): DockerCommsError {
  if (verdict.state !== 'pending') return verdict.error;
  return new DockerCommsError('untrusted', 'Nobody has signed this.', { detail: { reason: 'unsigned' } });
}

/** Who signed, in words for a terminal. */
export function describeSigner(by: SignedBy): string {
  return by.kind === 'key'
    ? `key ${by.fingerprint}`
    : `${printable(by.identity)}, as ${printable(by.issuer)} says`;
}
