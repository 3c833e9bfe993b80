import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';

/** Written into a package when it is made (scripts/package.ts); from source there is none. */
const updatesSchema = z.object({
  /** `host[:port]/path`. */
  repository: z.string(),
  channel: z.string(),
  /** Public keys that sign releases: SubjectPublicKeyInfo (DER) in base64, with commas in between. */
  keys: z.string(),
});

export type BuiltInUpdates = z.output<typeof updatesSchema>;

const packageSchema = z.object({
  name: z.string(),
  productName: z.string().optional(),
  version: z.string(),
  updates: updatesSchema.optional(),
});

export interface Product {
  readonly version: string;
  /** Null: nothing was built in, so updates come from elsewhere. */
  readonly updates: BuiltInUpdates | null;
  /** The built window. */
  readonly windowFolder: string;
  /** The built preload bundle of Electron. */
  readonly preload: string;
  readonly assets: string;
}

/** What was built, found from wherever this file runs: from source, bundled, or inside a package. */
export function product(start = import.meta.dirname): Product {
  for (let folder = start; ; folder = dirname(folder)) {
    const described = productIn(folder);
    if (described !== null) {
      return {
        version: described.version,
        updates: described.updates ?? null,
        windowFolder: join(folder, 'dist/renderer'),
        preload: join(folder, 'dist/preload/electron.cjs'),
        assets: join(folder, 'assets'),
      };
    }
    if (dirname(folder) === folder) throw new Error('package.json of DockerComms was not found');
  }
}

function productIn(folder: string): z.output<typeof packageSchema> | null {
  try {
    const parsed = packageSchema.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')));
    return parsed.name === 'dockercomms-desktop' ? parsed : null;
  } catch {
    return null;
  }
}
