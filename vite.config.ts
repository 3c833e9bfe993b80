import { builtinModules } from 'node:module';
import { resolve } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';

const fromRoot = (path: string) => resolve(import.meta.dirname, path);

/** Left to the runtime: Node itself, Electron, and native addons (which cannot be bundled). */
const external = [
  'electron',
  '@mongodb-js/zstd',
  '@napi-rs/keyring',
  'bufferutil',
  'utf-8-validate',
  ...builtinModules,
  ...builtinModules.map((name) => `node:${name}`),
];

/**
 * What runs in the main process is shipped without blanks and with short local names, which is what the archive's size is
 * made of. Functions and classes keep theirs, so that a stack in a log can be read.
 */
const keepNames = { function: true, class: true };
const minify = { compress: { keepNames }, mangle: { keepNames, toplevel: true }, codegen: true };

/**
 * undici's entry also brings fetch, WebSocket, caches and mocks along: a quarter of a megabyte that nobody here calls, and that
 * no bundler can leave out by itself, since it is CommonJS. Importing anything else of it fails the build. The last line is what
 * the entry does besides exporting.
 */
const undiciParts: Plugin = {
  name: 'undici-parts',
  enforce: 'pre',
  applyToEnvironment: ({ name }) => name === 'main',
  resolveId: (id) => (id === 'undici' ? '\0undici-parts' : undefined),
  load: (id) =>
    id === '\0undici-parts'
      ? `export { default as Agent } from 'undici/lib/dispatcher/agent.js';
         export { default as Pool } from 'undici/lib/dispatcher/pool.js';
         export { default as ProxyAgent } from 'undici/lib/dispatcher/proxy-agent.js';
         export { default as buildConnector } from 'undici/lib/core/connect.js';
         export { default as errors } from 'undici/lib/core/errors.js';
         import api from 'undici/lib/api/index.js';
         import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';
         Object.assign(Dispatcher.prototype, api);`
      : undefined,
};

/** One command (`vite build`) makes all three parts: the window, the main process's hosts, the preload bundle. */
export default defineConfig({
  root: fromRoot('renderer'),
  base: './',
  // A table as text that is parsed at once; otherwise each of its entries becomes an export with a function of its own.
  json: { stringify: true, namedExports: false },
  plugins: [undiciParts, svelte({ configFile: fromRoot('svelte.config.js') })],
  builder: {
    async buildApp(builder) {
      for (const name of ['client', 'main', 'preload']) {
        const environment = builder.environments[name];
        if (environment !== undefined) await builder.build(environment);
      }
    },
  },
  environments: {
    client: {
      build: {
        outDir: fromRoot('dist/renderer'),
        emptyOutDir: true,
        target: 'chrome140',
        // Inlined assets would need `data:` for every kind in the content security policy.
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
        // Two scripts are read side by side; each further one would cost a request more than it saves.
        rolldownOptions: {
          output: { codeSplitting: { groups: [{ name: 'vendor', test: /node_modules/ }] } },
        },
      },
    },
    main: {
      consumer: 'server',
      resolve: { noExternal: true, external },
      build: {
        outDir: fromRoot('dist/main'),
        emptyOutDir: true,
        target: 'node24',
        ssr: true,
        minify: false,
        rolldownOptions: {
          input: {
            electron: fromRoot('main/hosts/electron/main.ts'),
            browser: fromRoot('main/hosts/browser/main.ts'),
            cli: fromRoot('main/hosts/cli/main.ts'),
          },
          external,
          output: {
            format: 'es',
            minify,
            entryFileNames: '[name].js',
            chunkFileNames: 'chunks/[name]-[hash].js',
          },
        },
      },
    },
    preload: {
      consumer: 'server',
      resolve: { noExternal: true, external },
      build: {
        outDir: fromRoot('dist/preload'),
        emptyOutDir: true,
        target: 'node24',
        ssr: true,
        minify: false,
        rolldownOptions: {
          input: { electron: fromRoot('preload/electron.ts') },
          external,
          // A sandboxed preload has to be one CommonJS file.
          output: { format: 'cjs', entryFileNames: '[name].cjs' },
        },
      },
    },
  },
});
