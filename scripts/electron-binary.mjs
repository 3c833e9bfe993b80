/** Where Electron's binary is, and fetching it where a network lets us: its package comes without. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** For the first answer: on a closed network somebody waits for the window, and a line that is slower fetches nothing in time. */
const probeMilliseconds = 4_000;
/** For some 110 MB: a line of 5 Mbit/s does it; on a slower one the browser is open in the time. */
const fetchMilliseconds = 180_000;
/** Networks change, and whoever starts this every day should not wait for nothing every day. */
const forgetFailureAfterMilliseconds = 7 * 24 * 3_600_000;

/**
 * The executable, or null. The `electron` package itself must not be asked: it would start to download.
 * @param {string} root
 * @param {NodeJS.ProcessEnv} environment
 */
export function electronBinary(root, environment = process.env) {
  const packaged = join(root, 'node_modules/electron');
  const name = read(join(packaged, 'path.txt'));
  const override = environment.ELECTRON_OVERRIDE_DIST_PATH;
  const path = override ? join(override, name ?? 'electron') : name && join(packaged, 'dist', name);
  return path && existsSync(path) ? path : null;
}

/**
 * Tries to fetch the binary, within limits: a closed network must not hold up the start, and is remembered for a week.
 * @param {string} root
 * @param {string} node the Node that runs the package's own installer
 */
export async function fetchElectron(root, node) {
  const memory = join(root, '.cache/electron-fetch-failed.json');
  if (process.env.ELECTRON_SKIP_BINARY_DOWNLOAD || failedLately(read(memory), Date.now())) return null;
  if (await reachable()) {
    console.log('Fetching Electron (about 110 MB, once) …');
    const script = join(root, 'node_modules/electron/install.js');
    spawnSync(node, [script], { stdio: 'ignore', timeout: fetchMilliseconds });
  }
  const binary = electronBinary(root);
  if (binary === null) {
    mkdirSync(dirname(memory), { recursive: true });
    writeFileSync(memory, JSON.stringify({ failedAt: Date.now() }));
  }
  return binary;
}

/** @param {string | null} text what was remembered @param {number} now */
export function failedLately(text, now) {
  try {
    const { failedAt } = JSON.parse(text ?? '{}');
    return typeof failedAt === 'number' && now - failedAt < forgetFailureAfterMilliseconds && failedAt <= now;
  } catch {
    return false;
  }
}

async function reachable() {
  // Behind a proxy only the installer knows the way.
  if (process.env.HTTPS_PROXY || process.env.https_proxy) return true;
  const origin =
    process.env.ELECTRON_MIRROR ?? process.env.npm_config_electron_mirror ?? 'https://github.com/';
  try {
    await fetch(origin, {
      method: 'HEAD',
      redirect: 'manual',
      signal: AbortSignal.timeout(probeMilliseconds),
    });
    return true;
  } catch {
    return false;
  }
}

/** @param {string} path */
function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
