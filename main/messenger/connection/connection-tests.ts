import { z } from 'zod';
import type { LoginChoice } from '../../../preload/contract/login.ts';
import type { ConnectionReport } from '../../../preload/contract/connection.ts';
import { checkOutcomes, connectionCheckNames } from '../../../preload/contract/connection-checks.ts';
import { DockerCommsError, errorCodes } from '../../base/errors.ts';
import type { Credentials } from '../../oci/credentials.ts';
import { parseRepositoryReference, type RepositoryReference } from '../../oci/reference.ts';
import type { Account } from '../../store/accounts.ts';
import type { EngineContext } from '../context.ts';
import { answersPlainHttp } from '../network/plain-http.ts';
import { testConnection } from './test-connection.ts';

/** Connection tests under way, by the name that the window gave them, and the last report of each account. */
export class ConnectionTests {
  readonly #context: EngineContext;
  readonly #running = new Map<string, AbortController>();

  constructor(context: EngineContext) {
    this.#context = context;
  }

  /** Tries a repository and a login that are not kept anywhere yet; without one, the login that would be used. */
  ofUnsaved(testId: string, repository: string, login?: LoginChoice): Promise<ConnectionReport> {
    const { logins } = this.#context;
    const reference = parseRepositoryReference(repository);
    return this.#run(testId, reference, () =>
      login === undefined ? logins.find(reference) : logins.use(login, reference),
    );
  }

  /** Tries an account's mailbox and remembers the report. */
  async ofAccount(testId: string, account: Account): Promise<ConnectionReport> {
    const { logins, store, events } = this.#context;
    const reference = parseRepositoryReference(account.repository);
    const report = await this.#run(testId, reference, () => logins.find(reference));
    // Meanwhile the account may have moved, or gone.
    if (store.accounts.get(account.id)?.repository === account.repository) {
      store.facts.set(factName(account.id), report);
      events.emit({ type: 'connectivity.changed' });
    }
    return report;
  }

  /** The account's last report; null when there is none, or one of another version or another mailbox. */
  lastReport({ id, repository }: Account): ConnectionReport | null {
    const saved = savedReport.safeParse(this.#context.store.facts.get(factName(id)));
    return saved.success && saved.data.repository === repository ? saved.data : null;
  }

  forget(accountId: string): void {
    this.#context.store.facts.delete(factName(accountId));
  }

  /** The test then fails `cancelled`. One that has ended already is none to stop. */
  cancel(testId: string): void {
    this.#running.get(testId)?.abort();
  }

  cancelAll(): void {
    for (const running of this.#running.values()) running.abort();
  }

  async #run(
    testId: string,
    reference: RepositoryReference,
    credentials: () => Promise<Credentials | null>,
  ): Promise<ConnectionReport> {
    const { repositories, clock, events } = this.#context;
    if (this.#running.has(testId)) throw new DockerCommsError('conflict', 'This test is under way already.');
    const running = new AbortController();
    this.#running.set(testId, running);
    try {
      return await testConnection({
        ...{ reference, credentials, clock, signal: running.signal },
        connect: (asked) => repositories.apart(reference, asked),
        plainHttp: () => answersPlainHttp(repositories.network, reference),
        onProgress: (report) => events.emit({ type: 'connection.progress', testId, report }),
      });
    } finally {
      this.#running.delete(testId);
    }
  }
}

function factName(accountId: string): string {
  return `connection-report:${accountId}`;
}

const errorView = z.object({
  code: z.enum(errorCodes),
  message: z.string(),
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});
const nullableNumber = z.number().nullable();
const savedReport: z.ZodType<ConnectionReport> = z.object({
  repository: z.string(),
  testedAt: z.number(),
  complete: z.boolean(),
  usable: z.boolean(),
  checks: z.array(
    z.object({
      name: z.enum(connectionCheckNames),
      outcome: z.enum(checkOutcomes),
      message: z.string(),
      hint: z.string().optional(),
      error: errorView.optional(),
    }),
  ),
  tls: z
    .object({ protocol: z.string().nullable(), issuer: z.string().nullable(), validUntil: nullableNumber })
    .nullable(),
  pullLimit: z
    .object({ limit: z.number(), remaining: nullableNumber, windowSeconds: nullableNumber })
    .nullable(),
  probeLeft: z.boolean(),
  warnings: z.array(z.string()).optional(),
});
