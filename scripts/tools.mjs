/** What the scripts share. They run on the system's Node (20 and up); everything else runs on the project's own. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The Node that the product runs on: the one that `npm ci` installed. */
export function projectNode() {
  const path = join(root, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(path)) return path;
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  console.error('Node 24 is missing: run `npm ci` first.');
  process.exit(1);
}

/**
 * Runs a program on this terminal; resolves with how it ended. Ctrl+C reaches it by itself, other signals are passed on.
 * @param {string} program @param {string[]} args @param {NodeJS.ProcessEnv} env
 * @returns {Promise<{code: number, signal: NodeJS.Signals | null}>}
 */
export function run(program, args, env = process.env) {
  const child = spawn(program, args, { stdio: 'inherit', env, cwd: root });
  const stay = () => undefined;
  const pass = () => child.kill('SIGTERM');
  // npm that is told to end takes the shell between us with it, and nobody tells us.
  const parent = process.ppid;
  const watching = setInterval(() => process.ppid === parent || pass(), 1_000);
  process.on('SIGINT', stay);
  process.on('SIGTERM', pass);
  return new Promise((ended) => {
    const end = (/** @type {number} */ code, /** @type {NodeJS.Signals | null} */ signal) => {
      clearInterval(watching);
      process.off('SIGINT', stay);
      process.off('SIGTERM', pass);
      ended({ code, signal });
    };
    child.once('error', () => end(127, null));
    child.once('exit', (code, signal) => end(code ?? 128 + constants.signals[signal ?? 'SIGTERM'], signal));
  });
}

/** Builds window, hosts and preload. Resolves with false when that fails; what is wrong was printed. */
export async function build() {
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const { code } = await run(projectNode(), [vite, 'build', '--app', '--logLevel', 'error']);
  return code === 0;
}
