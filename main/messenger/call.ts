import { z } from 'zod';
import { DockerCommsError } from '../base/errors.ts';
import type { Answer } from '../../preload/contract/answer.ts';
import {
  type RequestName,
  type RequestOutput,
  requests,
  type ValidInput,
} from '../../preload/contract/requests.ts';
import { limits } from '../base/limits.ts';
import { errorView } from './errors.ts';
import type { Logger } from './logger.ts';

/** One function for each request of the contract; the compiler refuses a missing or a surplus one. */
export type RequestHandlers = {
  readonly [Name in RequestName]: (
    input: ValidInput<Name>,
  ) => RequestOutput<Name> | Promise<RequestOutput<Name>>;
};

/** What a home that is locked answers. */
export type LockedHandlers = Pick<
  RequestHandlers,
  'app.status' | 'app.lookingAt' | 'vault.unlock' | 'vault.tryAgain' | 'vault.beginAnew'
>;

function isRequestName(method: string): method is RequestName {
  return Object.hasOwn(requests, method);
}

/**
 * The only door into the engine: validates with the contract's schema, whatever host the call came through, and turns
 * everything that is thrown into an `Answer`. Never throws.
 */
export async function answerCall(
  handlers: RequestHandlers | LockedHandlers,
  logger: Logger,
  method: string,
  input: unknown,
): Promise<Answer<unknown>> {
  try {
    if (!isRequestName(method)) {
      throw new DockerCommsError('unsupported', 'This version does not know the request.', {
        detail: { method: method.slice(0, limits.detailCharacters) },
      });
    }
    return { ok: true, value: await dispatch(handlers, method, input) };
  } catch (error) {
    const view = errorView(error);
    // Only defects are logged with their cause: expected failures are shown to the person, who needs no log for them.
    if (view.code === 'internal') logger.error({ err: error, method }, 'a request failed unexpectedly');
    return { ok: false, error: view };
  }
}

function dispatch<Name extends RequestName>(
  handlers: Partial<RequestHandlers>,
  method: Name,
  input: unknown,
): RequestOutput<Name> | Promise<RequestOutput<Name>> {
  const parsed = requests[method].input.safeParse(input);
  if (!parsed.success) {
    throw new DockerCommsError('invalid', 'The request is not of the form that this version knows.', {
      detail: { method, problem: z.prettifyError(parsed.error).slice(0, limits.detailCharacters) },
    });
  }
  // The schema was this method's own; TypeScript cannot follow the correlation through the map.
  const handler = handlers[method] as
    ((input: unknown) => RequestOutput<Name> | Promise<RequestOutput<Name>>) | undefined;
  if (handler === undefined) throw locked();
  return handler(parsed.data);
}

/** What nobody gets from a home that is locked. */
export function locked(): DockerCommsError {
  return new DockerCommsError('auth', 'DockerComms is locked.', {
    detail: { reason: 'passphrase-needed' },
  });
}
