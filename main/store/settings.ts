import { z } from 'zod';
import { jsonColumn } from './columns.ts';
import type { Database } from './database.ts';

const settingsRow = z.object({ document: jsonColumn(z.unknown()) });

/** One JSON document. Its schema is the contract's, applied by who reads it. */
export class Settings {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The document as it was stored: `{}` at first. */
  get(): unknown {
    const row = this.#database.get('SELECT document FROM settings WHERE id = 1', settingsRow);
    return row?.document ?? {};
  }

  /**
   * Merges `change` into the document as RFC 7396 (JSON Merge Patch) says: objects merge, null removes (and so brings
   * the default back), anything else replaces. Answers the whole document.
   */
  patch(change: object): unknown {
    this.#database.run('UPDATE settings SET document = json_patch(document, :change) WHERE id = 1', {
      change: JSON.stringify(change),
    });
    return this.get();
  }
}
