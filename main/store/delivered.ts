import type { Database } from './database.ts';

/** What the command line's `recv` delivered, per repository and name, so that it delivers nothing twice. */
export class Delivered {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  has(repository: string, me: string, digest: string): boolean {
    const count = this.#database.count(
      'SELECT count(*) AS count FROM delivered WHERE repository = :repository AND me = :me AND digest = :digest',
      { repository, me, digest },
    );
    return count > 0;
  }

  /** Remembers a delivery; the first time stands. */
  add(delivery: {
    readonly repository: string;
    readonly me: string;
    readonly digest: string;
    readonly at: number;
  }): void {
    this.#database.run(
      `INSERT INTO delivered (repository, me, digest, at) VALUES (:repository, :me, :digest, :at)
       ON CONFLICT DO NOTHING`,
      { ...delivery },
    );
  }
}
