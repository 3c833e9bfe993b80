import type { UpdatesView, UpdateStep } from '../../preload/contract/updates.ts';
import type { RequestName } from '../../preload/contract/requests.ts';
import type { Client } from './client.svelte.ts';
import type { Notices } from './notices.svelte.ts';
import { oneAtATime } from './one-at-a-time.ts';

type Action = Extract<RequestName, `updates.${'check' | 'download' | 'cancel' | 'install'}`>;

/** The one thing that makes sense at each step. */
export const updateActions: Readonly<Record<UpdateStep['kind'], Action>> = {
  idle: 'updates.check',
  checking: 'updates.cancel',
  offered: 'updates.download',
  downloading: 'updates.cancel',
  ready: 'updates.install',
};

export interface ProgramUpdatesOptions {
  readonly client: Client;
  readonly notices: Notices;
}

/** Newer versions of the program: how far they are, and whether the window tells of one. */
export class ProgramUpdates {
  /** Null until it was asked for. */
  view = $state.raw<UpdatesView | null>(null);
  readonly #options: ProgramUpdatesOptions;

  constructor(options: ProgramUpdatesOptions) {
    this.#options = options;
  }

  /** What the engine says now. A failure becomes a notice. */
  readonly load = oneAtATime(() => {
    const { client, notices } = this.#options;
    return notices.attempt(async () => (this.view = await client.call('updates.status', {})));
  });

  /** What somebody is to be told of, until they answered; null: nothing. */
  get news(): Extract<UpdateStep, { kind: 'offered' | 'ready' }> | null {
    if (this.view?.isNews !== true) return null;
    const { step } = this.view;
    return step.kind === 'offered' || step.kind === 'ready' ? step : null;
  }

  /** Does the one thing that makes sense now. Throws `ContractError`. */
  async act(): Promise<void> {
    if (this.view !== null) await this.#options.client.call(updateActions[this.view.step.kind], {});
  }

  /** They were told, and answered. */
  async dismiss(): Promise<void> {
    const { client, notices } = this.#options;
    await notices.attempt(() => client.call('updates.dismiss', {}));
  }
}
