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
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // What comes, comes later where the cores are shared; a second says nothing about the product.
    expect: { poll: { timeout: 20_000 } },
  },
});
