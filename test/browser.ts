/**
 * Finds a Chromium for tests. Playwright's own download needs the open internet, so the system's is used, else the one
 * that travels inside the package registry.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type LaunchOptions } from '@playwright/test';
import { reportNotRun } from './not-run.ts';

export interface FoundChromium {
  readonly executablePath: string;
  readonly args: readonly string[];
}

const systemPaths = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
/** Debian's `chromium-headless-shell`. */
const shellPath = '/usr/bin/chromium-headless-shell';

/** The browser to use (`CHROMIUM_PATH` chooses), or null when this machine has none. */
export function findChromium(): Promise<FoundChromium | null> {
  return findAmong(systemPaths);
}

/**
 * Chromium without a browser around it, which is what Electron's windows are. A whole browser draws its own parts as pages beside
 * each window, and starts it at half the speed; it is used where there is no other.
 */
export function findShell(): Promise<FoundChromium | null> {
  return findAmong([shellPath, ...systemPaths]);
}

async function findAmong(paths: readonly string[]): Promise<FoundChromium | null> {
  const wanted = process.env.CHROMIUM_PATH;
  const executablePath = [...(wanted === undefined ? [] : [wanted]), ...paths].find((path) =>
    existsSync(path),
  );
  if (executablePath !== undefined) return { executablePath, args: commonArguments };
  return packagedChromium();
}

/** `--no-sandbox`: tests run as root in containers, where Chromium's own sandbox cannot start. */
const commonArguments = ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'];

async function packagedChromium(): Promise<FoundChromium | null> {
  if (process.platform !== 'linux') return null;
  const before = process.env.TMPDIR;
  // It unpacks into the temporary folder and takes whatever older copy lies there: it gets a folder of its own.
  const folder = join(tmpdir(), `dockercomms-chromium-${String(process.getuid?.() ?? 0)}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    process.env.TMPDIR = folder;
    const { default: packaged } = await import('@sparticuz/chromium');
    return { executablePath: await packaged.executablePath(), args: packaged.args };
  } catch {
    return null;
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
}

export function launchOptions(found: FoundChromium): LaunchOptions {
  return { executablePath: found.executablePath, args: [...found.args], headless: true };
}

/** Starts the browser, or reports it as not run and gives null. */
export async function launchChromium(): Promise<Browser | null> {
  return launch(await findChromium());
}

/** As `launchChromium`, for windows of the stand-in: Chromium without a browser around it. */
export async function launchShell(): Promise<Browser | null> {
  return launch(await findShell());
}

async function launch(found: FoundChromium | null): Promise<Browser | null> {
  if (found === null) {
    reportNotRun('chromium', 'no browser was found on this machine');
    return null;
  }
  return chromium.launch(launchOptions(found));
}
