import { describe, expect, test } from 'vitest';
import { compareVersions, isVersion } from '../../main/updates/version.ts';

describe('a version', () => {
  test.each(['0.1.0', '1.0.0', '10.20.30', '1.0.0-beta.1'])('%s is one', (text) => {
    expect(isVersion(text)).toBe(true);
  });

  test.each([
    ...['', '1', '1.0', 'v1.0.0', '01.0.0', '1.0.0+build', ' 1.0.0', '1.0.0\n', '1.0.0-', '1.0.0-beta/../x'],
    `1.0.0-${'a'.repeat(64)}`,
  ])('%j is none', (text) => {
    expect(isVersion(text)).toBe(false);
    expect(() => compareVersions(text, '1.0.0')).toThrow(expect.objectContaining({ code: 'invalid' }));
  });

  test('is ordered as semantic versioning says', () => {
    const ordered = ['0.9.9', '1.0.0-alpha', '1.0.0-alpha.2', '1.0.0-alpha.10', '1.0.0', '1.0.10', '1.2.0'];
    expect(ordered.toReversed().sort(compareVersions)).toEqual(ordered);
  });
});
