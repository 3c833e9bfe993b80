/** Builds the preview page the way the product is built, and serves it under the product's content security policy. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { build, preview } from 'vite';

const here = import.meta.dirname;
const fromRoot = (path: string) => resolve(here, '../../..', path);

/** The strictest of the two hosts' policies: no inline scripts, no inline styles, nothing from elsewhere. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
].join('; ');

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
    preview: { host: '127.0.0.1', port, headers: { 'Content-Security-Policy': contentSecurityPolicy } },
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
