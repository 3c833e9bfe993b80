/**
 * `npm run package`: the licences and the list of parts, the build, then electron-builder for this system (whatever is
 * passed goes to it, `--dir` for a folder instead of installers). Signed as scripts/packaging/signing.ts says, updated from
 * where scripts/packaging/updates.ts says.
 */
import { join } from 'node:path';
import { signingOptions } from './packaging/signing.ts';
import { updateOptions } from './packaging/updates.ts';
import { projectNode, root, run } from './tools.mjs';

const steps: readonly (readonly string[])[] = [
  [join(root, 'scripts/licenses.ts')],
  [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--app', '--logLevel', 'error'],
  [
    join(root, 'node_modules/electron-builder/cli.js'),
    ...signingOptions(process.platform, process.env),
    ...(await updateOptions(process.env)),
    ...process.argv.slice(2),
  ],
];

// A key that nobody set comes as an empty variable where jobs pass secrets on, and electron-builder would take it for a file.
const given = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== ''));
// Vite builds in what it finds there.
const environment = { ...given, NODE_ENV: 'production' };
for (const step of steps) {
  const { code } = await run(projectNode(), [...step], environment);
  if (code !== 0) process.exit(code);
}
