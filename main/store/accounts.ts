import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Database } from './database.ts';

/** My identity and its mailbox. The login lives in the vault; here is only what kind it is, and the user name. */
export interface Account {
  readonly id: string;
  readonly identity: string;
  /** `host[:port]/path`. */
  readonly repository: string;
  readonly kind: 'this-computer' | 'registry';
  readonly loginKind: 'none' | 'container-tools' | 'password';
  /** Of a `password`. */
  readonly username: string | null;
  /** Fingerprint (SHA-256 of the SPKI, hex) of the key that signs for it on this computer; null until one was made. */
  readonly signingKey: string | null;
  readonly createdAt: number;
}

export type NewAccount = Omit<Account, 'id' | 'signingKey'>;
export type AccountChange = Partial<Pick<Account, 'repository' | 'loginKind' | 'username' | 'signingKey'>>;

const accountRow: z.ZodType<Account> = z.object({
  id: z.string(),
  identity: z.string(),
  repository: z.string(),
  kind: z.enum(['this-computer', 'registry']),
  loginKind: z.enum(['none', 'container-tools', 'password']),
  username: z.string().nullable(),
  signingKey: z.string().nullable(),
  createdAt: z.number(),
});

export class Accounts {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Oldest first. */
  list(): readonly Account[] {
    return this.#database.all('SELECT * FROM accounts ORDER BY createdAt, rowid', accountRow);
  }

  get(id: string): Account | null {
    return this.#database.get('SELECT * FROM accounts WHERE id = :id', accountRow, { id });
  }

  /** Fails `conflict` when this identity already uses this repository. */
  insert(account: NewAccount): Account {
    const inserted = { id: randomUUID(), ...account };
    this.#database.run(
      `INSERT INTO accounts (id, identity, repository, kind, loginKind, username, createdAt)
       VALUES (:id, :identity, :repository, :kind, :loginKind, :username, :createdAt)`,
      inserted,
    );
    return { ...inserted, signingKey: null };
  }

  /** False when there is no such account. Fails `conflict` as `insert`. */
  update(id: string, change: AccountChange): boolean {
    return this.#database.update('accounts', { id }, change) === 1;
  }

  /** Removes the account with its conversations, their messages and the receipts it still owes. */
  remove(id: string): boolean {
    return this.#database.run('DELETE FROM accounts WHERE id = :id', { id }) === 1;
  }
}
