/**
 * Where this program is updated from: what was built in, unless who administers this computer says otherwise. They may switch
 * it off or name a mirror; whose releases are believed is built in and nothing else says it. How they say so: the
 * specification is ours, docs/releases.md.
 * Must-fail vectors: test/hosts/updating.test.ts.
 */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { systemErrorCode } from '../base/errors.ts';
import type { UpdateOrigin } from '../messenger/updates/origin.ts';
import { parseVerifyingKey } from '../trust/signing-key.ts';
import type { Target } from '../updates/target.ts';
import type { BuiltInUpdates } from './product.ts';

export interface UpdateSurroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What the managed file says; undefined: there is none. */
  readonly managed: unknown;
  /** What the program is installed as; null: nothing that updates itself. */
  readonly target: Target | null;
}

const managedSchema = z.object({
  updates: z.union([z.literal('off'), z.object({ repository: z.string().min(1) })]).optional(),
});

/** `DOCKERCOMMS_UPDATES=off`, `DOCKERCOMMS_UPDATE_REPOSITORY`, or the file; a file that cannot be read switches off. */
export function updateOrigin(
  built: BuiltInUpdates | null,
  { environment, managed, target }: UpdateSurroundings,
): UpdateOrigin {
  if (built === null || target === null) return 'elsewhere';
  const rules = managed === undefined ? {} : managedSchema.safeParse(managed).data;
  const off = environment.DOCKERCOMMS_UPDATES?.toLowerCase() === 'off';
  if (off || rules === undefined || rules.updates === 'off') return 'managed-off';
  const repository = rules.updates?.repository ?? environment.DOCKERCOMMS_UPDATE_REPOSITORY ?? '';
  return {
    repository: repository === '' ? built.repository : repository,
    channel: built.channel,
    keys: built.keys.split(',').map((key) => parseVerifyingKey(Buffer.from(key, 'base64'))),
    target,
  };
}

/** Places that only an administrator writes to. */
const managedFiles: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  linux: '/etc/dockercomms/managed.json',
  darwin: '/Library/Application Support/DockerComms/managed.json',
  win32: 'C:\\ProgramData\\DockerComms\\managed.json',
};

/** What the managed file says; undefined: there is none. null: it cannot be read, or is no JSON. */
export async function readManagedFile(path = managedFiles[process.platform] ?? ''): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as unknown;
  } catch (error) {
    return systemErrorCode(error) === 'ENOENT' ? undefined : null;
  }
}
