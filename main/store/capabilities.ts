import { z } from 'zod';
import { flag } from './columns.ts';
import type { Database } from './database.ts';

const learntRow = z
  .object({ works: flag, learntAt: z.number() })
  .transform(({ works, learntAt }) => ({ works, at: learntAt }));

/** What was learnt about a repository's registry by using it, one thing by its name. */
export class Capabilities {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Whether `name` works there, and when (milliseconds) that was learnt; null: not yet. */
  get(repository: string, name: string): { readonly works: boolean; readonly at: number } | null {
    return this.#database.get(
      'SELECT works, learntAt FROM capabilities WHERE repository = :repository AND name = :name',
      learntRow,
      { repository, name },
    );
  }

  /** Keeps what was learnt, in place of what was known before. */
  set(repository: string, name: string, learnt: { readonly works: boolean; readonly at: number }): void {
    this.#database.run(
      `INSERT INTO capabilities (repository, name, works, learntAt) VALUES (:repository, :name, :works, :at)
       ON CONFLICT (repository, name) DO UPDATE SET works = excluded.works, learntAt = excluded.learntAt`,
      { repository, name, ...learnt },
    );
  }

  /** Forgets all that was learnt about `repository`. */
  forget(repository: string): void {
    this.#database.run('DELETE FROM capabilities WHERE repository = :repository', { repository });
  }
}
