/**
 * `npm test`, also on an older system Node: hands over to the Node that `npm ci` brought, which runs TypeScript as it
 * is. What happens then: testing/run.ts.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const windows = process.platform === 'win32';
const ownNode = join(import.meta.dirname, '../node_modules/node/bin', windows ? 'node.exe' : 'node');

if (Number(process.versions.node.split('.')[0]) >= 24) {
  const { runTests } = await import('./testing/run.ts');
  process.exitCode = await runTests(process.argv.slice(2));
} else if (existsSync(ownNode)) {
  process.exitCode = spawnSync(ownNode, process.argv.slice(1), { stdio: 'inherit' }).status ?? 1;
} else {
  console.error('Node 24 is missing. Run `npm ci` first: it brings its own.');
  process.exitCode = 1;
}
