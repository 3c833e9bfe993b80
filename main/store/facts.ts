import { z } from 'zod';
import { jsonColumn } from './columns.ts';
import type { Database } from './database.ts';

const factRow = z.object({ value: jsonColumn(z.unknown()) });
const namedRow = z.object({ name: z.string(), value: jsonColumn(z.unknown()) });

/** Small things to remember by name that no person sets, such as the port that the embedded registry was given. */
export class Facts {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The value under `name`, to be checked by who reads it; undefined: none. */
  get(name: string): unknown {
    const row = this.#database.get('SELECT value FROM facts WHERE name = :name', factRow, { name });
    return row?.value;
  }

  /** All values whose names begin with `prefix`, by their whole names. */
  under(prefix: string): ReadonlyMap<string, unknown> {
    const rows = this.#database.all(
      'SELECT name, value FROM facts WHERE substr(name, 1, length(:prefix)) = :prefix',
      namedRow,
      { prefix },
    );
    return new Map(rows.map(({ name, value }) => [name, value]));
  }

  /** Keeps a JSON value under `name`, in place of an earlier one. */
  set(name: string, value: string | number | boolean | object | null): void {
    this.#database.run(
      `INSERT INTO facts (name, value) VALUES (:name, :value)
       ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
      { name, value: JSON.stringify(value) },
    );
  }

  delete(name: string): void {
    this.#database.run('DELETE FROM facts WHERE name = :name', { name });
  }
}
