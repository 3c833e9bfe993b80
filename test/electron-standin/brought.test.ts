/**
 * What comes from outside (files, links) on the built Electron host, whichever way the system brings it and whenever: it
 * waits until a window of the unlocked messenger takes it, leads to the right place once, and sends nothing.
 */
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { afterAll, describe, expect, it } from 'vitest';
import { askOwner, offerHandover } from '../../main/hosts/handover.ts';
import { acquireHome } from '../../main/store/home-lock.ts';
import { words } from '../../renderer/locales/en.ts';
import { launchShell } from '../browser.ts';
import { lockHome } from '../messenger/lock-home.ts';
import { call, useDesk, windowOf } from './desk.ts';

const chromium = await launchShell();
afterAll(() => chromium?.close());

const link = 'dockercomms:conversation?v=1&id=bob';
const makeAccount = (page: Page) =>
  call(page, 'accounts.create', { kind: 'this-computer', identity: 'me@example.org' });
const sendTo = (page: Page, files = 1) => page.getByRole('dialog', { name: words.sendTo.title(files) });
const writingTo = (page: Page) => page.getByRole('dialog', { name: words.newConversation.title });
/** The form about the person whom the link names. */
async function leadsToBob(page: Page): Promise<void> {
  const field = writingTo(page).getByLabel(words.newConversation.identity);
  await expect.poll(() => field.inputValue()).toBe('bob');
  // Only then does it hear the keys.
  await expect
    .poll(() => writingTo(page).evaluate((form) => form.contains(document.activeElement)))
    .toBe(true);
}

describe.runIf(chromium !== null)('what comes from outside', () => {
  const desk = useDesk(chromium);
  async function aFile(name = 'plan.txt'): Promise<string> {
    const path = join(desk.folder, name);
    await writeFile(path, 'words');
    return path;
  }

  it('waits until there is an account, and nothing is sent by itself', async () => {
    const { standin, page } = await desk.start();
    const path = await aFile();
    // A second start hands on what it was started with.
    expect(await askOwner(desk.home, { link: null, files: [path] })).toEqual({ host: 'electron' });
    await standin.wrote('window-focused');
    await makeAccount(page);
    await sendTo(page).getByText('plan.txt').waitFor();
    await page.keyboard.type('me@example.com');
    await sendTo(page)
      .getByRole('option', { name: /me@example.com/ })
      .waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('list', { name: words.composer.attachments }).getByText('plan.txt').waitFor();
    expect(await call(page, 'conversations.list', {})).toMatchObject({ value: [{ lastMessage: null }] });

    await askOwner(desk.home, { link, files: [] });
    await leadsToBob(page);
  });

  it('goes from the icon in the tray, where files can be dropped on it, to the question whom they are for', async () => {
    const { standin, page } = await desk.start();
    await makeAccount(page);
    const paths = [await aFile(), await aFile('map.png')];
    await standin.wrote('tray');
    standin.perform({ dropOnTray: paths });
    await standin.wrote('window-focused');
    for (const name of ['plan.txt', 'map.png']) await sendTo(page, 2).getByText(name).waitFor();
  });

  it('is a link that is dropped on the icon in the menu bar, and no other text', async () => {
    const { standin, page } = await desk.start({ platform: 'darwin' });
    await makeAccount(page);
    standin.perform({ closeWindow: 0 });
    await expect.poll(() => standin.pages().length).toBe(0);
    for (const text of ['words', 'https://example.com/', await aFile(), `${link} and more`]) {
      standin.perform({ dropTextOnTray: text });
    }
    standin.perform({ dropTextOnTray: `${link}\n` });
    const again = await windowOf(standin);
    await leadsToBob(again);
    await again.keyboard.press('Escape');
    await writingTo(again).waitFor({ state: 'detached' });
    standin.perform({ dropTextOnTray: 'words' });
    standin.perform({ dropTextOnTray: 'dockercomms:conversation?v=1&id=carol' });
    await expect
      .poll(() => writingTo(again).getByLabel(words.newConversation.identity).inputValue())
      .toBe('carol');
    expect(await call(again, 'brought.takeFiles', {})).toMatchObject({ value: { attachments: [] } });
    expect(standin.journal.filter(({ what }) => what === 'window')).toHaveLength(2);
    expect(standin.journal.filter(({ what }) => what === 'window-focused')).toHaveLength(1);
  });

  it('opens the window again that was closed, and waits for it', async () => {
    const { standin, page } = await desk.start({ platform: 'darwin' });
    await makeAccount(page);
    standin.perform({ closeWindow: 0 });
    await expect.poll(() => standin.pages().length).toBe(0);
    standin.perform({ dropOnTray: [await aFile()] });
    await sendTo(await windowOf(standin))
      .getByText('plan.txt')
      .waitFor();
  });

  it('may come before the program is ready, and waits through the first run', async () => {
    const path = await aFile();
    const { standin, page } = await desk.start({
      platform: 'darwin',
      atStart: [
        { event: 'open-file', values: [path] },
        { event: 'open-url', values: [link] },
      ],
    });
    await makeAccount(page);
    await leadsToBob(page);
    await page.keyboard.press('Escape');
    await sendTo(page).getByText('plan.txt').waitFor();
    expect(standin.journal.filter(({ what }) => what === 'not-taken')).toEqual([]);
  });

  it('waits while the home is locked, and leads once when it is unlocked', async () => {
    const passphrase = 'a lamp, a ladder and a lemon';
    await lockHome(desk.home, passphrase);
    const { standin, page } = await desk.start({ platform: 'darwin', args: [await aFile()] });
    standin.emit('open-url', link);
    await standin.wrote('window-focused');
    expect(await call(page, 'app.status', {})).toMatchObject({ value: { phase: 'locked' } });
    expect(await call(page, 'vault.unlock', { passphrase })).toMatchObject({ ok: true });
    await makeAccount(page);
    await leadsToBob(page);
    await page.keyboard.press('Escape');
    await sendTo(page).getByText('plan.txt').waitFor();
    await page.keyboard.press('Escape');
    // What led somewhere is taken: a page that is loaded anew finds nothing.
    expect(await call(page, 'brought.takeLink', {})).toMatchObject({ value: null });
    expect(await call(page, 'brought.takeFiles', {})).toMatchObject({ value: { attachments: [] } });
  });

  it('finds a program again that was just ending: it starts once more, in its home and with its window', async () => {
    const { standin } = await desk.start({ args: ['--hidden'] });
    const closed = standin.close();
    standin.emit('second-instance');
    await closed;
    const { args } = await standin.wrote('relaunch');
    expect(args).toEqual([expect.stringMatching(/electron\.js$/), `--home=${desk.home}`]);
    // Once, and not where nobody asked.
    expect(standin.journal.filter(({ what }) => what === 'relaunch')).toHaveLength(1);
    expect(standin.journal.filter(({ what }) => what === 'window')).toHaveLength(1);
    const next = await desk.start();
    await next.standin.close();
    expect(next.standin.journal.filter(({ what }) => what === 'relaunch')).toEqual([]);
  });

  it('is for the next start where macOS hands it over while the program ends', async () => {
    const paths = [await aFile(), await aFile('map.png')];
    const { standin, page } = await desk.start({ platform: 'darwin' });
    await makeAccount(page);
    const closed = standin.close();
    for (const path of paths) standin.emit('open-file', path);
    for (const person of ['carol', 'bob'])
      standin.emit('open-url', `dockercomms:conversation?v=1&id=${person}`);
    await closed;
    expect(standin.journal.filter(({ what }) => ['window', 'not-taken'].includes(what))).toHaveLength(1);
    const relaunched = standin.journal.filter(({ what }) => what === 'relaunch').map(({ args }) => args);
    const program: unknown = expect.stringMatching(/electron\.js$/);
    const home = `--home=${desk.home}`;
    // A link comes alone; of several the last one counts.
    expect(relaunched).toEqual([
      [program, home, '--', ...paths],
      [program, home, '--', link],
    ]);

    // They start at once: whichever is second hands on what it has, also while the first is still starting.
    const [first, second] = [
      await desk.launch({ args: ['--', ...paths] }),
      await desk.launch({ args: ['--', link] }),
    ];
    expect(await second.ended).toBe(0);
    const again = await windowOf(first);
    await leadsToBob(again);
    await again.keyboard.press('Escape');
    for (const name of ['plan.txt', 'map.png']) await sendTo(again, 2).getByText(name).waitFor();
  });

  it('is for the next start also where a second start was just telling it', async () => {
    const path = await aFile();
    const { standin } = await desk.start();
    const telling = connect(join(desk.home, 'control.sock')).resume();
    // Whoever connected before somebody who was answered is connected.
    expect(await askOwner(desk.home)).not.toBeNull();
    const closed = standin.close();
    // It is ending once nobody is let in any more.
    await expect.poll(() => askOwner(desk.home)).toBeNull();
    telling.write(`${JSON.stringify({ link: null, files: [path] })}\n`);
    await closed;
    const { args } = await standin.wrote('relaunch');
    expect(args).toEqual(expect.arrayContaining(['--', path]));
  });

  it('is for the host that has the home already', async () => {
    const lock = await acquireHome(desk.home);
    const told: unknown[] = [];
    const end = await offerHandover(desk.home, (brought) => {
      told.push(brought);
      return { host: 'electron' };
    });
    const path = await aFile();
    const atStart = [{ event: 'open-url', values: [link] }];
    const standin = await desk.launch({ platform: 'darwin', args: [path], atStart });
    expect(await standin.ended).toBe(0);
    expect(told).toEqual([{ link, files: [path] }]);
    await end();
    await lock.release();
  });

  it('leaves a program that ends alone where it is nothing', async () => {
    const { standin } = await desk.start({ platform: 'darwin' });
    await standin.wrote('tray');
    const closed = standin.close();
    standin.perform({ dropTextOnTray: 'words' });
    standin.emit('open-url', `${link}${'x'.repeat(5_000)}`);
    standin.emit('activate');
    await closed;
    expect(standin.journal.filter(({ what }) => what === 'relaunch')).toEqual([]);
  });

  it('is what it was started with, and what a second start was started with', async () => {
    const first = await desk.start({ args: ['--', link] });
    await makeAccount(first.page);
    await leadsToBob(first.page);
    await first.page.keyboard.press('Escape');
    await writingTo(first.page).waitFor({ state: 'detached' });

    const second = await desk.launch({ args: ['--', 'dockercomms:conversation?v=1&id=carol'] });
    expect(await second.ended).toBe(0);
    expect(second.journal.filter(({ what }) => what === 'window')).toEqual([]);
    await first.standin.wrote('window-focused');
    const field = writingTo(first.page).getByLabel(words.newConversation.identity);
    await expect.poll(() => field.inputValue()).toBe('carol');
  });
});
