import { readFile } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';

/**
 * The files of the built window, for the hosts that serve it. Only what lies under the folder and has a type of the
 * list below can be asked for; everything else is simply not there.
 */
export interface WindowFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly mediaType: string;
  /** Named by its content: may be kept for ever. */
  readonly immutable: boolean;
}

const mediaTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

/** The file behind the path of an address (still percent-encoded, no query), or null. */
export async function windowFile(folder: string, urlPath: string): Promise<WindowFile | null> {
  const name = safeName(urlPath);
  const mediaType = name === null ? undefined : mediaTypes[extname(name)];
  if (name === null || mediaType === undefined) return null;
  const path = join(folder, name);
  if (!path.startsWith(join(folder, sep))) return null;
  try {
    return { bytes: await readFile(path), mediaType, immutable: name.startsWith('assets/') };
  } catch {
    return null;
  }
}

/**
 * Threat: `/../../.ssh/id_ed25519`, in any spelling (`%2e%2e`, `..\`, `%00`, an absolute path, an alternate stream).
 * Parsers of addresses remove only some of them. The rule: after decoding once, every segment is a plain word.
 */
function safeName(urlPath: string): string | null {
  let decoded: string;
  try {
    decoded = decodeURIComponent(urlPath);
  } catch {
    return null;
  }
  const name = decoded.replace(/^\//, '');
  if (name === '') return 'index.html';
  return name.split('/').every((segment) => /^\w[\w.-]*$/.test(segment)) ? name : null;
}
