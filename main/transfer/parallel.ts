import { toDockerCommsError } from '../base/errors.ts';
import { throwIfCancelled } from './cancellation.ts';

export interface ParallelOptions {
  readonly count: number;
  /** Tasks running at once. */
  readonly parallel: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * `begin` prepares task `index` and is called strictly in order, one at a time (reading a source, taking memory); the
 * function it gives is the part that runs beside the others.
 */
export type BeginTask = (index: number, signal: AbortSignal) => Promise<() => Promise<void>>;

/**
 * Runs `count` tasks, `parallel` at once. The first failure aborts the signal of all others; it is thrown once every
 * task has settled, so nothing goes on behind the caller's back. Throws `cancelled` when `signal` aborts.
 */
export async function runParallel(options: ParallelOptions, begin: BeginTask): Promise<void> {
  const stop = new AbortController();
  const signal = options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal]);
  const running = new Set<Promise<void>>();
  const fail = (error: unknown) => {
    stop.abort(toDockerCommsError(error));
  };
  try {
    for (let index = 0; index < options.count; index += 1) {
      if (running.size >= options.parallel) await Promise.race(running);
      throwIfCancelled(signal);
      const run = await begin(index, signal);
      const task: Promise<void> = run()
        .catch(fail)
        .finally(() => running.delete(task));
      running.add(task);
    }
  } catch (error) {
    fail(error);
  }
  await Promise.all(running);
  throwIfCancelled(signal);
}
