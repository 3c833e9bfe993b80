import { DockerCommsError, systemErrorCode, toDockerCommsError } from '../base/errors.ts';
import type { ErrorCode } from '../base/errors.ts';

/**
 * The codes of the distribution specification, "Error Codes", each with the status it is answered with and our code.
 * `UNKNOWN` is what clients make of any code they do not know; it stands for failures on this side.
 */
const ociErrors = {
  BLOB_UNKNOWN: [404, 'not-found'],
  BLOB_UPLOAD_INVALID: [400, 'protocol'],
  BLOB_UPLOAD_UNKNOWN: [404, 'not-found'],
  DIGEST_INVALID: [400, 'verification-failed'],
  MANIFEST_BLOB_UNKNOWN: [404, 'not-found'],
  MANIFEST_INVALID: [400, 'protocol'],
  MANIFEST_UNKNOWN: [404, 'not-found'],
  NAME_INVALID: [400, 'protocol'],
  NAME_UNKNOWN: [404, 'not-found'],
  SIZE_INVALID: [400, 'too-large'],
  DENIED: [403, 'auth'],
  UNAUTHORIZED: [401, 'auth'],
  UNSUPPORTED: [405, 'unsupported'],
  TOOMANYREQUESTS: [429, 'rate-limited'],
  UNKNOWN: [500, 'internal'],
} as const satisfies Record<string, readonly [status: number, code: ErrorCode]>;

export type OciErrorCode = keyof typeof ociErrors;

export interface RegistryErrorOptions {
  /** Where the specification wants another status than the code's usual one. */
  readonly status?: number;
  /** When to come again: the `Retry-After` of the answer. */
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
}

/** A request that is answered with this error. The message goes over the wire: nothing of this computer in it. */
export function registryError(
  code: OciErrorCode,
  message: string,
  options: RegistryErrorOptions = {},
): DockerCommsError {
  const [usualStatus, ownCode] = ociErrors[code];
  return new DockerCommsError(ownCode, message, {
    detail: {
      ...{ oci: code, status: options.status ?? usualStatus },
      ...(options.retryAfterSeconds !== undefined && { retryAfterSeconds: options.retryAfterSeconds }),
    },
    cause: options.cause,
  });
}

export interface RegistryFailure {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What anything that was thrown while answering is to the client. Details of failures on this side stay here. */
export function registryFailure(thrown: unknown): RegistryFailure {
  const error = toDockerCommsError(thrown);
  const { oci, status } = error.detail;
  if (typeof oci === 'string' && typeof status === 'number')
    return { status, code: oci, message: error.message, headers: headersOf(error) };
  if (error.code === 'storage' || isStorageFull(thrown)) {
    return { status: 507, code: 'UNKNOWN', message: "The registry's disk does not take more.", headers: {} };
  }
  return { status: 500, code: 'UNKNOWN', message: 'The registry failed.', headers: {} };
}

/** RFC 9110: a 401 says how to log in (section 15.5.2), a 429 may say when to come again (section 10.2.3). */
function headersOf({ detail }: DockerCommsError): Readonly<Record<string, string>> {
  const { status, retryAfterSeconds } = detail;
  return {
    ...(status === 401 && { 'www-authenticate': 'Basic realm="DockerComms", charset="UTF-8"' }),
    ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
  };
}

/** SQLITE_FULL, SQLITE_IOERR, SQLITE_READONLY (sqlite.org/rescode.html) and a file over the system's size limit. */
function isStorageFull(thrown: unknown): boolean {
  if (systemErrorCode(thrown) === 'EFBIG') return true;
  if (!(thrown instanceof Error) || !('errcode' in thrown)) return false;
  const primary = Number(thrown.errcode) & 0xff;
  return primary === 13 || primary === 10 || primary === 8;
}
