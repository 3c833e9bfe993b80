/**
 * The built Electron host on the stand-in, with the real engine. What is shown here: the host starts, binds each window to
 * its engine, and keeps its rules. What is not: anything about Electron's binary.
 */
import { existsSync, statSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { afterAll, describe, expect, it } from 'vitest';
import type { AccountView } from '../../preload/contract/accounts.ts';
import type { ConversationView } from '../../preload/contract/conversations.ts';
import { hostWords } from '../../main/hosts/electron/locales/en.ts';
import { words } from '../../renderer/locales/en.ts';
import { findChromium, launchShell } from '../browser.ts';
import { lockHome } from '../messenger/lock-home.ts';
import { scriptFetches } from './configuration-script.ts';
import { call, useDesk, type Exposed } from './desk.ts';
import type { Standin } from './launch.ts';

const chromium = await launchShell();
afterAll(() => chromium?.close());

describe.runIf(chromium !== null)('the Electron host', () => {
  const desk = useDesk(chromium);
  let standin: Standin;
  let page: Page;

  async function start(
    args: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    ({ standin, page } = await desk.start({ args, env }));
  }

  it('starts, answers its window, and quits tidily', async () => {
    await start();
    expect(await call(page, 'app.status', {})).toMatchObject({
      ok: true,
      value: { host: 'electron', phase: 'first-run' },
    });
    await standin.close();
    expect(await standin.ended).toBe(0);
    expect(existsSync(join(desk.home, 'control.sock'))).toBe(false);
    expect(statSync(desk.home).mode & 0o777).toBe(0o700);
  });

  it('exposes the bridge and nothing else, and lets nothing through that cannot be cloned', async () => {
    await start();
    const seen = await page.evaluate(() => {
      const page = globalThis as unknown as Record<string, unknown>;
      const names = ['require', 'process', 'module', 'electron', 'ipcRenderer', 'standinHost'];
      return [Object.keys(page.dockercomms as object).sort(), names.filter((name) => name in page)];
    });
    expect(seen).toEqual([['attach', 'call', 'connection', 'host', 'subscribe'], []]);
    const proxied = page.evaluate(() =>
      (globalThis as Exposed).dockercomms.call('app.status', new Proxy({}, {})),
    );
    await expect(proxied).rejects.toThrow('could not be cloned');
  });

  it('keeps every rule for what a page may do', async () => {
    await start();
    await page.evaluate(() => {
      const script = document.createElement('script');
      try {
        script.textContent = 'globalThis.pwned = true';
      } catch {
        // Not even the text of a script can be written.
      }
      document.body.append(script);
      window.open('https://evil.example/');
      location.href = 'https://evil.example/';
    });
    await standin.wrote('navigation-prevented', { url: 'https://evil.example/' });
    await standin.wrote('window-open', { action: 'deny' });
    expect(await page.evaluate(() => 'pwned' in globalThis)).toBe(false);
    const fetched = page.evaluate(() => fetch('https://evil.example/').then(() => 'done'));
    await expect(fetched).rejects.toThrow('Failed to fetch');
    expect(standin.journal.filter(({ what }) => what === 'request-escaped')).toEqual([]);
    const granted = standin.journal.filter(({ what, granted: yes }) => what === 'permission' && yes === true);
    expect(granted).toEqual([]);
    expect(page.url()).not.toContain('evil');
  });

  it('shows the proxy of the system’s settings, of which Chromium is asked and nothing is requested', async () => {
    const silent = { HTTPS_PROXY: '', https_proxy: '' };
    await start([], { ...silent, STANDIN_PROXY: 'SOCKS5 s.example:1080;PROXY proxy.example:3128;DIRECT' });
    const seen = await call(page, 'network.get', {});
    const system = { source: 'desktop', address: 'http://proxy.example:3128', isUsable: true };
    expect(seen).toMatchObject({ ok: true, value: { proxy: { mode: 'system', system } } });
    const asked = standin.journal.filter(({ what }) => what === 'proxy-asked').map(({ url }) => url);
    expect(asked).toEqual(['https://registry.invalid/']);
    const fetched = page.evaluate(() => fetch('https://registry.invalid/').then(() => 'done'));
    await expect(fetched).rejects.toThrow('Failed to fetch');
    expect(standin.journal.filter(({ what }) => what === 'request-escaped')).toEqual([]);
  });

  it('follows no automatic configuration script: with its switches, Chromium does not fetch one', async () => {
    await start();
    const found = await findChromium();
    if (found === null) return expect.unreachable();
    const switches = standin.journal
      .filter(({ what }) => what === 'switch')
      .map(({ name, value }) => `--${String(name)}=${String(value)}`);
    expect(await scriptFetches(found, switches)).toBe(0);
    expect(await scriptFetches(found, [])).toBeGreaterThan(0);
  });

  it('attaches a chosen file by its path without copying it, and pasted content as bytes', async () => {
    await start();
    const path = join(desk.folder, 'naïve 名.txt');
    await writeFile(path, 'words');
    await page.evaluate(() => {
      document.body.append(Object.assign(document.createElement('input'), { type: 'file', id: 'chosen' }));
    });
    await page.setInputFiles('#chosen', path);
    const chosen = await page.evaluate(() => {
      const [file] = (document.getElementById('chosen') as HTMLInputElement).files ?? [];
      if (file === undefined) throw new Error('nothing was chosen');
      return (globalThis as Exposed).dockercomms.attach({ kind: 'file', file });
    });
    expect(chosen).toMatchObject({ ok: true, value: { name: 'naïve 名.txt', bytes: 5 } });
    const pasted = await page.evaluate(() => {
      const file = new File([new Uint8Array(3_000_000)], 'image.png', { type: 'image/png' });
      return (globalThis as Exposed).dockercomms.attach({ kind: 'file', file });
    });
    expect(pasted).toMatchObject({ ok: true, value: { name: 'image.png', bytes: 3_000_000 } });
  });

  it('takes a dropped folder by its path', async () => {
    await start();
    await mkdir(join(desk.folder, 'holiday/inner'), { recursive: true });
    await writeFile(join(desk.folder, 'holiday/inner/a.txt'), 'words');
    await page.evaluate(() => {
      document.body.style.minHeight = '100vh';
      addEventListener('dragover', (event) => event.preventDefault(), { capture: true });
      addEventListener('drop', takeFolder, { capture: true });
      function takeFolder(event: DragEvent) {
        event.preventDefault();
        event.stopImmediatePropagation();
        const file = event.dataTransfer?.files[0];
        if (file === undefined) throw new Error('nothing was dropped');
        const dropped = (globalThis as Exposed).dockercomms.attach({
          kind: 'folder',
          name: 'holiday',
          file,
          files: [],
        });
        Object.assign(globalThis, { dropped });
      }
    });
    // Nobody drops on a window that shows nothing yet, and Chromium would have no place for it.
    await page.waitForLoadState();
    await page.waitForFunction(() => document.elementFromPoint(50, 50) !== null);
    const devtools = await page.context().newCDPSession(page);
    const data = { items: [], files: [join(desk.folder, 'holiday')], dragOperationsMask: 1 };
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
      await devtools.send('Input.dispatchDragEvent', { type, x: 50, y: 50, data });
    }
    await page.waitForFunction(() => 'dropped' in globalThis);
    const answer = await page.evaluate(() => (globalThis as unknown as { dropped: unknown }).dropped);
    expect(answer).toMatchObject({ ok: true, value: { name: 'holiday.tar', folder: true, files: 1 } });
  });

  it('checks spelling with the dictionary that the system has for its person’s language', async () => {
    const data = join(desk.folder, 'data');
    await mkdir(join(data, 'hunspell-bdic'), { recursive: true });
    await writeFile(join(data, 'hunspell-bdic/de_DE.bdic'), 'words');
    await start([], { XDG_DATA_DIRS: data, STANDIN_LANGUAGES: 'de-AT,en-GB' });
    expect(await standin.wrote('spelling')).toMatchObject({ languages: ['de'] });
    expect(await standin.wrote('window')).toMatchObject({ webPreferences: { spellcheck: true } });
    expect(await call(page, 'app.status', {})).toMatchObject({ value: { can: { checkSpelling: true } } });
    // Under the name that Chromium looks for, in the folder where it does.
    const linked = join(desk.home, 'electron/Dictionaries/de-DE-3-0.bdic');
    expect(await readFile(linked, 'utf8')).toBe('words');
  });

  it('opens on the screen where it was, and on the first one when that is gone', async () => {
    const displays = [
      { id: 2, workArea: { x: 1920, y: 0, width: 2560, height: 1400 } },
      { id: 1, workArea: { x: 0, y: 0, width: 1920, height: 1040 } },
    ];
    const bounds = { x: 2400, y: 100, width: 1000, height: 700 };
    const again = async (screens: readonly object[]) => {
      await mkdir(desk.home, { recursive: true });
      await writeFile(join(desk.home, 'window.json'), JSON.stringify(bounds));
      await start([], { STANDIN_DISPLAYS: JSON.stringify(screens) });
      const opened = (await standin.wrote('window')).bounds;
      await standin.close();
      return opened;
    };
    expect(await again(displays)).toEqual(bounds);
    expect(await standin.wrote('window-bounds')).toMatchObject({ bounds });
    expect(await again(displays.slice(1))).not.toHaveProperty('x');
  });

  it('leads the window where the menu says', async () => {
    await start();
    await page.evaluate(() => {
      const here = globalThis as Exposed;
      here.told = [];
      here.dockercomms.subscribe((event) => here.told.push(event));
    });
    standin.perform({ clickMenu: 'Settings…' });
    const settings = () => (globalThis as Exposed).told.some(({ type }) => type === 'navigate');
    expect(await page.waitForFunction(settings)).toBeTruthy();
  });

  it('does what menus say, zooms, and remembers how large everything was', async () => {
    await start();
    await call(page, 'accounts.create', { kind: 'this-computer', identity: 'me@example.org' });
    await page.getByRole('button', { name: words.list.new }).first().waitFor();
    standin.perform({ clickMenu: hostWords.menu.newConversation });
    await page.getByRole('dialog', { name: words.newConversation.title }).waitFor();
    standin.perform({ clickMenu: hostWords.menu.zoomIn });
    await standin.wrote('zoom', { level: 0.5 });
    standin.perform({ zoomByWheel: 'in' });
    await standin.wrote('zoom', { level: 1 });

    const nothing = { isEditable: false, selectionText: '', misspelledWord: '', editFlags: {} };
    standin.perform({ contextMenu: { ...nothing, linkURL: 'https://example.com/' } });
    await standin.wrote('menu-popup');
    standin.perform({ clickPopup: hostWords.context.copyLink });
    await standin.wrote('clipboard', { text: 'https://example.com/' });

    const path = join(desk.folder, 'plan.txt');
    await writeFile(path, 'words');
    standin.perform({ chooseFiles: [path] });
    standin.perform({ clickMenu: hostWords.menu.attach });
    // No conversation is open: the window asks to whom.
    await page
      .getByRole('dialog', { name: words.sendTo.title(1) })
      .getByText('plan.txt')
      .waitFor();

    await standin.close();
    await start();
    await standin.wrote('zoom', { level: 1 });
  });

  it('comes to the front when it is started again, and has a tray that is never the only way back', async () => {
    await start();
    await standin.wrote('tray');
    standin.emit('second-instance');
    await standin.wrote('window-focused');
    // On Linux nobody can know whether the tray is shown: the last window ends the program.
    await page.close();
    expect(await standin.ended).toBe(0);
  });

  it('is muted and paused from its tray, which says so, leads to the connection, and is a way back where one chose it', async () => {
    await start();
    await call(page, 'accounts.create', { kind: 'this-computer', identity: 'me@example.org' });
    const trayMenu = () => standin.journal.findLast(({ what }) => what === 'tray-menu')?.labels;
    const menuSays = (label: RegExp) => expect.poll(trayMenu).toContainEqual(expect.stringMatching(label));
    await menuSays(/^Connected$/);
    standin.perform({ clickTray: 'For 1 Hour' });
    await menuSays(/^Unmute Notifications/);
    await page.getByRole('button', { name: words.quiet.unmute, exact: true }).click();
    await menuSays(/^Mute Notifications$/);
    await call(page, 'quiet.pause', { length: 'hour' });
    await menuSays(/^Syncing Is Paused$/);
    standin.perform({ clickTray: 'Syncing Is Paused' });
    const connectivity = page.getByRole('heading', { name: words.connectivity.title });
    await connectivity.waitFor();
    await expect
      .poll(() => connectivity.evaluate((heading) => heading === document.activeElement))
      .toBe(true);

    await page.getByRole('switch', { name: words.settings.closeToTray }).check();
    await expect
      .poll(() => call(page, 'app.glance', {}))
      .toMatchObject({ value: { keepsRunning: true, connection: 'paused' } });
    await page.close();
    // Again and again: a window that is just closing cannot be opened.
    const reopened = () => {
      standin.perform({ clickTray: 'Open DockerComms' });
      return standin.pages().length;
    };
    await expect.poll(reopened).toBe(1);
    const [again] = (await standin.windows(1)) as [Page];
    await again.getByRole('button', { name: words.quiet.goOn }).waitFor();
    standin.perform({ clickTray: 'Quit' });
    expect(await standin.ended).toBe(0);
  });

  it('shows nothing of a locked home, leads to its window, and is its host as ever once it is unlocked', async () => {
    const passphrase = 'a lamp, a ladder and a lemon';
    await lockHome(desk.home, passphrase);
    await start();
    expect(await call(page, 'app.status', {})).toMatchObject({ value: { phase: 'locked' } });
    await standin.wrote('tray');
    standin.perform({ clickTray: 'Open DockerComms' });
    await standin.wrote('window-focused');
    expect(standin.journal.filter(({ what }) => what === 'badge')).toEqual([]);
    expect(await call(page, 'vault.unlock', { passphrase })).toMatchObject({ ok: true });
    await standin.wrote('badge', { count: 0 });
    expect(await call(page, 'accounts.list', {})).toMatchObject({ ok: true, value: [] });
  });

  it('loads a window whose page crashed once by itself, keeps its draft, and asks when it crashes again or hangs', async () => {
    await start();
    const created = await call(page, 'accounts.create', {
      kind: 'this-computer',
      identity: 'me@example.org',
    });
    const { id: accountId, repository: mailbox } = (created as unknown as { value: AccountView }).value;
    const peer = { accountId, identity: 'you@example.org', mailbox };
    await call(page, 'conversations.start', peer);
    const field = () => page.getByRole('textbox', { name: words.composer.label });
    const openChat = () =>
      page.getByRole('navigation').getByRole('button').filter({ hasText: peer.identity }).click();
    await openChat();
    await field().pressSequentially('Half a sentence');
    const drafts = async () => JSON.stringify(await call(page, 'conversations.list', {}));
    await expect.poll(drafts).toContain('Half a sentence');

    const crash = async () => {
      const devtools = await page.context().newCDPSession(page);
      const crashed = page.waitForEvent('crash');
      devtools.send('Page.crash').catch(() => undefined);
      await crashed;
    };
    const nextPage = async () => {
      const before = page;
      await new Promise((resolve) => before.once('close', resolve));
      [page] = (await standin.windows(1)) as [Page];
    };
    const boxes = () => standin.journal.filter(({ what }) => what === 'message-box');
    const replaced = nextPage();
    await crash();
    await replaced;
    await openChat();
    await expect.poll(() => field().inputValue()).toBe('Half a sentence');
    expect(boxes()).toEqual([]);

    await crash();
    const { detail } = await standin.wrote('message-box');
    const log = join(desk.home, 'logs/dockercomms.log');
    expect(detail).toContain(log);
    // Whoever types elsewhere goes on typing there.
    expect(standin.journal.some(({ what }) => what === 'window-shown-inactive')).toBe(true);
    expect(standin.journal.some(({ what }) => what === 'window-focused')).toBe(false);
    standin.perform({ pressButton: 'Show Log' });
    await standin.wrote('show-item', { path: log });
    await expect.poll(() => boxes().length).toBe(2);
    const again = nextPage();
    standin.perform({ pressButton: 'Reload' });
    await again;
    await page.waitForFunction(() => 'dockercomms' in globalThis);

    standin.perform({ pages: 'unresponsive' });
    await expect.poll(() => boxes().length).toBe(3);
    standin.perform({ pages: 'responsive' });
    await standin.wrote('message-box-withdrawn');
    standin.perform({ pages: 'unresponsive' });
    await expect.poll(() => boxes().length).toBe(4);
    standin.perform({ pressButton: 'Quit' });
    expect(await standin.ended).toBe(0);
    const written = await readFile(log, 'utf8');
    expect(written).toContain('"reason":"crashed"');
    expect(written).not.toContain('Half a sentence');
  });

  it('keeps what happened over a restart, also when it was killed', async () => {
    await start();
    const created = await call(page, 'accounts.create', {
      kind: 'this-computer',
      identity: 'me@example.org',
    });
    expect(created).toMatchObject({ ok: true });
    await standin.kill();
    await start();
    expect(await call(page, 'app.status', {})).toMatchObject({ ok: true, value: { phase: 'ready' } });
    expect(await call(page, 'accounts.list', {})).toMatchObject({ value: [{ identity: 'me@example.org' }] });
  });

  it('shows Alice and Bob talking, each in a window with an engine of its own', async () => {
    await start(['--demo']);
    const pages = await standin.windows(2);
    const identities = async (window: Page) => {
      const accounts = await call(window, 'accounts.list', {});
      return JSON.stringify(accounts).includes('alice@') ? 'Alice' : 'Bob';
    };
    expect((await Promise.all(pages.map(identities))).sort()).toEqual(['Alice', 'Bob']);
    for (const window of pages) {
      const lastWords = async () => JSON.stringify(await call(window, 'conversations.list', {}));
      await expect.poll(lastWords).toContain('Hi Alice!');
    }
    const titles = () =>
      standin.journal.filter(({ what }) => what === 'window-title').map(({ title }) => title);
    await expect.poll(titles).toContainEqual(expect.stringMatching(/^\(\d+\) DockerComms: Alice$/));
    expect(titles()).toContain('DockerComms: Bob');
    // The answer came while Alice's window was elsewhere: she is told, and a click leads there.
    const entry = await standin.wrote('notification');
    expect(entry.title).toEqual(expect.any(String));
    standin.perform({ clickNotification: 0 });
    await standin.wrote('window-focused');

    // It also does where there is no window any more: a new one begins at the message.
    const isBobs = await Promise.all(pages.map(async (window) => (await identities(window)) === 'Bob'));
    const bob = pages[isBobs.indexOf(true)];
    const alice = pages[isBobs.indexOf(false)];
    if (alice === undefined || bob === undefined) return expect.unreachable();
    await call(alice, 'settings.update', { window: { closeToTray: true } });
    await alice.close();
    const talks = await call(bob, 'conversations.list', {});
    const [talk] = (talks as unknown as { value: readonly [ConversationView] }).value;
    const text = 'While you were away';
    await call(bob, 'messages.send', { conversationId: talk.id, text });
    await standin.wrote('notification', { body: text });
    const shown = standin.journal.filter(({ what }) => what === 'notification');
    standin.perform({ clickNotification: shown.length - 1 });
    const opened = (await standin.windows(2)).find((window) => window !== bob);
    await opened
      ?.getByRole('region', { name: words.conversation.messages('Bob') })
      .getByText(text)
      .waitFor();
    await standin.wrote('notification-closed', { body: text });
  });
});
