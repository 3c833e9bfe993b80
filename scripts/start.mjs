/**
 * `npm start`: builds what is stale and opens the messenger, in Electron where its binary is there or can be fetched, else
 * in the browser.
 *
 *   npm start -- [--host electron|browser] [--demo] [--home DIR] [--port N] [--no-open]
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { electronBinary, fetchElectron } from './electron-binary.mjs';
import { isStale } from './freshness.mjs';
import { build, projectNode, root, run } from './tools.mjs';

const usage = 'npm start -- [--host electron|browser] [--demo] [--home DIR] [--port N] [--no-open]';

const values = readArguments();

/** How Electron ends when the system does not let it start (its sandbox, a missing library), not when it was used. */
const neverStarted = new Set(['SIGTRAP', 'SIGABRT', 'SIGSEGV', 'SIGILL']);
/** The code with which the loader of Linux, like a shell, ends what it could not start. */
const missingLibrary = 127;

const { binary, why } = await chooseElectron();
if (isStale(root)) {
  console.log('Building …');
  if (!(await build())) process.exit(1);
}
process.exitCode = binary === null ? await openInBrowser(why) : await openInElectron(binary);

function readArguments() {
  try {
    const { values: read } = parseArgs({
      options: {
        host: { type: 'string' },
        demo: { type: 'boolean' },
        home: { type: 'string' },
        port: { type: 'string' },
        'no-open': { type: 'boolean' },
      },
    });
    if (read.host === undefined || ['electron', 'browser'].includes(read.host)) return read;
    console.error(`There is no host ${read.host}.`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
  }
  console.error(usage);
  process.exit(1);
}

/** Electron's binary, or why it is not used. */
async function chooseElectron() {
  if (values.host === 'browser') return { binary: null, why: null };
  const wanted = values.host === 'electron';
  if (!wanted && !hasDisplay())
    return { binary: null, why: 'There is no display here, so the messenger is served to a browser.' };
  if (!wanted && process.getuid?.() === 0) {
    return { binary: null, why: 'Electron does not run as root, so the messenger opens in your browser.' };
  }
  const found = electronBinary(root) ?? (await fetchElectron(root, projectNode()));
  if (found !== null) return { binary: found, why: null };
  const missing = 'Electron is not on this computer and could not be fetched';
  if (!wanted) return { binary: null, why: `${missing}, so the messenger opens in your browser.` };
  console.error(`${missing}. Without \`--host electron\` it opens in your browser.`);
  process.exit(1);
}

/** @param {string} electron */
async function openInElectron(electron) {
  const { code, signal } = await run(electron, [root, ...passedOn(['demo', 'home'])]);
  const failed = (signal !== null && neverStarted.has(signal)) || code === missingLibrary;
  if (!failed || values.host === 'electron') return code;
  return openInBrowser('Electron cannot run on this computer, so the messenger opens in your browser.');
}

/** @param {string | null} reason */
async function openInBrowser(reason) {
  if (reason !== null) console.log(reason);
  const args = [join(root, 'dist/main/browser.js'), ...passedOn(['demo', 'home', 'port', 'no-open'])];
  return (await run(projectNode(), args)).code;
}

/** @param {(keyof typeof values)[]} names */
function passedOn(names) {
  return names.flatMap((name) => {
    const value = values[name];
    if (value === undefined) return [];
    return value === true ? [`--${name}`] : [`--${name}=${value}`];
  });
}

function hasDisplay() {
  if (process.platform !== 'linux') return process.env.SSH_CONNECTION === undefined;
  return Boolean(process.env.DISPLAY) || Boolean(process.env.WAYLAND_DISPLAY);
}
