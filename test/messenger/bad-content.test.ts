import { expect, test } from 'vitest';
import { DockerCommsError, type ErrorCode } from '../../main/base/errors.ts';
import { isBadContent } from '../../main/messenger/errors.ts';

test.each<[string, ErrorCode, number, boolean]>([
  ['promised bytes that break the format', 'protocol', 1, true],
  ['other bytes than promised, the first time', 'verification-failed', 1, false],
  ['other bytes than promised, the second time', 'verification-failed', 2, false],
  ['other bytes than promised, the third time', 'verification-failed', 3, true],
  ['a connection that fails, however often', 'network', 100, false],
])('bad for good or not: %s', (_name, code, tries, bad) => {
  expect(isBadContent(new DockerCommsError(code, 'x'), tries)).toBe(bad);
});
