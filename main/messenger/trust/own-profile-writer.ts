import { isLoopbackHost, parseRepositoryReference } from '../../oci/reference.ts';
import { wholeSeconds } from '../../protocol/annotations.ts';
import type { Account } from '../../store/accounts.ts';
import { firstProfile, nextProfile } from '../../trust/own-profile.ts';
import { announceProfile, publishProfile } from '../../trust/profile-artifact.ts';
import type { SignedProfile } from '../../trust/profile-succession.ts';
import { longestProfileLife, type Profile } from '../../trust/profile.ts';
import { keySigner } from '../../trust/signer.ts';
import type { SigningKey } from '../../trust/signing-key.ts';
import type { EngineContext } from '../context.ts';
import type { Repositories } from '../repositories.ts';
import type { DeviceNews } from './device-news.ts';
import type { OwnAlarms } from './own-alarms.ts';
import { restoredProfile, storedProfile } from './stored-profiles.ts';

/** Renewed when this much of its life has passed: a computer may be off for a while. */
const renewedAfter = longestProfileLife / 3;

export type OwnProfileParts = Pick<EngineContext, 'store' | 'clock' | 'ownKeys' | 'events'> & {
  readonly repositories: Pick<Repositories, 'for'>;
};

/** Writes the profiles of this computer's accounts into mailboxes, and remembers which one is current where. */
export class OwnProfileWriter {
  readonly #context: OwnProfileParts;
  readonly #news: DeviceNews;
  readonly #alarms: OwnAlarms;

  constructor(context: OwnProfileParts, news: DeviceNews, alarms: OwnAlarms) {
    this.#context = context;
    this.#news = news;
    this.#alarms = alarms;
  }

  /** The profile that was published last, as far as is known here. */
  current(accountId: string): SignedProfile | null {
    const stored = this.#context.store.pins.own(accountId);
    return stored && restoredProfile(stored);
  }

  /** Whether it is to be renewed. */
  isDue({ issuedAt }: Profile): boolean {
    return this.#context.clock.now() > issuedAt.getTime() + renewedAfter;
  }

  /** `latest` again where it is still good: it has gone from the mailbox, or an older one took its place. */
  nextAfter(account: Account, latest: SignedProfile | null, key: SigningKey): Profile {
    const now = this.#context.clock.now();
    const mailboxes = mailboxesOf(account);
    const device = { key: key.verifying, addedAt: wholeSeconds(now) };
    if (latest === null) return firstProfile(account.identity, device, mailboxes, now);
    return this.isDue(latest.profile) ? nextProfile(latest, { mailboxes }, now) : latest.profile;
  }

  /** Signed by the key of this device and these others. Fails as the registry does, and `auth` for a lost key. */
  async publish(
    account: Account,
    profile: Profile,
    repository: string,
    signal: AbortSignal | undefined,
    others: readonly SigningKey[] = [],
  ): Promise<SignedProfile> {
    const own = await this.#context.ownKeys.signingKey(account.id);
    const signed = await this.put(account, profile, repository, [own, ...others], signal);
    this.remember(account, repository, signed, own.verifying.fingerprint);
    return signed;
  }

  /** Published, and not yet remembered. Fails as the registry does. */
  async put(
    account: Account,
    profile: Profile,
    repository: string,
    keys: readonly SigningKey[],
    signal: AbortSignal | undefined,
  ): Promise<SignedProfile> {
    const target = this.#context.repositories.for(account, repository);
    const published = await publishProfile(target, profile, keys.map(keySigner), signal);
    await announceProfile(target, account.identity, published, signal);
    const signedBy = new Set(keys.map(({ verifying }) => verifying.fingerprint));
    return { profile, digest: published.digest, signedBy };
  }

  /** From now on it is the current one, and nothing is wrong with it. `mine`: fingerprint of this device's key. */
  remember(account: Account, repository: string, signed: SignedProfile, mine: string): void {
    const { store, events } = this.#context;
    store.transaction(() => {
      this.#news.note(account.id, this.current(account.id), signed, mine);
      store.pins.setOwn(account.id, storedProfile(signed));
      store.pins.noteCopy(account.id, repository, signed.digest);
    });
    this.#alarms.note(account.id, null);
    events.emit({ type: 'accounts.changed' });
  }
}

/** Where others write to; no loopback address is ever announced: on another computer it would mean that computer. */
export function mailboxesOf({ repository }: Account): readonly string[] {
  return isLoopbackHost(parseRepositoryReference(repository).host) ? [] : [repository];
}
