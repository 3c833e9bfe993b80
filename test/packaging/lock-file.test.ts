import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';

const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      resolved: z.string().optional(),
      optionalDependencies: z.record(z.string(), z.string()).optional(),
    }),
  ),
});

async function lockedPackages() {
  const text = await readFile(join(import.meta.dirname, '../../package-lock.json'), 'utf8');
  return lockSchema.parse(JSON.parse(text)).packages;
}

describe('the lock file', () => {
  test('names the bindings for every system, not only for the one on which it was written', async () => {
    const packages = await lockedPackages();
    const names = new Set(Object.keys(packages).map((path) => path.split('node_modules/').at(-1)));
    const wanted = Object.values(packages).flatMap(({ optionalDependencies = {} }) =>
      Object.keys(optionalDependencies),
    );
    expect(wanted.filter((name) => !names.has(name))).toEqual([]);
  });

  test('names no registry, so that each computer may use its own', async () => {
    const addresses = Object.values(await lockedPackages()).flatMap(({ resolved }) => resolved ?? []);
    expect(addresses).toEqual([]);
  });
});
