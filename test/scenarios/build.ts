import { join } from 'node:path';
import { isStale } from '../../scripts/freshness.mjs';
import { build } from '../../scripts/tools.mjs';
import { findRealParts } from '../../scripts/testing/real-parts.ts';

/** Before the first scenario: they run what is built, so what is stale is built. Says what cannot be run here. */
export default async function buildWhatIsStale(): Promise<void> {
  for (const { name, present, advice } of await findRealParts()) {
    if (!present) process.stdout.write(`not run: no ${name} (${advice})\n`);
  }
  if (isStale(join(import.meta.dirname, '../..')) && !(await build())) throw new Error('The build failed.');
}
