/** What a machine lacks is said by name at the end of `npm test`, never passed over in silence. */
import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

const notRunFile = resolve(import.meta.dirname, '../test-results/not-run.txt');

/** True where a missing real part is a failure and not a remark: on machines that are prepared to have them all. */
function realPartsRequired(): boolean {
  return process.env.REQUIRE_REAL_PARTS === '1';
}

/**
 * Says that a real part is missing: its name is listed at the end of `npm test`. With `REQUIRE_REAL_PARTS=1`, as in
 * continuous integration, this throws instead.
 */
export function reportNotRun(part: string, why: string): void {
  if (realPartsRequired()) throw new Error(`${part} has to be here: ${why}`);
  mkdirSync(dirname(notRunFile), { recursive: true });
  appendFileSync(notRunFile, `${part}: ${why}\n`);
}
