import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';

const packageSchema = z.object({ name: z.string(), productName: z.string().optional(), version: z.string() });

export interface Product {
  readonly version: string;
  /** The built window. */
  readonly windowFolder: string;
  /** The built preload bundle of Electron. */
  readonly preload: string;
  readonly assets: string;
}

/** What was built, found from wherever this file runs: from source, bundled, or inside a package. */
export function product(start = import.meta.dirname): Product {
  for (let folder = start; ; folder = dirname(folder)) {
    const version = versionIn(folder);
    if (version !== null) {
      return {
        version,
        windowFolder: join(folder, 'dist/renderer'),
        preload: join(folder, 'dist/preload/electron.cjs'),
        assets: join(folder, 'assets'),
      };
    }
    if (dirname(folder) === folder) throw new Error('package.json of DockerComms was not found');
  }
}

function versionIn(folder: string): string | null {
  try {
    const parsed = packageSchema.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')));
    return parsed.name === 'dockercomms-desktop' ? parsed.version : null;
  } catch {
    return null;
  }
}
