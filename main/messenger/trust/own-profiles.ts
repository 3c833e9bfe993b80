import { DockerCommsError } from '../../base/errors.ts';
import type { OciRepository } from '../../oci/repository.ts';
import { profileTag } from '../../protocol/tags.ts';
import type { Account } from '../../store/accounts.ts';
import { keysEverOf } from '../../trust/addressee.ts';
import { firstProfile, nextProfile } from '../../trust/own-profile.ts';
import {
  announceProfile,
  fetchSignedProfile,
  publishProfile,
  type PublishedProfile,
} from '../../trust/profile-artifact.ts';
import type { SignedProfile } from '../../trust/profile-succession.ts';
import { longestProfileLife, type Profile } from '../../trust/profile.ts';
import { keySigner } from '../../trust/signer.ts';
import type { SigningKey, VerifyingKey } from '../../trust/signing-key.ts';
import type { EngineContext } from '../context.ts';
import { restoredProfile, storedProfile } from './stored-profiles.ts';

/** Renewed when this much of its life has passed: a computer may be off for a while. */
const renewedAfter = longestProfileLife / 3;

type Parts = Pick<EngineContext, 'store' | 'clock' | 'repositories' | 'ownKeys' | 'events'>;

/**
 * The profile of an account, kept published in its mailbox and beside what it sends elsewhere, and renewed before it
 * expires (protocol, section 6).
 */
export class OwnProfiles {
  readonly #context: Parts;
  readonly #running = new Map<string, Promise<void>>();
  /** Accounts whose name somebody else uses, with what was found. */
  readonly #alarms = new Map<string, string>();

  constructor(context: Parts) {
    this.#context = context;
  }

  /** A stable word for what is wrong with an account's profile; null: nothing. */
  alarmOf(accountId: string): string | null {
    return this.#alarms.get(accountId) ?? null;
  }

  /** The keys of all devices that speak for this account, this one included. Fails as `OwnKeys.signingKey`. */
  async devices(accountId: string): Promise<readonly VerifyingKey[]> {
    const { verifying } = await this.#context.ownKeys.signingKey(accountId);
    const published = this.#own(accountId)?.profile.devices.map(({ key }) => key) ?? [];
    return published.some(({ fingerprint }) => fingerprint === verifying.fingerprint)
      ? published
      : [verifying, ...published];
  }

  /** Fingerprints of all keys that this account has or had, as far as is known here. Fails as `OwnKeys.signingKey`. */
  async fingerprints(accountId: string): Promise<readonly string[]> {
    const { verifying } = await this.#context.ownKeys.signingKey(accountId);
    const own = this.#own(accountId);
    return [verifying.fingerprint, ...(own === null ? [] : keysEverOf(own.profile))];
  }

  /**
   * Sees to it that the account's current profile lies in `repository`. Fails as the registry does, `auth` when the key is
   * lost, and `conflict` when somebody else has published under this name.
   */
  ensureIn(account: Account, repository: string, signal?: AbortSignal): Promise<void> {
    const key = `${account.id} ${repository}`;
    const running = this.#running.get(key);
    if (running !== undefined) return running;
    const work = this.#ensureIn(account, repository, signal).finally(() => this.#running.delete(key));
    this.#running.set(key, work);
    return work;
  }

  async #ensureIn(account: Account, repository: string, signal: AbortSignal | undefined): Promise<void> {
    const { store, repositories } = this.#context;
    const current = this.#own(account.id);
    if (
      current !== null &&
      !this.#isDue(current.profile) &&
      store.pins.copyIn(account.id, repository) === current.digest
    ) {
      return;
    }
    const target = repositories.for(account, repository);
    if (current === null || this.#isDue(current.profile))
      await this.#renew(account, current, target, repository, signal);
    else await this.#publish(account, current.profile, target, repository, signal);
  }

  /** The first profile, or the next one. What others published under this name is looked at before. */
  async #renew(
    account: Account,
    current: SignedProfile | null,
    target: OciRepository,
    repository: string,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const { clock, ownKeys } = this.#context;
    const key = await ownKeys.signingKey(account.id);
    const there = await publishedProfile(target, account.identity, key, signal);
    if (there !== null && there.digest !== current?.digest && !isMine(there, key)) {
      this.#raise(account, 'other-profile');
    }
    const before = there !== null && isMine(there, key) ? there : current;
    if (before !== null && !this.#isDue(before.profile)) {
      this.#remember(account, repository, before);
      return;
    }
    const now = clock.now();
    const device = { key: key.verifying, addedAt: new Date(Math.floor(now / 1000) * 1000) };
    const profile =
      before === null
        ? firstProfile(account.identity, device, [account.repository], now)
        : nextProfile(before, { mailboxes: [account.repository] }, now);
    await this.#publish(account, profile, target, repository, signal);
  }

  async #publish(
    account: Account,
    profile: Profile,
    target: OciRepository,
    repository: string,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const key = await this.#context.ownKeys.signingKey(account.id);
    const published: PublishedProfile = await publishProfile(target, profile, [keySigner(key)], signal);
    await announceProfile(target, account.identity, published, signal);
    const signedBy = new Set([key.verifying.fingerprint]);
    this.#remember(account, repository, { profile, digest: published.digest, signedBy });
  }

  #remember(account: Account, repository: string, signed: SignedProfile): void {
    const { store, events } = this.#context;
    store.transaction(() => {
      store.pins.setOwn(account.id, storedProfile(signed));
      store.pins.noteCopy(account.id, repository, signed.digest);
    });
    this.#alarms.delete(account.id);
    events.emit({ type: 'accounts.changed' });
  }

  #raise({ id, identity }: Account, reason: string): never {
    this.#alarms.set(id, reason);
    this.#context.events.emit({ type: 'accounts.changed' });
    throw new DockerCommsError(
      'conflict',
      `Somebody else has published keys under the name ${identity} in this mailbox. Use another name, or take over the key that this name already has.`,
      { detail: { reason } },
    );
  }

  #own(accountId: string): SignedProfile | null {
    const stored = this.#context.store.pins.own(accountId);
    return stored && restoredProfile(stored);
  }

  #isDue({ issuedAt }: Profile): boolean {
    return this.#context.clock.now() > issuedAt.getTime() + renewedAfter;
  }
}

/** The profile that the mailbox names under this identity; null: none. */
async function publishedProfile(
  target: OciRepository,
  identity: string,
  key: SigningKey,
  signal: AbortSignal | undefined,
): Promise<SignedProfile | null> {
  if ((await target.resolve(profileTag(identity), signal)) === null) return null;
  return fetchSignedProfile(target, profileTag(identity), [key.verifying], { ...(signal && { signal }) });
}

function isMine({ profile }: SignedProfile, { verifying }: SigningKey): boolean {
  return profile.devices.some(({ key }) => key.fingerprint === verifying.fingerprint);
}
