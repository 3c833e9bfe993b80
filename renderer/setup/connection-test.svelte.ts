import type { RequestInput } from '../../preload/contract.ts';
import type { ConnectionReport } from '../../preload/views.ts';
import type { Client } from '../state/client.svelte.ts';
import { Task } from '../state/task.svelte.ts';

/** Tries a repository and keeps what came out, until something else is typed. */
export class ConnectionTest {
  report = $state.raw<ConnectionReport | null>(null);
  readonly #client: Client;
  readonly #task = new Task();
  #round = 0;

  constructor(client: Client) {
    this.#client = client;
  }

  get running(): boolean {
    return this.#task.running;
  }

  get error() {
    return this.#task.error;
  }

  forget(): void {
    this.#round += 1;
    this.report = null;
  }

  async run(input: RequestInput<'connection.test'>): Promise<void> {
    const round = this.#round;
    await this.#task.run(async () => {
      const report = await this.#client.call('connection.test', input);
      if (round === this.#round) this.report = report;
    });
  }
}
