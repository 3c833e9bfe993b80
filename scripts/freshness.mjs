/** Decides what has to be built again, by the times of files. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What a build reads, relative to the root. */
export const sources = [
  'main',
  'preload',
  'renderer',
  'package.json',
  'package-lock.json',
  'vite.config.ts',
  'svelte.config.js',
];

/** What a build leaves behind, the last of each part. */
export const outputs = [
  'dist/renderer/index.html',
  'dist/main/electron.js',
  'dist/main/browser.js',
  'dist/main/cli.js',
  'dist/preload/electron.cjs',
];

/**
 * True when an output is missing or older than something it is made of. A source that is gone counts by its folder, whose
 * time changes with it.
 * @param {string} root
 */
export function isStale(root) {
  const built = outputs.map((path) => modified(join(root, path)));
  const oldestOutput = Math.min(...built.map((time) => time ?? -Infinity));
  return sources.some((path) => newest(join(root, path)) > oldestOutput);
}

/** @param {string} path @returns {number | null} milliseconds since 1970 */
function modified(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? null;
}

/** The newest time of a file or of everything in a folder. @param {string} path @returns {number} */
function newest(path) {
  const entry = statSync(path, { throwIfNoEntry: false });
  if (entry === undefined) return -Infinity;
  if (!entry.isDirectory()) return entry.mtimeMs;
  return Math.max(entry.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}
