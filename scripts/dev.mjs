/** `npm run dev`: the browser host on a home of its own (`.cache/dev-home`), built and started again after every change. */
import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { join } from 'node:path';
import { build, projectNode, root } from './tools.mjs';

/** From the last change to the build: editors save in several steps, and several files at once. */
const settleMilliseconds = 150;
const args = ['--home', join(root, '.cache/dev-home'), '--port', '4180', ...process.argv.slice(2)];

/** @type {import('node:child_process').ChildProcess | null} */
let host = null;
/** @type {NodeJS.Timeout | undefined} */
let planned;

async function restart() {
  if (!(await build())) return;
  if (host !== null && host.exitCode === null) {
    const ended = new Promise((resolve) => host?.once('exit', resolve));
    host.kill('SIGTERM');
    await ended;
  }
  host = spawn(projectNode(), [join(root, 'dist/main/browser.js'), ...args], { stdio: 'inherit' });
}

/** One after the other: changes that come during a build are built next. */
let turn = restart();

for (const folder of ['main', 'preload', 'renderer']) {
  watch(join(root, folder), { recursive: true }, () => {
    clearTimeout(planned);
    planned = setTimeout(() => (turn = turn.then(restart)), settleMilliseconds);
  });
}
process.on('SIGTERM', () => {
  host?.kill('SIGTERM');
  process.exit(0);
});
await turn;
