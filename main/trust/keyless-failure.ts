import { InternalError } from '@sigstore/sign';
import { DockerCommsError, toDockerCommsError } from '../base/errors.ts';

/**
 * What went wrong while signing keyless, in our family. The library's error stays behind: its words may quote the
 * identity token.
 */
export function keylessFailure(error: unknown): DockerCommsError {
  if (!(error instanceof InternalError)) return toDockerCommsError(error);
  const status = statusOf(error.cause);
  const detail = { step: error.code, ...(status === null ? {} : { status }) };
  if (error.code.startsWith('IDENTITY_TOKEN')) {
    if (error.cause instanceof DockerCommsError) return error.cause;
    return new DockerCommsError('auth', 'You are not signed in. Sign in to sign publicly.', { detail });
  }
  if (status === 401 || status === 403 || (status === 400 && error.code.startsWith('CA_'))) {
    return new DockerCommsError('auth', 'The certificate authority did not accept who you are.', { detail });
  }
  if (status !== null && status >= 400 && status < 500) {
    return new DockerCommsError('unsupported', 'A service for signing refused the request.', { detail });
  }
  return new DockerCommsError('network', 'A service for signing cannot be reached. Try again later.', {
    detail,
  });
}

/** The HTTP status of the library's own error, whose class it does not export. */
function statusOf(cause: unknown): number | null {
  if (typeof cause !== 'object' || cause === null || !('statusCode' in cause)) return null;
  return typeof cause.statusCode === 'number' ? cause.statusCode : null;
}
