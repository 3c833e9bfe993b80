import { type DockerCommsError, type ErrorCode, toDockerCommsError } from '../base/errors.ts';
import type { ErrorView } from '../../preload/contract/answer.ts';

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

/** Whether a failure tells about the registry now, and nothing about what was asked for. */
export function isOfTheMoment(error: DockerCommsError): boolean {
  return passesByItself(error) || ['auth', 'cancelled', 'internal'].includes(error.code);
}

/** Tries after which bytes that are not the promised ones are no accident of the way. */
const triesOfDamaged = 3;

/**
 * Whether the content itself is bad, for good. Promised bytes that break the format are; bytes that are not the promised
 * ones may be a broken mirror's or proxy's, and are asked for again first. `tries`: how often it was tried, this time
 * included.
 */
export function isBadContent(error: DockerCommsError, tries: number): boolean {
  return error.code === 'protocol' || (error.code === 'verification-failed' && tries >= triesOfDamaged);
}
