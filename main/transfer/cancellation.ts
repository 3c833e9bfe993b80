import { toDockerCommsError } from '../base/errors.ts';

/** What a signal's abort means, whatever reason it was given: a `DockerCommsError`, mostly `cancelled`. */
export function cancellation(signal: AbortSignal): Error {
  return toDockerCommsError(signal.reason);
}

/** Throws what `cancellation` says when `signal` has aborted. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw cancellation(signal);
}

/** `promise`, unless `signal` aborts first. */
export async function unlessCancelled<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  throwIfCancelled(signal);
  const aborted = Promise.withResolvers<never>();
  const abort = () => {
    aborted.reject(cancellation(signal));
  };
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
