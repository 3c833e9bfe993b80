import { type ErrorCode, toDockerCommsError } from '../../base/errors.ts';

/** Exit codes of the command line; part of its interface, since scripts decide on them. */
export const exitCodes = {
  success: 0,
  other: 1,
  verificationFailed: 2,
  permission: 3,
  format: 4,
  notFound: 5,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

const byErrorCode: Partial<Record<ErrorCode, ExitCode>> = {
  'verification-failed': exitCodes.verificationFailed,
  untrusted: exitCodes.verificationFailed,
  auth: exitCodes.permission,
  protocol: exitCodes.format,
  conflict: exitCodes.format,
  'not-found': exitCodes.notFound,
};

/** The exit code that a failure stands for. */
export function exitCodeOf(error: unknown): ExitCode {
  return byErrorCode[toDockerCommsError(error).code] ?? exitCodes.other;
}

/** From harmless to grave: bad evidence outweighs everything, since somebody may be lying. */
const gravity: readonly ExitCode[] = [
  exitCodes.success,
  exitCodes.other,
  exitCodes.notFound,
  exitCodes.permission,
  exitCodes.format,
  exitCodes.verificationFailed,
];

/** The gravest of several: one process ends with one code, however many messages it handled. */
export function worstExitCode(codes: readonly ExitCode[]): ExitCode {
  return gravity[Math.max(0, ...codes.map((code) => gravity.indexOf(code)))] ?? exitCodes.other;
}
