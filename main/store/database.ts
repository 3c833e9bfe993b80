import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { z } from 'zod';
import { DockerCommsError } from '../base/errors.ts';
import { fromSqliteError } from './sqlite-errors.ts';

export type Value = string | number | boolean | null | Uint8Array;
/** Named parameters, `:name` in the statement. */
export type Parameters = Readonly<Record<string, Value>>;

/** A further condition of an update. */
export interface Guard {
  readonly sql: string;
  readonly parameters: Parameters;
}

const always: Guard = { sql: 'TRUE', parameters: {} };
const columnName = /^[A-Za-z]+$/;
const countRow = z.object({ count: z.number() });
const numberRow = z.object({ number: z.number().nullable() });

/**
 * One connection: statements prepared once and kept, rows checked by a schema, transactions, and SQLite's errors
 * brought into our family (`storage`, `conflict`, `not-found`).
 */
export class Database {
  readonly file: string;
  readonly #handle: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #depth = 0;

  constructor(handle: DatabaseSync, file: string) {
    this.#handle = handle;
    this.file = file;
  }

  /** Runs a statement and answers the number of rows that it changed (cascades not counted). */
  run(sql: string, parameters: Parameters = {}): number {
    return this.#guard(() => Number(this.#prepare(sql).run(bind(parameters)).changes));
  }

  /** The first row, checked; null without one. */
  get<Row>(sql: string, schema: z.ZodType<Row>, parameters: Parameters = {}): Row | null {
    const row = this.#guard(() => this.#prepare(sql).get(bind(parameters)));
    return row === undefined ? null : this.#check(schema, row);
  }

  /** All rows, checked. */
  all<Row>(sql: string, schema: z.ZodType<Row>, parameters: Parameters = {}): readonly Row[] {
    const rows = this.#guard(() => this.#prepare(sql).all(bind(parameters)));
    return rows.map((row) => this.#check(schema, row));
  }

  /** The column `count` of the first row. */
  count(sql: string, parameters: Parameters = {}): number {
    return this.found(this.get(sql, countRow, parameters)).count;
  }

  /** The column `number` of the first row. */
  number(sql: string, parameters: Parameters = {}): number | null {
    return this.found(this.get(sql, numberRow, parameters)).number;
  }

  /**
   * Sets the given columns where all of `key` and `guard` fit; answers the number of rows. Undefined values are left
   * out; an empty change counts the rows that it would have touched.
   */
  update(table: string, key: Parameters, change: object, guard: Guard = always): number {
    const columns = Object.entries(change).filter(([, value]) => value !== undefined) as [string, Value][];
    requireColumnNames(columns.map(([name]) => name));
    const conditions = [...Object.keys(key).map((name) => `${name} = :key_${name}`), guard.sql];
    const keys = Object.entries(key).map(([name, value]) => [`key_${name}`, value] as const);
    const where = { ...guard.parameters, ...Object.fromEntries(keys) };
    if (columns.length === 0) {
      return this.count(`SELECT count(*) AS count FROM ${table} WHERE ${conditions.join(' AND ')}`, where);
    }
    const assignments = columns.map(([name]) => `${name} = :${name}`).join(', ');
    return this.run(`UPDATE ${table} SET ${assignments} WHERE ${conditions.join(' AND ')}`, {
      ...Object.fromEntries(columns),
      ...where,
    });
  }

  /** Several statements without parameters or answers. */
  execute(sql: string): void {
    this.#guard(() => {
      this.#handle.exec(sql);
    });
  }

  /**
   * All of `work` happens or nothing of it. Synchronous on purpose: other callers share the connection. Inside another
   * transaction it is a savepoint, so that a caught failure undoes only its own part.
   */
  transaction<T>(work: () => T extends PromiseLike<unknown> ? never : T): T {
    const nested = this.#depth > 0;
    const name = `level${this.#depth}`;
    this.execute(nested ? `SAVEPOINT ${name}` : 'BEGIN IMMEDIATE');
    this.#depth += 1;
    try {
      const answer = work();
      this.execute(nested ? `RELEASE ${name}` : 'COMMIT');
      return answer;
    } catch (error) {
      this.#undo(nested ? `ROLLBACK TO ${name}; RELEASE ${name}` : 'ROLLBACK');
      throw error;
    } finally {
      this.#depth -= 1;
    }
  }

  /** `row`, which must be there because we have just written it. */
  found<Row>(row: Row | null): Row {
    if (row === null) throw new DockerCommsError('internal', 'A row that was just written is not there.');
    return row;
  }

  close(): void {
    this.#statements.clear();
    if (this.#handle.isOpen) this.#handle.close();
  }

  /** SQLite ends the transaction itself on some failures (a full disk): then there is nothing left to undo. */
  #undo(sql: string): void {
    if (this.#handle.isTransaction) this.execute(sql);
  }

  #prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#handle.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  #guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw fromSqliteError(error, this.file);
    }
  }

  #check<Row>(schema: z.ZodType<Row>, row: unknown): Row {
    const checked = schema.safeParse(row);
    if (checked.success) return checked.data;
    throw new DockerCommsError('storage', `The file ${this.file} holds a row that cannot be read.`, {
      cause: checked.error,
      detail: { file: this.file, column: checked.error.issues[0]?.path.join('.') ?? '' },
    });
  }
}

function bind(parameters: Parameters): Record<string, SQLInputValue> {
  const entries = Object.entries(parameters);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, typeof value === 'boolean' ? Number(value) : value]),
  );
}

/** Names become part of the statement: whatever a caller passed along, nothing but a name gets there. */
function requireColumnNames(names: readonly string[]): void {
  if (names.every((name) => columnName.test(name))) return;
  throw new DockerCommsError('internal', 'This is not the name of a column.');
}
