import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Database } from './database.ts';

/** A contact in the address book of this home. */
export interface Person {
  readonly id: string;
  /** Exactly as on the wire, compared byte for byte. */
  readonly identity: string;
  readonly name: string | null;
  /** Where they are written to; null: the repository of the account that writes. */
  readonly mailbox: string | null;
  readonly firstSeenAt: number;
  /** Fingerprint of the key that an invitation told, until their profile was seen; null: none. */
  readonly invitedKey: string | null;
  /** A repository that they named in a signed message, and about which somebody here has to decide; null: none. */
  readonly proposedMailbox: string | null;
  /** The last one that was declined. */
  readonly declinedMailbox: string | null;
}

export type PersonChange = Partial<
  Pick<Person, 'name' | 'mailbox' | 'invitedKey' | 'proposedMailbox' | 'declinedMailbox'>
>;

export const personColumns = {
  id: z.string(),
  identity: z.string(),
  name: z.string().nullable(),
  mailbox: z.string().nullable(),
  firstSeenAt: z.number(),
  invitedKey: z.string().nullable(),
  proposedMailbox: z.string().nullable(),
  declinedMailbox: z.string().nullable(),
};
const personRow: z.ZodType<Person> = z.object(personColumns);

export class People {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** In the order in which they were met. */
  list(): readonly Person[] {
    return this.#database.all('SELECT * FROM people ORDER BY firstSeenAt, rowid', personRow);
  }

  /** Those who were let in: some account has a conversation with them that is neither a request nor blocked. */
  letIn(): readonly Person[] {
    return this.#database.all(
      `SELECT * FROM people WHERE EXISTS (
         SELECT 1 FROM conversations WHERE personId = people.id AND standing = 'accepted'
       ) ORDER BY firstSeenAt, rowid`,
      personRow,
    );
  }

  get(id: string): Person | null {
    return this.#database.get('SELECT * FROM people WHERE id = :id', personRow, { id });
  }

  findByIdentity(identity: string): Person | null {
    return this.#database.get('SELECT * FROM people WHERE identity = :identity', personRow, { identity });
  }

  /** The person of this identity, added (met at `at`) when not known yet. */
  ensure(identity: string, at: number): Person {
    this.#database.run(
      `INSERT INTO people (id, identity, firstSeenAt) VALUES (:id, :identity, :at)
       ON CONFLICT (identity) DO NOTHING`,
      { id: randomUUID(), identity, at },
    );
    const person = this.findByIdentity(identity);
    return this.#database.found(person);
  }

  /** False when there is no such person. */
  update(id: string, change: PersonChange): boolean {
    return this.#database.update('people', { id }, change) === 1;
  }
}
