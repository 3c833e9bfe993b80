import type { ConnectivityView } from '../../preload/contract/connection.ts';
import type { App } from '../state/app.svelte.ts';

/** How every account stands with its registry, live while somebody looks. */
export class Connectivity {
  views = $state.raw<readonly ConnectivityView[]>([]);
  readonly #app: App;

  constructor(app: App) {
    this.#app = app;
  }

  /** Asks now and at every change, until the returned function is called. */
  follow(): () => void {
    void this.#load();
    return this.#app.client.subscribe(({ type }) => {
      if (type === 'connectivity.changed' || type === 'accounts.changed') void this.#load();
    });
  }

  async #load(): Promise<void> {
    await this.#app.attempt(async () => {
      this.views = await this.#app.client.call('connection.connectivity', {});
    });
  }
}
