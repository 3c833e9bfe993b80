import type { TrustReason } from '../../base/reasons.ts';
import type { Account } from '../../store/accounts.ts';
import type { MessageTrust } from '../../store/message.ts';
import type { Person } from '../../store/people.ts';
import type { ReceivedMessage } from '../../protocol/message.ts';
import { addressingOf } from '../../trust/addressee.ts';
import { findEvidence } from '../../trust/evidence.ts';
import type { Policy, Verdict } from '../../trust/policy.ts';
import { parseProfile } from '../../trust/profile.ts';
import { subjectOf } from '../../trust/verify.ts';
import type { EngineContext } from '../context.ts';
import type { ListedTags } from '../inbox/listed-tags.ts';

/** What is known of who wrote something. */
export interface Judgement {
  readonly trust: MessageTrust;
  /** Why it is not `signed`; null exactly when it is. */
  readonly reason: TrustReason | null;
  /** Fingerprint of the key that signed; null unless `signed`. */
  readonly signer: string | null;
}

export interface JudgeOptions {
  readonly account: Account;
  /** Where the manifests and their signatures lie. */
  readonly repository: string;
  /** The tags of that repository, as they were just listed; null: they were not. */
  readonly listed: ListedTags | null;
  readonly signal: AbortSignal;
}

/**
 * Decides who wrote what lies in one mailbox, for one look at it: the signature beside a manifest must be by a key that is
 * pinned for its author. Authors who were never seen are pinned by the profile that lies there, and those whose keys seem to
 * have changed are looked up once a look.
 */
export class Judge {
  readonly #context: EngineContext;
  readonly #options: JudgeOptions;
  readonly #looks = new Map<string, Promise<void>>();

  constructor(context: EngineContext, options: JudgeOptions) {
    this.#context = context;
    this.#options = options;
  }

  /** Fails as the registry does: who cannot be asked says nothing. */
  async judge(author: string, manifest: Uint8Array): Promise<Judgement> {
    const { store, clock } = this.#context;
    const { account } = this.#options;
    if (author === account.identity) return this.#find(manifest, await this.#own());
    const person = store.people.findByIdentity(author);
    if (person === null || this.#isWorthALook(person)) {
      await this.#look(person ?? store.people.ensure(author, clock.now()));
    }
    return this.#judgePerson(author, manifest);
  }

  /** The same for a message: what is signed for another key is not for this reader, whatever name it bears. */
  async judgeMessage(message: ReceivedMessage, manifest: Uint8Array): Promise<Judgement> {
    const judgement = await this.judge(message.sender, manifest);
    if (judgement.trust !== 'signed') return judgement;
    const mine = await this.#context.ownProfiles.fingerprints(this.#options.account.id);
    const addressing = addressingOf(message, mine);
    return addressing === 'to-another-key' ? { trust: 'bad', reason: addressing, signer: null } : judgement;
  }

  async #judgePerson(author: string, manifest: Uint8Array): Promise<Judgement> {
    const { store, knownKeys } = this.#context;
    const person = store.people.findByIdentity(author);
    const policy = person && knownKeys.policyFor(person.id);
    const first = await this.#byKeyOrCertificate(person, manifest, policy ?? nobody);
    if (first.trust !== 'foreign' || person === null) return first;
    // A key that nobody knows may be a new device's.
    if (this.#looks.has(person.id)) return this.#explained(person, first);
    await this.#look(person);
    const second = await this.#byKeyOrCertificate(person, manifest, knownKeys.policyFor(person.id) ?? nobody);
    return this.#explained(person, second);
  }

  /** That a key is unknown may be because of a date: that is another thing to do something about. */
  #explained({ id, identity }: Person, judgement: Judgement): Judgement {
    const { store, knownKeys } = this.#context;
    if (judgement.reason !== 'unknown-key' || store.pins.get(id) !== null) return judgement;
    const untimely = knownKeys.firstSights.untimely(identity);
    return untimely === null ? judgement : { ...judgement, reason: `keys-${untimely}` };
  }

  /**
   * A key first: it needs nothing else. A certificate counts only for who is known to be certified by that name and
   * issuer, and only where a trusted root can be had: without one nothing is proven, and it is asked again.
   */
  async #byKeyOrCertificate(person: Person | null, manifest: Uint8Array, policy: Policy): Promise<Judgement> {
    const byKey = await this.#find(manifest, policy);
    if (person === null || byKey.reason !== 'no-trusted-root') return byKey;
    const certificates = this.#context.knownKeys.certificatesFor(person.id);
    if (certificates.length === 0) return byKey;
    try {
      const trustedRoot = await this.#context.sigstore.trustedRoot();
      return await this.#find(manifest, { ...policy, certificates, trustedRoot });
    } catch (error) {
      this.#context.logger.warn({ err: error }, 'a certificate could not be checked');
      return byKey;
    }
  }

  async #find(manifest: Uint8Array, policy: Policy): Promise<Judgement> {
    const { listed, signal } = this.#options;
    const subject = subjectOf(manifest);
    const tags = listed?.bundlesOf(subject.digest);
    const options = { ...(tags && { tags }), signal };
    const { verdict } = await findEvidence(this.#place(), subject, policy, options);
    return judgementOf(verdict);
  }

  async #own(): Promise<Policy> {
    return { keys: await this.#context.ownProfiles.devices(this.#options.account.id) };
  }

  #isWorthALook({ id, identity }: Person): boolean {
    const { listed } = this.#options;
    const pin = this.#context.store.pins.get(id);
    if (pin === null) return listed?.hasProfileOf(identity) ?? true;
    return listed?.hasNewerProfileOf(identity, parseProfile(pin.document).sequence) ?? false;
  }

  /** Once a look, whoever asks. */
  #look(person: Person): Promise<void> {
    const running = this.#looks.get(person.id);
    if (running !== undefined) return running;
    const { repository, signal } = this.#options;
    const look = this.#context.knownKeys.look(person, this.#place(), {
      from: isMailboxOf(person, repository, this.#options.account) ? 'mailbox' : 'copy',
      signal,
    });
    this.#looks.set(person.id, look);
    // Who could not be asked is asked again by the next message.
    look.catch(() => this.#looks.delete(person.id));
    return look;
  }

  #place() {
    const { account, repository } = this.#options;
    return this.#context.repositories.for(account, repository);
  }
}

const nobody: Policy = { keys: [] };

/** The default is that all share one mailbox (protocol, "Routing"). */
function isMailboxOf({ mailbox }: Person, repository: string, account: Account): boolean {
  return (mailbox ?? account.repository) === repository;
}

export function judgementOf(verdict: Verdict): Judgement {
  switch (verdict.state) {
    case 'verified':
      return {
        trust: 'signed',
        reason: null,
        signer: verdict.by.kind === 'key' ? verdict.by.fingerprint : null,
      };
    case 'untrusted':
      return { trust: 'foreign', reason: verdict.reason, signer: null };
    case 'bad':
      return { trust: 'bad', reason: verdict.reason, signer: null };
    case 'pending':
      return { trust: 'unsigned', reason: 'unsigned', signer: null };
  }
}
