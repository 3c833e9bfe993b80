import type { ErrorView } from '../../preload/contract/answer.ts';
import { asErrorView } from './client.svelte.ts';

/** One thing a person started: whether it runs, and how it failed. For a button and the error beside it. */
export class Task {
  running = $state(false);
  error = $state.raw<ErrorView | null>(null);

  /** Runs `work` unless it already runs. True when it succeeded. */
  async run(work: () => Promise<unknown>): Promise<boolean> {
    if (this.running) return false;
    this.running = true;
    this.error = null;
    try {
      await work();
      return true;
    } catch (error) {
      this.error = asErrorView(error);
      return false;
    } finally {
      this.running = false;
    }
  }
}
