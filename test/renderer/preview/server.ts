/** Builds the preview page the way the product is built, and serves it with the headers of the product. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { build, preview } from 'vite';
import { windowHeaders } from '../../../main/hosts/content-security.ts';

const here = import.meta.dirname;
const fromRoot = (path: string) => resolve(here, '../../..', path);

export interface PreviewServer {
  readonly url: string;
  close(): Promise<void>;
}

/** `port` 0: a free one. */
export async function startPreview(port = 0): Promise<PreviewServer> {
  const outDir = await mkdtemp(join(tmpdir(), 'dockercomms-preview-'));
  const shared = {
    root: here,
    configFile: false as const,
    logLevel: 'warn' as const,
    plugins: [svelte({ configFile: fromRoot('svelte.config.js') })],
    build: {
      outDir,
      emptyOutDir: true,
      target: 'chrome140',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
    },
  };
  await build(shared);
  const server = await preview({
    ...shared,
    preview: { host: '127.0.0.1', port, headers: windowHeaders(["'self'"]) },
  });
  const url = server.resolvedUrls?.local[0];
  if (url === undefined) throw new Error('The preview server has no address');
  return {
    url,
    close: async () => {
      await server.close();
      await rm(outDir, { recursive: true, force: true });
    },
  };
}

if (import.meta.main) {
  const server = await startPreview(Number(process.argv[2] ?? 0));
  process.stdout.write(`${server.url}\n`);
}
