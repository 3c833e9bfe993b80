import { DockerCommsError } from '../../base/errors.ts';
import type { OwnKeyReason } from '../../base/reasons.ts';
import type { Account } from '../../store/accounts.ts';
import { keysEverOf } from '../../trust/addressee.ts';
import { wholeSeconds } from '../../protocol/annotations.ts';
import { profileTag } from '../../protocol/tags.ts';
import { firstProfile, nextProfile, type ProfileEdit, uniteProfiles } from '../../trust/own-profile.ts';
import { idOf, type SignedProfile } from '../../trust/profile-succession.ts';
import { largestCertificationBytes } from '../../trust/profile.ts';
import { createSigningKey, type SigningKey, type VerifyingKey } from '../../trust/signing-key.ts';
import { DeviceNews } from './device-news.ts';
import { foundAncestors, foundProfile } from './found-profile.ts';
import { notMine, OwnAlarms } from './own-alarms.ts';
import { isKeyLost } from './own-keys.ts';
import type { StoredProfile } from '../../store/pins.ts';
import { mailboxesOf, type OwnProfileParts, OwnProfileWriter } from './own-profile-writer.ts';
import { ownProfileStep } from './own-profile-step.ts';
import { storedProfile } from './stored-profiles.ts';

/** Milliseconds after which one's own mailbox is looked at again for what others put under this name. */
const lookedAtFor = 24 * 60 * 60 * 1000;

/**
 * The profile of an account, kept published in its mailbox and beside what it sends elsewhere, and renewed before it
 * expires (protocol, section 6).
 */
export class OwnProfiles {
  readonly #context: OwnProfileParts;
  readonly #news: DeviceNews;
  readonly #writer: OwnProfileWriter;
  readonly #running = new Map<string, Promise<void>>();
  readonly #alarms = new OwnAlarms();
  /** When the account's own mailbox was last looked at. */
  readonly #lookedAt = new Map<string, number>();

  constructor(context: OwnProfileParts) {
    this.#context = context;
    this.#news = new DeviceNews(context.store);
    this.#writer = new OwnProfileWriter(context, this.#news, this.#alarms);
  }

  /** Fingerprints of devices that another one of this account has added, and nobody here has looked at. */
  newDevices(accountId: string): readonly string[] {
    return this.#news.of(accountId);
  }

  /** The person at this computer has looked at them. */
  acknowledgeDevices(accountId: string): void {
    this.#news.acknowledge(accountId);
    this.#context.events.emit({ type: 'accounts.changed' });
  }

  /** What is wrong with an account's own keys, as far as was noticed since the start; null: nothing. */
  alarmOf(accountId: string): OwnKeyReason | null {
    return this.#alarms.of(accountId);
  }

  /** The key of this device. That it is lost is an alarm, as long as it is. Fails as `OwnKeys.signingKey`. */
  async signingKey(accountId: string): Promise<SigningKey> {
    try {
      const key = await this.#context.ownKeys.signingKey(accountId);
      if (this.alarmOf(accountId) === 'key-lost') this.#setAlarm(accountId, null);
      return key;
    } catch (error) {
      if (isKeyLost(error)) this.#setAlarm(accountId, 'key-lost');
      throw error;
    }
  }

  /** The keys of all devices that speak for this account, this one included. Fails as `OwnKeys.signingKey`. */
  async devices(accountId: string): Promise<readonly VerifyingKey[]> {
    const { verifying } = await this.#context.ownKeys.signingKey(accountId);
    const published = this.#writer.current(accountId)?.profile.devices.map(({ key }) => key) ?? [];
    return published.some(({ fingerprint }) => fingerprint === verifying.fingerprint)
      ? published
      : [verifying, ...published];
  }

  /** Fingerprints of all keys that this account has or had, as far as is known here. Fails as `OwnKeys.signingKey`. */
  async fingerprints(accountId: string): Promise<readonly string[]> {
    const { verifying } = await this.#context.ownKeys.signingKey(accountId);
    const own = this.#writer.current(accountId);
    return [verifying.fingerprint, ...(own === null ? [] : keysEverOf(own.profile))];
  }

  /**
   * Puts the account's own profile back in its mailbox, over whatever somebody else has put there. Who knows these keys was
   * never misled; who met this name meanwhile has met somebody else. Fails `conflict` when nothing of this account was
   * published before: then the name may be somebody else's by right. Fails as the registry does, and `auth` for a lost key.
   */
  async restore(account: Account, signal?: AbortSignal): Promise<void> {
    const current = this.#writer.current(account.id);
    if (current === null) throw notMine(account, 'other-profile');
    const key = await this.#context.ownKeys.signingKey(account.id);
    await this.#writer.publish(
      account,
      this.#writer.nextAfter(account, current, key),
      account.repository,
      signal,
    );
    this.#lookedAt.set(account.id, this.#context.clock.now());
  }

  /**
   * The key of this account is lost, and a person decided to go on with a new one: makes it, and publishes a profile that
   * lists it and revokes every device before it. No key that anybody knows signs that, so whoever knows this identity is
   * warned, and looks. Fails `conflict` while the key is there, as the vault and the registry do; then the key is still lost.
   */
  beginAnew(account: Account, signal?: AbortSignal): Promise<void> {
    return this.#once(`${account.id} anew`, () => this.#beginAnew(account, signal));
  }

  async #beginAnew(account: Account, signal: AbortSignal | undefined): Promise<void> {
    const { ownKeys, clock } = this.#context;
    await ownKeys.requireLost(account.id);
    const key = createSigningKey();
    const now = clock.now();
    const device = { key: key.verifying, addedAt: wholeSeconds(now) };
    const mailboxes = mailboxesOf(account);
    const before = this.#writer.current(account.id);
    const profile =
      before === null
        ? firstProfile(account.identity, device, mailboxes, now)
        : nextProfile(before, { add: [device], revoke: before.profile.devices.map(idOf), mailboxes }, now);
    // Published first: whoever is cut off in between begins once more, and says nothing with a key that nobody can see.
    const signed = await this.#writer.put(account, profile, account.repository, [key], signal);
    await ownKeys.replaceLost(account.id, key);
    this.#writer.remember(account, account.repository, signed, key.verifying.fingerprint);
    this.#lookedAt.set(account.id, now);
  }

  /**
   * Makes `key` a device of this account: from the next profile on, which both sign. Answers that profile. Fails as
   * `ensureIn`.
   */
  async addDevice(account: Account, key: SigningKey, signal?: AbortSignal): Promise<StoredProfile> {
    const device = { key: key.verifying, addedAt: wholeSeconds(this.#context.clock.now()) };
    return this.#edit(account, { add: [device] }, [key], signal);
  }

  /**
   * Another device of this account speaks for nobody from now on. Fails `not-found` without it, `invalid` for this one: who
   * removes a device must be able to say so. Else as `ensureIn`.
   */
  async removeDevice(account: Account, fingerprint: string, signal?: AbortSignal): Promise<void> {
    const { verifying } = await this.#context.ownKeys.signingKey(account.id);
    if (fingerprint === verifying.fingerprint) {
      throw new DockerCommsError('invalid', 'This device cannot remove itself. Use another one.');
    }
    if (!(await this.devices(account.id)).some((device) => device.fingerprint === fingerprint)) {
      throw new DockerCommsError('not-found', 'This device is not one of yours, or no longer.');
    }
    await this.#edit(account, { revoke: [fingerprint] }, [], signal);
  }

  /**
   * The key of this device is certified by this keyless bundle from now on; null: no longer. Fails as `ensureIn`, and
   * `invalid` for a bundle that no reader would take.
   */
  async certify(account: Account, certification: Uint8Array | null, signal?: AbortSignal): Promise<void> {
    if ((certification?.byteLength ?? 0) > largestCertificationBytes) {
      throw new DockerCommsError('invalid', 'This certificate is too large.');
    }
    const { verifying } = await this.#context.ownKeys.signingKey(account.id);
    await this.#edit(account, { certify: { device: verifying.fingerprint, certification } }, [], signal);
  }

  /** From what lies in the mailbox now, and not from what this device saw yesterday. */
  async #edit(
    account: Account,
    edit: ProfileEdit,
    others: readonly SigningKey[],
    signal: AbortSignal | undefined,
  ): Promise<StoredProfile> {
    this.#lookedAt.delete(account.id);
    await this.ensureIn(account, account.repository, signal);
    const current = this.#writer.current(account.id);
    if (current === null) throw notMine(account, 'other-profile');
    const next = nextProfile(
      current,
      { ...edit, mailboxes: mailboxesOf(account) },
      this.#context.clock.now(),
    );
    return storedProfile(await this.#writer.publish(account, next, account.repository, signal, others));
  }

  /**
   * Sees to it that the account's current profile lies in `repository`. Fails as the registry does, `auth` when the key is
   * lost, and `conflict` when somebody else has published under this name, or another device of it has removed this one.
   */
  ensureIn(account: Account, repository: string, signal?: AbortSignal): Promise<void> {
    return this.#once(`${account.id} ${repository}`, () => this.#ensureIn(account, repository, signal));
  }

  /** Whoever asks for the same while it is done gets what comes of it. */
  #once(name: string, start: () => Promise<void>): Promise<void> {
    const running = this.#running.get(name);
    if (running !== undefined) return running;
    const work = start().finally(() => this.#running.delete(name));
    this.#running.set(name, work);
    return work;
  }

  async #ensureIn(account: Account, repository: string, signal: AbortSignal | undefined): Promise<void> {
    const { store } = this.#context;
    if (repository === account.repository) return this.#ensureAtHome(account, signal);
    // What is current is decided in one place: two mailboxes at once would make two profiles of one number.
    await this.ensureIn(account, account.repository, signal).catch((error: unknown) => {
      if (this.#writer.current(account.id) === null) throw error;
    });
    const current = this.#writer.current(account.id);
    if (current === null || store.pins.copyIn(account.id, repository) === current.digest) return;
    await this.#writer.publish(account, current.profile, repository, signal);
  }

  /** The first profile, or the next one. What others published under this name is looked at before, and once a day. */
  async #ensureAtHome(account: Account, signal: AbortSignal | undefined): Promise<void> {
    const { clock } = this.#context;
    const { id, repository } = account;
    const current = this.#writer.current(id);
    if (current !== null && this.#isSeenTo(account, current)) return;
    const key = await this.signingKey(id);
    const there = await this.#published(account, current, key, signal);
    this.#lookedAt.set(id, clock.now());
    const ancestors =
      there === null || there === current ? [] : await this.#ancestors(account, there, key, signal);
    const { fingerprint } = key.verifying;
    const step = ownProfileStep({ current, there, ancestors, fingerprint }, clock.now());
    if (step.kind === 'not-mine') this.#raise(account, step.reason);
    if (step.kind === 'fork') {
      await this.#writer.publish(account, uniteProfiles(step.forks, clock.now()), repository, signal);
      return;
    }
    const { latest } = step;
    if (latest !== null && latest.digest === there?.digest && !this.#writer.isDue(latest.profile)) {
      this.#writer.remember(account, repository, latest, fingerprint);
    } else {
      await this.#writer.publish(account, this.#writer.nextAfter(account, latest, key), repository, signal);
    }
  }

  /** What the mailbox names under this account's identity; null: nothing that is a profile. */
  async #published(
    account: Account,
    current: SignedProfile | null,
    { verifying }: SigningKey,
    signal: AbortSignal | undefined,
  ): Promise<SignedProfile | null> {
    const { identity } = account;
    const home = this.#context.repositories.for(account);
    // Asking for the digest alone counts as no pull.
    const named = await home.resolve(profileTag(identity), signal);
    if (named === null) return null;
    if (named.digest === current?.digest) return current;
    return foundProfile(home, identity, [verifying], { ...(signal && { signal }) });
  }

  #ancestors(
    account: Account,
    there: SignedProfile,
    { verifying }: SigningKey,
    signal: AbortSignal | undefined,
  ): Promise<readonly SignedProfile[]> {
    const home = this.#context.repositories.for(account);
    return foundAncestors(home, there, [verifying], { ...(signal && { signal }) });
  }

  #raise(account: Account, reason: Exclude<OwnKeyReason, 'key-lost'>): never {
    this.#setAlarm(account.id, reason);
    throw notMine(account, reason);
  }

  #setAlarm(accountId: string, reason: OwnKeyReason | null): void {
    if (this.#alarms.note(accountId, reason)) this.#context.events.emit({ type: 'accounts.changed' });
  }

  #isSeenTo({ id, repository }: Account, { profile, digest }: SignedProfile): boolean {
    const { clock, store } = this.#context;
    const lookedAt = this.#lookedAt.get(id);
    return (
      !this.#writer.isDue(profile) &&
      store.pins.copyIn(id, repository) === digest &&
      lookedAt !== undefined &&
      clock.now() < lookedAt + lookedAtFor
    );
  }
}
