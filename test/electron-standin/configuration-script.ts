import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium } from '@playwright/test';
import { launchOptions, type FoundChromium } from '../browser.ts';

/**
 * Starts Chromium itself, on a desktop whose settings name an automatic configuration script (by address, so that no
 * name needs to be found), and has it look for the way to a page. How often it fetched the script.
 */
export async function scriptFetches(found: FoundChromium, switches: readonly string[]): Promise<number> {
  let fetches = 0;
  const server = createServer((_request, response) => {
    fetches += 1;
    response.setHeader('content-type', 'application/x-ns-proxy-autoconfig');
    response.end('function FindProxyForURL(url, host) { return "PROXY 127.0.0.1:9"; }');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const script = `http://127.0.0.1:${(server.address() as AddressInfo).port}/proxy.pac`;
  const { args = [], ...options } = launchOptions(found);
  const browser = await chromium.launch({
    ...options,
    args: [...args, `--proxy-pac-url=${script}`, ...switches],
  });
  try {
    const page = await browser.newPage();
    // Either way the page is nowhere: what counts is what was asked for on the way.
    await page.goto('http://registry.invalid/').catch(() => null);
    return fetches;
  } finally {
    await browser.close();
    server.close();
  }
}
