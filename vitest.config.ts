import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [svelte()],
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/scenarios/**', 'node_modules/**'],
    environment: 'node',
    // The keyring of whoever runs the tests is theirs.
    env: { DOCKERCOMMS_KEYRING: 'off' },
    // The longest files wait for registries, pauses and programs most of their time (adversity: 64 s, of which 9 are work).
    maxWorkers: 4,
    // They end what hangs, and say nothing about the product: what comes, comes much later where the cores are shared.
    testTimeout: 90_000,
    hookTimeout: 90_000,
    expect: { poll: { timeout: 60_000 } },
  },
});
