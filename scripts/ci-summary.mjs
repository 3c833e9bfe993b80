/** Prints `N passed, N failed` from the results that `npm test` wrote last. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const path = join(import.meta.dirname, '../.cache/test-report/summary.json');
if (existsSync(path)) {
  const { passed, failed } = JSON.parse(readFileSync(path, 'utf8'));
  console.log(`${passed} passed, ${failed} failed`);
} else {
  console.error('There are no results: the tests did not come to their end.');
  process.exitCode = 1;
}
