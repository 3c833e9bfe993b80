/**
 * Electron publishes a list of recommendations for the security of applications. Each title here is one of them, in its
 * order and in our words, and looks at the built program: what it asked Electron for while it started on the stand-in, what
 * its bundles say, and what a page of it really can. What only the real binary could show is said where it is missing.
 */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchShell } from '../browser.ts';
import { launchStandin, type Standin } from './launch.ts';
import { webOrigin } from './addresses.ts';

const root = join(import.meta.dirname, '../..');
const browser = await launchShell();

interface Served {
  readonly headers: Readonly<Record<string, string>>;
}

describe.skipIf(browser === null)("Electron's security recommendations", () => {
  let folder: string;
  let standin: Standin;
  let other: Standin | undefined;
  let page: Page;
  let headers: Served['headers'];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dockercomms-recommendations-'));
    if (browser === null) return;
    standin = await launchStandin({ browser, home: join(folder, 'home') });
    [page] = (await standin.windows(1)) as [Page];
    await page.waitForFunction(() => 'dockercomms' in globalThis);
    ({ headers } = (await standin.wrote('served', {
      url: 'app://dockercomms/index.html',
    })) as unknown as Served);
  });
  afterAll(async () => {
    await standin.close();
    await other?.close();
    await browser?.close();
    await rm(folder, { recursive: true });
  });

  const preferences = () =>
    standin.journal.find(({ what }) => what === 'window')?.webPreferences as Readonly<
      Record<string, unknown>
    >;
  const policy = () => (headers['content-security-policy'] ?? '').split('; ');
  /** Everything that Electron loads, as it was built. */
  const bundles = async () => {
    const main = join(root, 'dist/main');
    const chunks = (await readdir(join(main, 'chunks'))).map((name) => join(main, 'chunks', name));
    const files = [join(main, 'electron.js'), ...chunks, join(root, 'dist/preload/electron.cjs')];
    return (await Promise.all(files.map((file) => readFile(file, 'utf8')))).join('\n');
  };

  it('1 the window loads nothing but what the program brings along', async () => {
    const loaded = () => performance.getEntriesByType('resource').map(({ name }) => name);
    for (const url of await page.evaluate(loaded)) expect(url.startsWith(`${webOrigin}/`)).toBe(true);
    expect(standin.journal.filter(({ what }) => what === 'request-escaped')).toEqual([]);
    expect(policy()).toEqual(expect.arrayContaining(["default-src 'none'", "connect-src 'none'"]));
  });

  it('1 nothing else would be loaded even if the policy had a hole: the program itself lets no request through', async () => {
    if (browser === null) return expect.unreachable();
    const withoutPolicy = { newContext: () => browser.newContext({ bypassCSP: true }) };
    const open = await launchStandin({ browser: withoutPolicy, home: join(folder, 'without-policy') });
    other = open;
    const [exposed] = (await open.windows(1)) as [Page];
    const outcomes = await exposed.evaluate(async () => {
      const ends = (target: EventTarget, good: string) =>
        new Promise<string>((resolve) => {
          for (const type of [good, 'error'])
            target.addEventListener(type, () => resolve(type), { once: true });
        });
      return Promise.all([
        fetch('https://evil.example/fetched').then(
          () => 'load',
          () => 'error',
        ),
        ends(Object.assign(new Image(), { src: 'https://evil.example/image' }), 'load'),
        ends(new WebSocket('wss://evil.example/socket'), 'open'),
      ]);
    });
    expect(outcomes).toEqual(['error', 'error', 'error']);
    const told = (what: string) => open.journal.filter((entry) => entry.what === what).map(({ url }) => url);
    await expect
      .poll(() => told('request-blocked').sort())
      .toEqual(
        ['fetched', 'image']
          .map((name) => `https://evil.example/${name}`)
          .concat('wss://evil.example/socket'),
      );
    expect(told('request-escaped')).toEqual([]);
  });

  it('2 pages have no Node: neither in the page, nor in workers, nor in frames', async () => {
    const { nodeIntegration, nodeIntegrationInWorker, nodeIntegrationInSubFrames } = preferences();
    expect([nodeIntegration, nodeIntegrationInWorker, nodeIntegrationInSubFrames]).toEqual([
      false,
      undefined,
      undefined,
    ]);
    const nodes = () => ['require', 'process', 'module', 'Buffer'].filter((name) => name in globalThis);
    expect(await page.evaluate(nodes)).toEqual([]);
  });

  it('3 the bridge lives in a world of its own, and the page cannot change what it was given', async () => {
    expect(preferences().contextIsolation).toBe(true);
    const changed = await page.evaluate(() => {
      const exposed = (globalThis as unknown as { dockercomms: Record<string, unknown> }).dockercomms;
      return Reflect.set(exposed, 'call', () => 'mine') || Reflect.set(globalThis, 'dockercomms', {});
    });
    expect(changed).toBe(false);
  });

  it("4 pages run in Chromium's sandbox, all of them", () => {
    expect(preferences().sandbox).toBe(true);
    // For every page, whatever a window asks for; said before the application is ready.
    expect(standin.journal.map(({ what }) => what)).toContain('sandbox');
  });

  it('5 no page is granted a permission or a device, whether it asks or looks', async () => {
    const decided = (what: string) => standin.journal.filter((entry) => entry.what === what);
    expect(decided('permission').filter(({ granted }) => granted !== false)).toEqual([]);
    expect(decided('permission-check')).toMatchObject([{ media: false }]);
    expect(decided('device-permission')).toMatchObject([{ granted: false }]);
    standin.perform({ askForDevices: true });
    for (const device of ['hid', 'serial', 'usb', 'bluetooth', 'screen']) {
      expect(await standin.wrote('device', { device })).toMatchObject({ chosen: '' });
    }
    expect(headers['permissions-policy']).toContain('camera=()');
  });

  it('6 web security stays on', () => {
    expect(preferences()).not.toHaveProperty('webSecurity');
    const switches = standin.journal.filter(({ what }) => what === 'switch').map(({ name }) => name);
    // They only take away: names, networks, ways to a proxy.
    const loosening =
      /web-security|sandbox|insecure|unsafe|origin|file-access|site-isolation|remote-debugging/;
    expect(switches.filter((name) => loosening.test(String(name)))).toEqual([]);
    expect(switches).toContain('host-resolver-rules');
  });

  it('7 a content security policy comes as a header and allows nothing inline and no evaluation', async () => {
    expect(policy()).toEqual(
      expect.arrayContaining([
        "script-src 'self'",
        "style-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
      ]),
    );
    expect(headers['content-security-policy']).not.toContain('unsafe');
    const ran = await page.evaluate(() => {
      try {
        document.body.insertAdjacentHTML('beforeend', '<img src=x onerror="globalThis.pwned = true">');
        return true;
      } catch {
        return 'pwned' in globalThis;
      }
    });
    expect(ran).toBe(false);
  });

  it('8 nothing insecure is let into the page', () => {
    expect(preferences()).not.toHaveProperty('allowRunningInsecureContent');
  });

  it('9 no experimental features are on', () => {
    expect(preferences()).not.toHaveProperty('experimentalFeatures');
  });

  it('10 no features of Blink are switched on', () => {
    expect(preferences()).not.toHaveProperty('enableBlinkFeatures');
  });

  it('11 no embedded page may open windows: there is none', async () => {
    expect(preferences().webviewTag).toBe(false);
    expect(await page.locator('webview, iframe').count()).toBe(0);
  });

  it('12 embedding a page is refused before it is made', async () => {
    standin.perform({ attachWebview: true });
    expect(await standin.wrote('webview')).toMatchObject({ attached: false });
  });

  it('13 the window cannot be led elsewhere', async () => {
    await page.evaluate(() => {
      location.href = 'https://evil.example/navigated';
    });
    await standin.wrote('navigation-prevented', { url: 'https://evil.example/navigated' });
    expect(page.url().startsWith(`${webOrigin}/`)).toBe(true);
  });

  it('14 the window opens no others', async () => {
    await page.evaluate(() => void window.open('https://evil.example/opened'));
    await standin.wrote('window-open', { action: 'deny' });
    expect(standin.pages()).toHaveLength(1);
  });

  it('15 only addresses of pages are given to the system, and each place that does so checks them', async () => {
    // What is a page: test/hosts/openable.test.ts. Here: that there are no other ways out of the built program.
    expect((await bundles()).match(/openExternal\(/g)).toHaveLength(2);
    const sourceOf = (file: string) => readFile(join(root, 'main/hosts/electron', file), 'utf8');
    expect(await sourceOf('abilities.ts')).toMatch(
      /requireWebPage\(page\);\s+await shell\.openExternal\(page\.href\)/,
    );
    // Of the browser host that this program found running: an address on this computer.
    expect(await sourceOf('main.ts')).toContain('shell.openExternal(shown.address)');
  });

  it('16 the version of Electron is pinned exactly, and a job of every week says when it is behind', async () => {
    // Whether it is the newest, only a registry can tell, and tests ask none.
    const { devDependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
      devDependencies: Record<string, string>;
    };
    expect(devDependencies.electron).toMatch(/^\d+\.\d+\.\d+$/);
    const job = await readFile(join(root, '.github/workflows/weaknesses.yml'), 'utf8');
    expect(job).toMatch(/^ {2}schedule:\n {4}- cron: '\d+ \d+ \* \* \d'$/m);
    expect(job).toContain('- run: npm audit');
    expect(job).toContain('npm view "electron@^$pinned"');
    expect(job).toContain('test "$pinned" = "$newest"');
  });

  it('17 a call is taken from the main frame of our own window, and from nothing else', async () => {
    for (const frame of ['subframe', 'elsewhere', 'gone'] as const) {
      standin.perform({ callFrom: frame });
      expect(await standin.wrote('call', { from: frame })).toMatchObject({ taken: false });
    }
    standin.perform({ callFrom: 'window' });
    expect(await standin.wrote('call', { from: 'window' })).toMatchObject({ taken: true });
  });

  it('18 pages come from a scheme of our own, and none from files', async () => {
    const blocked = page.evaluate(() => fetch('file:///etc/hostname').then(() => 'read'));
    await expect(blocked).rejects.toThrow('Failed to fetch');
    const main = await readFile(join(root, 'dist/main/electron.js'), 'utf8');
    expect(main).toContain('app://');
    expect(main).not.toMatch(/loadFile\(|file:\/\//);
  });

  it('19 every fuse is set to what this program needs', async () => {
    // That they are in the binary: test/packaging/package.test.ts reads them back. What they do: only the real one shows.
    const settings = await readFile(join(root, 'electron-builder.yml'), 'utf8');
    const fuses = [...settings.matchAll(/^ {2}(\w+): (true|false)$/gm)].map(([, name, on]) => [name, on]);
    expect(Object.fromEntries(fuses)).toMatchObject({
      runAsNode: 'false',
      enableNodeOptionsEnvironmentVariable: 'false',
      enableNodeCliInspectArguments: 'false',
      enableCookieEncryption: 'true',
      enableEmbeddedAsarIntegrityValidation: 'true',
      onlyLoadAppFromAsar: 'true',
      loadBrowserProcessSpecificV8Snapshot: 'false',
      grantFileProtocolExtraPrivileges: 'false',
    });
  });

  it("20 none of Electron's own functions is handed to the page", async () => {
    const exposed = await page.evaluate(() => {
      const { dockercomms } = globalThis as unknown as { dockercomms: Record<string, unknown> };
      const names = ['ipcRenderer', 'electron', 'webUtils', 'webFrame', 'contextBridge'];
      return [Object.keys(dockercomms).sort(), names.filter((name) => name in globalThis)];
    });
    expect(exposed).toEqual([['attach', 'call', 'connection', 'host', 'subscribe'], []]);
  });
});
