import type { FailureReason } from './reasons.ts';

/**
 * Every way in which this product can fail, as a closed list. Decisions are made on the code, never on the words
 * (they are for people and may change). The window, the command line's exit codes and the tests all read the code.
 */
export const errorCodes = [
  /** Who we are was not accepted, or may not do this. */
  'auth',
  /** The repository, manifest, blob, file or row is not there. */
  'not-found',
  /** The evidence is bad: a digest, a size or a signature does not fit the bytes. */
  'verification-failed',
  /** The evidence is good, but it is not by whom it should be. */
  'untrusted',
  /** Somebody else's bytes do not follow the format they claim. */
  'protocol',
  /** What a person typed or passed cannot be meant. */
  'invalid',
  /** No answer: the name, the connection, the time-out, TLS. */
  'network',
  /** The registry asks us to slow down. */
  'rate-limited',
  /** The other side cannot do this. */
  'unsupported',
  /** Over a limit of the format, of the registry or of ours. */
  'too-large',
  /** Something else was there first, or changed meanwhile. */
  'conflict',
  /** This computer's disk: full, read-only, no permission. */
  'storage',
  /** A person or a shutdown stopped it. */
  'cancelled',
  /** A defect of ours. */
  'internal',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** Facts beside the sentence, safe to show and to log: no secrets, no credentials in URLs. */
export interface ErrorDetail {
  /** Finer than the code, where a person's next step depends on it. */
  readonly reason?: FailureReason;
  readonly [fact: string]: string | number | boolean;
}

export interface ErrorOptions {
  readonly detail?: ErrorDetail;
  readonly cause?: unknown;
}

/** The one error family. `message` is a sentence that a person can act on. */
export class DockerCommsError extends Error {
  override readonly name = 'DockerCommsError';
  readonly code: ErrorCode;
  readonly detail: ErrorDetail;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.detail = options.detail ?? {};
  }
}

/** True when `error` is one of ours, and (when given) has this code. */
export function isDockerCommsError(error: unknown, code?: ErrorCode): error is DockerCommsError {
  return error instanceof DockerCommsError && (code === undefined || error.code === code);
}

const codesOfSystemErrors: Readonly<Record<string, readonly [ErrorCode, string, FailureReason?]>> = {
  ENOSPC: ['storage', 'The disk is full. Free some space and try again.'],
  EDQUOT: ['storage', 'Your disk quota is used up. Free some space and try again.'],
  EROFS: ['storage', 'This place cannot be written to: it is read-only.'],
  EACCES: ['storage', 'You do not have permission for this file or folder.'],
  EPERM: ['storage', 'You do not have permission for this file or folder.'],
  EIO: ['storage', 'The disk reported an error.'],
  EMFILE: ['storage', 'Too many files are open. Close some programs and try again.', 'open-files'],
  ENFILE: ['storage', 'Too many files are open. Close some programs and try again.', 'open-files'],
  ENOENT: ['not-found', 'The file or folder is no longer there.'],
  ENOTDIR: ['not-found', 'The file or folder is no longer there.'],
  EISDIR: ['invalid', 'This is a folder, not a file.'],
  ECONNREFUSED: ['network', 'Nothing answers at this address.'],
  ECONNRESET: ['network', 'The connection was cut.'],
  EPIPE: ['network', 'The connection was cut.'],
  ETIMEDOUT: ['network', 'The connection timed out.'],
  EHOSTUNREACH: ['network', 'The host cannot be reached.'],
  ENETUNREACH: ['network', 'The network cannot be reached.'],
  ENOTFOUND: ['network', 'No host of this name was found.'],
  EAI_AGAIN: ['network', 'The host name could not be looked up.'],
};

/** The `code` that Node's system errors carry (`ENOSPC`, `ECONNREFUSED`, …), or undefined. */
export function systemErrorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/**
 * Brings anything that was thrown into the family: ours pass through, aborts become `cancelled`, system errors get a
 * code and a sentence, the rest is `internal` with the original as `cause`.
 */
export function toDockerCommsError(error: unknown): DockerCommsError {
  if (error instanceof DockerCommsError) return error;
  if (error instanceof Error && error.name === 'AbortError') {
    return new DockerCommsError('cancelled', 'Cancelled.', { cause: error });
  }
  const systemCode = systemErrorCode(error);
  const known = systemCode === undefined ? undefined : codesOfSystemErrors[systemCode];
  if (known !== undefined && systemCode !== undefined) {
    const [code, message, reason] = known;
    const detail = { system: systemCode, ...(reason !== undefined && { reason }) };
    return new DockerCommsError(code, message, { cause: error, detail });
  }
  return new DockerCommsError('internal', 'Something went wrong inside DockerComms.', { cause: error });
}
