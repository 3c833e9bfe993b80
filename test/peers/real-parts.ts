import { accessSync, constants } from 'node:fs';
import { describe, it } from 'vitest';
import { reportNotRun } from '../not-run.ts';

/** Real programs that tests use where this machine has them. */
const places = {
  'docker-registry': ['/usr/bin/docker-registry'],
  chromium: ['/usr/bin/chromium'],
  openssl: ['/usr/bin/openssl'],
  makensis: ['/usr/bin/makensis'],
} as const;

export type RealPartName = keyof typeof places;

/** Where the real part is; null when this machine does not have it. */
export function realPart(name: RealPartName): string | null {
  return places[name].find(isExecutable) ?? null;
}

/**
 * `describe` for tests that need real parts. Where one is missing, the tests are reported as *not run*, naming it, or
 * fail where `REQUIRE_REAL_PARTS=1`.
 */
export function describeWithRealPart(
  names: RealPartName | readonly RealPartName[],
  title: string,
  body: () => void,
) {
  const missing = [names].flat().filter((name) => realPart(name) === null);
  if (missing.length === 0) {
    describe(title, body);
    return;
  }
  const reason = `${missing.join(', ')} is not on this machine`;
  it(`${title} (not run: ${reason})`, (context) => {
    reportNotRun(missing.join(', '), title);
    context.skip(reason);
  });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
