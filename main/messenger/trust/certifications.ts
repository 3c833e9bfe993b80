import { z } from 'zod';
import type { CertificationView, CertifierView } from '../../../preload/contract/people.ts';
import { certificationsIn, isSameIdentity, type Certification } from '../../trust/certification.ts';
import { profileOutline, type ProfileOutline } from '../../trust/profile-outline.ts';
import type { Pin } from '../../store/pins.ts';
import type { EngineContext } from '../context.ts';
import type { Sigstore } from '../sigstore/sigstore.ts';
import { changeOf, isBlocking, restoredProfile } from './stored-profiles.ts';

export type CertificationParts = Pick<EngineContext, 'store' | 'clock' | 'events' | 'logger'> & {
  /** What certificates are checked with. Asked for only where somebody has one that was not proven yet. */
  readonly sigstore: Pick<Sigstore, 'trustedRoot'>;
};

/** Who certified keys of this person that count, as the outline of the pinned profile says. */
export type CertificationOf = (pin: Pin, outline: ProfileOutline) => CertificationView;

const certification = z.object({
  identity: z.string(),
  issuer: z.string(),
  /** Of the key. */
  fingerprint: z.string(),
  /** When it was first seen here, in milliseconds. */
  since: z.number(),
});
type Seen = z.output<typeof certification>;

const known = z.object({
  /** Of the profile that was looked at last. */
  digest: z.string(),
  /** Who this person is. */
  by: z.array(certification),
  /** Somebody else, about whom nobody has decided yet. */
  asked: z.array(certification),
  /** Somebody else, who does not count: a person has decided. */
  refused: z.array(certification),
});
type Known = z.output<typeof known>;

/**
 * Who certified the keys of people. Pinned like keys: who certified the first one is who they are; somebody else later is an
 * alarm, until a person decides. Checked behind everything else, because the trusted root may have to be fetched.
 */
export class Certifications {
  readonly #parts: CertificationParts;

  constructor(parts: CertificationParts) {
    this.#parts = parts;
  }

  /** Who certified keys of this person that count, as their profile still says. `outline`: of what `pin` holds, for who has read it. */
  of(pin: Pin, outline: ProfileOutline = profileOutline(pin.document)): CertificationView {
    return certificationView(pin, outline, this.#known(pin.personId));
  }

  /** As `of`, for lists of people: what is known of everybody is read at once. Good for as long as nothing changes. */
  ofEverybody(): CertificationOf {
    const facts = this.#parts.store.facts.under(factPrefix);
    return (pin, outline) => certificationView(pin, outline, knownFrom(facts.get(factOf(pin.personId))));
  }

  /** Looks at what is not proven yet in the pinned profile. Nothing waits for it. */
  examine(pin: Pin): void {
    if (isWaitingForSomebody(pin) || this.#isSettled(pin)) return;
    this.#examine(pin).catch((error: unknown) => {
      this.#parts.logger.warn({ err: error }, 'certified keys could not be checked');
    });
  }

  /** A person has looked at somebody else who certified a key: whether they are the same person. */
  decide(personId: string, samePerson: boolean): void {
    const before = this.#known(personId);
    if (before === null) return;
    const { by, asked, refused } = before;
    this.#parts.store.facts.set(factOf(personId), {
      ...before,
      ...(samePerson ? { by: united(by, asked) } : { refused: [...refused, ...asked] }),
      asked: [],
    });
    this.#parts.store.messages.reexamineSoon(personId);
  }

  async #examine({ personId, digest }: Pin): Promise<void> {
    const { store, events } = this.#parts;
    const trustedRoot = await this.#parts.sigstore.trustedRoot();
    const changed = store.transaction(() => {
      // Meanwhile another profile may have been pinned: that one is looked at by itself. What waits for a person comes first.
      const pin = store.pins.get(personId);
      if (pin?.digest !== digest || isWaitingForSomebody(pin)) return false;
      return this.#learn(pin, certificationsIn(restoredProfile(pin), trustedRoot));
    });
    if (!changed) return;
    store.messages.reexamineSoon(personId);
    events.emit({ type: 'people.changed' });
  }

  /** Answers whether that is news. */
  #learn(pin: Pin, found: readonly Certification[]): boolean {
    const { store, clock } = this.#parts;
    const before = this.#known(pin.personId);
    const next = learnt(before, pin.digest, datedAt(found, clock.now()));
    store.facts.set(factOf(pin.personId), next);
    if (next.asked.length > 0) {
      store.pins.set({ ...pin, change: changeOf('alarm', 'other-certifier', pin, clock.now()) });
    }
    return JSON.stringify(next) !== JSON.stringify(before);
  }

  /** Whether nothing is left to find out about this profile. */
  #isSettled(pin: Pin): boolean {
    const certified = certifiedKeys(pin, profileOutline(pin.document));
    if (certified.length === 0) return true;
    const known = this.#known(pin.personId);
    // The question about somebody else may have given way to another one, which a person has answered.
    if (known?.digest !== pin.digest || known.asked.length > 0) return false;
    return certified.every((fingerprint) => isTold(known, fingerprint));
  }

  #known(personId: string): Known | null {
    return knownFrom(this.#parts.store.facts.get(factOf(personId)));
  }
}

/** Null for nothing, and for what is not of our form. */
function knownFrom(fact: unknown): Known | null {
  const parsed = known.safeParse(fact);
  return parsed.success ? parsed.data : null;
}

function certificationView(pin: Pin, outline: ProfileOutline, known: Known | null): CertificationView {
  const certified = certifiedKeys(pin, outline);
  const isUntold = certified.some((fingerprint) => !isTold(known, fingerprint));
  return {
    by: certifierViews(known?.by.filter(({ fingerprint }) => certified.includes(fingerprint)) ?? []),
    others: certifierViews(known?.asked ?? []),
    problem: !isUntold ? null : known?.digest === pin.digest ? 'unproven' : 'unchecked',
  };
}

function learnt(before: Known | null, digest: string, found: readonly Seen[]): Known {
  if (before === null || before.by.length === 0) return { digest, by: [...found], asked: [], refused: [] };
  const { by, refused } = before;
  const isOf = (one: Seen, others: readonly Seen[]) => others.some((other) => isSameIdentity(one, other));
  return {
    digest,
    by: united(
      by,
      found.filter((one) => isOf(one, by)),
    ),
    asked: found.filter((one) => !isOf(one, [...by, ...refused])),
    refused,
  };
}

/**
 * A certification that was proven goes on to count for its key, also where another device's renewal does not prove it
 * again; another one for the same key takes its place.
 */
function united(by: readonly Seen[], more: readonly Seen[]): Seen[] {
  const isReplaced = (one: Seen) =>
    more.some((other) => other.fingerprint === one.fingerprint && !isSameIdentity(one, other));
  const isNew = (one: Seen) =>
    !by.some((other) => other.fingerprint === one.fingerprint && isSameIdentity(one, other));
  return [...by.filter((one) => !isReplaced(one)), ...more.filter(isNew)];
}

function datedAt(found: readonly Certification[], since: number): Seen[] {
  return found.map(({ identity, issuer, fingerprint }) => ({ identity, issuer, fingerprint, since }));
}

/** Fingerprints of the keys that count and that are said to be certified. */
function certifiedKeys({ distrusted }: Pin, { certified }: ProfileOutline): readonly string[] {
  return certified.filter((fingerprint) => !distrusted.includes(fingerprint));
}

function isTold(known: Known | null, fingerprint: string): boolean {
  const { by = [], asked = [], refused = [] } = known ?? {};
  return [...by, ...asked, ...refused].some((one) => one.fingerprint === fingerprint);
}

/** Each once, since they were first seen. */
function certifierViews(seen: readonly Seen[]): CertifierView[] {
  const once = new Map<string, CertifierView>();
  for (const { identity: subject, issuer, since } of seen.toSorted((a, b) => b.since - a.since)) {
    once.set(`${issuer}\n${subject}`, { subject, issuer, since });
  }
  return [...once.values()].reverse();
}

function isWaitingForSomebody({ change }: Pin): boolean {
  return change !== null && isBlocking(change);
}

const factPrefix = 'certified-by:';

function factOf(personId: string): string {
  return `${factPrefix}${personId}`;
}
