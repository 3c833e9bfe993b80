import type { LoginChoice } from '../../preload/contract/login.ts';
import type { ConnectionReport } from '../../preload/contract/connection.ts';
import type { Client } from '../state/client.svelte.ts';
import { Task } from '../state/task.svelte.ts';

/** What to test: an account's mailbox, or a place that is not saved anywhere yet. */
export type TestSubject =
  { readonly accountId: string } | { readonly repository: string; readonly login: LoginChoice };

/** Tries a repository, shows what has come out so far, and keeps it until something else is typed. */
export class ConnectionTest {
  report = $state.raw<ConnectionReport | null>(null);
  /** Whether a test of what is meant has ended, however it ended. */
  tried = $state(false);
  readonly #client: Client;
  readonly #task = new Task();
  #testId: string | null = null;
  /** Counts what was meant: a test that ends later was of something else. */
  #meant = 0;

  constructor(client: Client) {
    this.#client = client;
  }

  get running(): boolean {
    return this.#task.running;
  }

  /** Nobody is told that what they cancelled was cancelled. */
  get error() {
    return this.#task.error?.code === 'cancelled' ? null : this.#task.error;
  }

  /** Follows the test's progress until the returned function is called, which also ends the test. */
  follow(): () => void {
    const stop = this.#client.subscribe((event) => {
      if (event.type === 'connection.progress' && event.testId === this.#testId) this.report = event.report;
    });
    return () => {
      stop();
      this.forget();
    };
  }

  /** What was tested is no longer what is meant. */
  forget(): void {
    this.cancel();
    this.report = null;
    this.tried = false;
    this.#meant += 1;
  }

  cancel(): void {
    const testId = this.#testId;
    this.#testId = null;
    // A test that the engine no longer knows has ended.
    if (testId !== null) this.#client.call('connection.cancelTest', { testId }).catch(() => undefined);
  }

  async run(subject: TestSubject): Promise<void> {
    const meant = this.#meant;
    await this.#task.run(async () => {
      const testId = crypto.randomUUID();
      this.#testId = testId;
      this.report = null;
      try {
        const report = await this.#client.call('connection.test', { testId, ...subject });
        if (this.#testId === testId) this.report = report;
      } finally {
        if (this.#testId === testId) this.#testId = null;
      }
    });
    if (this.#meant === meant) this.tried = true;
  }
}
