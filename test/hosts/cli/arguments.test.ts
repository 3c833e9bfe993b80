import { describe, expect, test } from 'vitest';
import { normaliseBooleanFlags } from '../../../main/hosts/cli/arguments.ts';
import { exitCodeOf, exitCodes, worstExitCode } from '../../../main/hosts/cli/exit-codes.ts';
import { printable, readableBytes } from '../../../main/hosts/cli/terminal.ts';
import { DockerCommsError } from '../../../main/base/errors.ts';

describe('flags as the reference writes them', () => {
  test('a boolean flag takes a value', () => {
    expect(normaliseBooleanFlags(['send', '--sign=false', '--json=true', '--verify=0'])).toEqual([
      'send',
      '--no-sign',
      '--json',
      '--no-verify',
    ]);
  });

  test('other flags, and everything after --, stay as they are', () => {
    const args = ['send', '--sender=false', '--', '--sign=false'];
    expect(normaliseBooleanFlags(args)).toEqual(args);
  });
});

describe('exit codes', () => {
  test.each([
    ['verification-failed', exitCodes.verificationFailed],
    ['untrusted', exitCodes.verificationFailed],
    ['auth', exitCodes.permission],
    ['protocol', exitCodes.format],
    ['not-found', exitCodes.notFound],
    ['network', exitCodes.other],
    ['storage', exitCodes.other],
  ] as const)('%s ends with %i', (code, exitCode) => {
    expect(exitCodeOf(new DockerCommsError(code, ''))).toBe(exitCode);
  });

  test('the worst of several is a failed verification', () => {
    expect(worstExitCode([exitCodes.success, exitCodes.verificationFailed, exitCodes.notFound])).toBe(2);
    expect(worstExitCode([exitCodes.other, exitCodes.format])).toBe(exitCodes.format);
    expect(worstExitCode([])).toBe(exitCodes.success);
  });
});

describe('what somebody else wrote, on a terminal', () => {
  test('cannot move the cursor, change colours or turn the direction of writing', () => {
    expect(printable('a\u001b[2Jb\u0007c\u202ed\u2028e')).toBe('a�[2Jb�c�d�e');
  });

  test('sizes read like sizes', () => {
    expect([0, 1023, 1536, 5 * 1024 ** 3].map(readableBytes)).toEqual([
      '0 B',
      '1023 B',
      '1.5 KiB',
      '5.0 GiB',
    ]);
  });
});
