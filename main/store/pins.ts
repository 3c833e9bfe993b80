import { z } from 'zod';
import { alarmReasons, type AlarmReason } from '../base/reasons.ts';
import { jsonColumn } from './columns.ts';
import type { Database } from './database.ts';

/** A profile as it was signed: its layer's bytes, its manifest's digest, and which keys' signatures were verified. */
export interface StoredProfile {
  readonly digest: string;
  readonly document: Uint8Array;
  /** Fingerprints. */
  readonly signedBy: readonly string[];
}

export const pinChangeKinds = ['new-device', 'key-change', 'alarm'] as const;

/** What a person has to look at before they go on trusting somebody. */
export interface PinChange {
  readonly kind: (typeof pinChangeKinds)[number];
  /** What is wrong; null where nothing is. */
  readonly reason: AlarmReason | null;
  readonly at: number;
  /** The profile that brought it; `document` in base64. */
  readonly offered: {
    readonly digest: string;
    readonly document: string;
    readonly signedBy: readonly string[];
  };
}

/** The old keys were preferred `since`, and so many more profiles came after. */
export interface Quieted {
  readonly since: number;
  readonly count: number;
}

/** The keys of somebody, as they were first seen or compared, and what happened to them since. */
export interface Pin extends StoredProfile {
  readonly personId: string;
  readonly pinnedAt: number;
  /** When a person compared safety numbers or followed an invitation; null: first sight is all there is. */
  readonly verifiedAt: number | null;
  /** Fingerprints in the pinned profile that are believed no longer. */
  readonly distrusted: readonly string[];
  readonly change: PinChange | null;
  /** Digest of the last profile to which a person preferred the old keys, or that was counted since: it raises no alarm. */
  readonly dismissed: string | null;
  /** By kind of objection: further profiles like that one are counted. */
  readonly quieted: Readonly<Record<string, Quieted>>;
  /** When their mailbox was last asked for a newer profile. */
  readonly checkedAt: number;
}

const fingerprints = jsonColumn(z.array(z.string()));
const profileColumns = { digest: z.string(), document: z.instanceof(Uint8Array), signedBy: fingerprints };
const changeSchema: z.ZodType<PinChange> = z.object({
  kind: z.enum(pinChangeKinds),
  // Other versions may have known others.
  reason: z.enum(alarmReasons).nullable().catch(null),
  at: z.number(),
  offered: z.object({ digest: z.string(), document: z.base64(), signedBy: z.array(z.string()) }),
});
const pinRow: z.ZodType<Pin> = z.object({
  ...profileColumns,
  personId: z.string(),
  pinnedAt: z.number(),
  verifiedAt: z.number().nullable(),
  distrusted: fingerprints,
  change: jsonColumn(changeSchema).nullable(),
  dismissed: z.string().nullable(),
  quieted: jsonColumn(z.record(z.string(), z.object({ since: z.number(), count: z.number() }))),
  checkedAt: z.number(),
});
const ownRow: z.ZodType<StoredProfile> = z.object(profileColumns);
const digestRow = z.object({ digest: z.string() });

/** Whose keys this home believes, and what it published about its own. */
export class Pins {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  get(personId: string): Pin | null {
    return this.#database.get('SELECT * FROM pins WHERE personId = :personId', pinRow, { personId });
  }

  /** Of everybody, by person. */
  all(): ReadonlyMap<string, Pin> {
    return new Map(this.#database.all('SELECT * FROM pins', pinRow).map((pin) => [pin.personId, pin]));
  }

  /** Pins, in place of what was pinned before. */
  set({ signedBy, distrusted, change, quieted, ...pin }: Pin): void {
    this.#database.run(
      `INSERT OR REPLACE INTO pins
         (personId, digest, document, signedBy, pinnedAt, verifiedAt, distrusted, change, dismissed, quieted, checkedAt)
       VALUES (:personId, :digest, :document, :signedBy, :pinnedAt, :verifiedAt, :distrusted, :change, :dismissed,
         :quieted, :checkedAt)`,
      {
        ...pin,
        signedBy: JSON.stringify(signedBy),
        distrusted: JSON.stringify(distrusted),
        quieted: JSON.stringify(quieted),
        change: change === null ? null : JSON.stringify(change),
      },
    );
  }

  /** The account's own profile as it was last published or accepted; null: none yet. */
  own(accountId: string): StoredProfile | null {
    return this.#database.get(
      'SELECT digest, document, signedBy FROM ownProfiles WHERE accountId = :accountId',
      ownRow,
      { accountId },
    );
  }

  setOwn(accountId: string, { digest, document, signedBy }: StoredProfile): void {
    this.#database.run(
      `INSERT OR REPLACE INTO ownProfiles (accountId, digest, document, signedBy)
       VALUES (:accountId, :digest, :document, :signedBy)`,
      { accountId, digest, document, signedBy: JSON.stringify(signedBy) },
    );
  }

  /** Digest of the account's profile that lies in this repository; null: none. */
  copyIn(accountId: string, repository: string): string | null {
    const row = this.#database.get(
      'SELECT digest FROM profileCopies WHERE accountId = :accountId AND repository = :repository',
      digestRow,
      { accountId, repository },
    );
    return row?.digest ?? null;
  }

  noteCopy(accountId: string, repository: string, digest: string): void {
    this.#database.run(
      `INSERT OR REPLACE INTO profileCopies (accountId, repository, digest)
       VALUES (:accountId, :repository, :digest)`,
      { accountId, repository, digest },
    );
  }
}
