import { z } from 'zod';
import type { Store } from '../../store/store.ts';
import type { SignedProfile } from '../../trust/profile-succession.ts';

const fingerprints = z.array(z.string());

/**
 * Devices of one's own accounts that another device has added, until the person here has looked at them: whoever has
 * stolen a device, or the file that makes one, would add theirs in silence. Kept as a fact of each account.
 */
export class DeviceNews {
  readonly #store: Pick<Store, 'facts'>;

  constructor(store: Pick<Store, 'facts'>) {
    this.#store = store;
  }

  /** Fingerprints. */
  of(accountId: string): readonly string[] {
    const kept = fingerprints.safeParse(this.#store.facts.get(factOf(accountId)));
    return kept.success ? kept.data : [];
  }

  /**
   * `next` follows `before` here (null: it is the first that this device knows, whose devices are no news). What this
   * device, `mine`, has added itself carries its signature and that of the new key.
   */
  note(accountId: string, before: SignedProfile | null, next: SignedProfile, mine: string): void {
    if (before === null) return;
    const known = new Set(before.profile.devices.map(({ key }) => key.fingerprint));
    const listed = next.profile.devices.map(({ key }) => key.fingerprint);
    const isMine = (device: string) =>
      device === mine || (next.signedBy.has(mine) && next.signedBy.has(device));
    const added = listed.filter((device) => !known.has(device) && !isMine(device));
    // What has been removed since is no longer to be looked at.
    const open = this.of(accountId).filter((device) => listed.includes(device));
    this.#keep(accountId, [...open, ...added]);
  }

  /** The person has looked at them. */
  acknowledge(accountId: string): void {
    this.#keep(accountId, []);
  }

  #keep(accountId: string, devices: readonly string[]): void {
    if (devices.length === 0) this.#store.facts.delete(factOf(accountId));
    else this.#store.facts.set(factOf(accountId), devices);
  }
}

function factOf(accountId: string): string {
  return `new-devices:${accountId}`;
}
