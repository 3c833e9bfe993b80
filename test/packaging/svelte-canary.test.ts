import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const require = createRequire(import.meta.url);
const fixture = join(import.meta.dirname, '../fixtures/svelte-canary');

test('svelte-check, as configured here, reports type errors in script and markup', () => {
  const svelteCheck = join(dirname(require.resolve('svelte-check/package.json')), 'bin/svelte-check');
  const { status, stdout } = spawnSync(
    process.execPath,
    [svelteCheck, '--tsconfig', join(fixture, 'tsconfig.json'), '--output', 'machine'],
    { cwd: fixture, encoding: 'utf8' },
  );
  expect(status).toBe(1);
  expect(stdout).toMatch(/ERROR "Broken\.svelte" 2:/);
  expect(stdout).toMatch(/ERROR "Broken\.svelte" 5:/);
}, 120_000);
