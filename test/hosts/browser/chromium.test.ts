/** The browser host and its bridge in a real browser: what cookies, origins and policies do there, not what we think. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { stripTypeScriptTypes } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Bridge } from '../../../preload/contract/bridge.ts';
import { launchChromium } from '../../browser.ts';
import { Served } from './served.ts';

const browser: Browser | null = await launchChromium();
const bridgeSource = resolve(import.meta.dirname, '../../../preload/socket.ts');

declare global {
  interface Window {
    bridge: Bridge;
    events: unknown[];
    pwned?: boolean;
  }
}

/** A page that connects as the real window does and keeps what it is told. */
const windowScript = `
  import { connectSocketBridge } from './socket.js';
  window.bridge = await connectSocketBridge();
  window.events = [];
  window.bridge.subscribe((event) => window.events.push(event));
  document.title = 'connected';
`;

async function writeWindow(folder: string): Promise<void> {
  const assets = join(folder, 'window/assets');
  await mkdir(assets, { recursive: true });
  await writeFile(join(assets, 'socket.js'), stripTypeScriptTypes(await readFile(bridgeSource, 'utf8')));
  await writeFile(join(assets, 'main.js'), windowScript);
  const page = `<!doctype html><title>DockerComms</title><input type="file" multiple>
    <script>window.pwned = true;</script><script type="module" src="./assets/main.js"></script>`;
  await writeFile(join(folder, 'window/index.html'), page);
}

describe.runIf(browser !== null)('in a real Chromium', () => {
  let served: Served;
  let context: BrowserContext;
  let page: Page;

  beforeEach(async () => {
    served = await Served.start();
    await writeWindow(served.folder);
    if (browser === null) throw new Error('no browser');
    context = await browser.newContext();
    page = await context.newPage();
    await page.goto(served.server.freshAddress());
    await page.waitForFunction(() => document.title === 'connected');
  });
  afterEach(async () => {
    await context.close();
    await served.close();
  });
  afterAll(() => browser?.close());

  it('a one-time address leads to a page that calls, hears, and can be loaded again', async () => {
    expect(page.url()).not.toContain('key=');
    served.engine.answer = (method, input) => Promise.resolve({ method, input });
    const call = () => page.evaluate(() => window.bridge.call('app.status', {}));
    expect(await call()).toEqual({ ok: true, value: { method: 'app.status', input: {} } });
    served.engine.tell({ type: 'unread.changed', unread: 2 });
    await page.waitForFunction(() => window.events.length === 1);
    await page.reload();
    await page.waitForFunction(() => document.title === 'connected');
    expect(await call()).toMatchObject({ ok: true });
  });

  it('runs no script but its own files, and its scripts cannot see the cookie', async () => {
    expect(await page.evaluate(() => [window.pwned ?? null, document.cookie])).toEqual([null, '']);
  });

  it('uploads chosen files byte by byte', async () => {
    const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251));
    await page.setInputFiles('input', { name: 'naïve 名.bin', mimeType: 'x/y', buffer: bytes });
    const answer = await page.evaluate(() => {
      const [file] = document.querySelector('input')?.files ?? [];
      if (file === undefined) throw new Error('nothing was chosen');
      return window.bridge.attach({ kind: 'file', file });
    });
    expect(answer).toMatchObject({ ok: true, value: { name: 'naïve 名.bin', bytes: 300_000 } });
    expect(served.engine.received.get('naïve 名.bin')?.equals(bytes)).toBe(true);
  });

  it('downloads a saved file under its name instead of showing it', async () => {
    const path = join(served.folder, 'saved');
    await writeFile(path, '<script>alert(1)</script>');
    const address = served.server.downloadPath({
      path,
      name: 'pagé.html',
      bytes: 25,
      mediaType: 'text/html',
    });
    const download = page.waitForEvent('download');
    await page.evaluate((href) => {
      const link = Object.assign(document.createElement('a'), { href });
      document.body.append(link);
      link.click();
    }, address);
    const saved = await download;
    expect(saved.suggestedFilename()).toBe('pagé.html');
    expect(await readFile(await saved.path(), 'utf8')).toBe('<script>alert(1)</script>');
  });

  describe('a page on another port of the same computer, in the same browser', () => {
    let other: Server;
    let foreign: Page;
    const seen: IncomingHttpHeaders[] = [];

    beforeAll(async () => {
      other = createServer((request, response) => {
        seen.push(request.headers);
        response.setHeader('content-type', 'text/html');
        response.end('<!doctype html><title>other</title>');
      });
      await new Promise<void>((listening) => other.listen(0, '127.0.0.1', listening));
    });
    beforeEach(async () => {
      foreign = await context.newPage();
      await foreign.goto(`http://127.0.0.1:${(other.address() as AddressInfo).port}/`);
    });
    afterAll(() => {
      other.closeAllConnections();
      other.close();
    });

    it('is never sent our cookie', () => {
      expect(seen.length).toBeGreaterThan(0);
      expect(seen.map(({ cookie }) => cookie)).toEqual(seen.map(() => undefined));
    });

    it('cannot open our WebSocket', async () => {
      const outcome = await foreign.evaluate(
        (address) =>
          new Promise((decided) => {
            const socket = new WebSocket(address);
            socket.onopen = () => decided('open');
            socket.onerror = () => decided('refused');
          }),
        `ws://127.0.0.1:${served.server.port}${served.room}socket`,
      );
      expect(outcome).toBe('refused');
    });

    it('cannot post to us, read us, load our scripts or frame us', async () => {
      const outcomes = await foreign.evaluate(async (room) => {
        const tried = (work: Promise<unknown>) =>
          work.then(
            () => 'done',
            () => 'refused',
          );
        const loaded = (element: HTMLElement) =>
          new Promise((decided) => {
            element.onload = () => decided('done');
            element.onerror = () => decided('refused');
            document.body.append(element);
          });
        await fetch(`${room}attachments?name=a`, { method: 'POST', body: 'x', mode: 'no-cors' }).catch(
          () => null,
        );
        const read = await tried(fetch(room, { credentials: 'include' }));
        const script = await loaded(
          Object.assign(document.createElement('script'), { src: `${room}assets/main.js` }),
        );
        const frame = Object.assign(document.createElement('iframe'), { src: room });
        await loaded(frame);
        let inside: unknown;
        try {
          inside = frame.contentWindow?.document.title;
        } catch {
          inside = 'hidden';
        }
        return { read, script, inside };
      }, served.origin + served.room);
      expect(outcomes).toEqual({ read: 'refused', script: 'refused', inside: 'hidden' });
      expect(served.engine.received.size).toBe(0);
    });

    it('cannot lead a person to us, nor submit a form', async () => {
      await foreign.evaluate((room) => {
        const form = document.createElement('form');
        Object.assign(form, { method: 'post', action: `${room}attachments?name=a`, enctype: 'text/plain' });
        document.body.append(form);
        form.submit();
      }, served.origin + served.room);
      await foreign.waitForURL(`${served.origin}/**`);
      expect(await foreign.textContent('body')).not.toContain('token');
      expect(served.engine.received.size).toBe(0);
    });
  });
});
