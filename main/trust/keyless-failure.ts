import { DockerCommsError } from '../base/errors.ts';

/** Which of the services was asked. */
export type SigningStep = 'certificate' | 'log' | 'timestamp';

/** What a service for signing answered instead of doing it. Its words stay behind: they may quote the identity token. */
export function refusedBy(step: SigningStep, status: number): DockerCommsError {
  const detail = { step, status };
  if (status === 401 || status === 403 || (status === 400 && step === 'certificate')) {
    return new DockerCommsError('auth', 'The certificate authority did not accept who you are.', { detail });
  }
  if (status >= 300 && status < 500) {
    return new DockerCommsError('unsupported', 'A service for signing refused the request.', { detail });
  }
  return new DockerCommsError('network', 'A service for signing does not work now. Try again later.', {
    detail,
  });
}

/** What a service for signing answered is not what it should be. */
export function unusableAnswer(step: SigningStep): DockerCommsError {
  return new DockerCommsError('protocol', 'A service for signing gave an answer that cannot be read.', {
    detail: { step },
  });
}
