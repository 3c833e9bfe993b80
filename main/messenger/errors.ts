import { type DockerCommsError, type ErrorCode, toDockerCommsError } from '../base/errors.ts';
import type { ErrorView } from '../../preload/views.ts';

/** What failed, as it crosses the bridge. */
export function errorView(error: unknown): ErrorView {
  const { code, message, detail } = toDockerCommsError(error);
  return { code, message, detail };
}

const codesThatPass: readonly ErrorCode[] = ['network', 'rate-limited'];

/** Whether waiting may help without a person doing anything: the network comes back, a registry recovers. */
export function passesByItself(error: DockerCommsError): boolean {
  return codesThatPass.includes(error.code);
}
