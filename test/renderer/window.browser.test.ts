/**
 * The window in a real Chromium, over a scripted engine, built and served as the product is: under the strict content
 * security policy. What passes here is true of the window alone; the whole product is tested by the scenarios.
 */
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContextOptions, Locator, Page } from '@playwright/test';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { words } from '../../renderer/locales/en.ts';
import { launchShell } from '../browser.ts';
import { movesFocus } from './focus-in-window.ts';
import { showsKeys } from './keys-in-window.ts';
import { showsMenus } from './menus-in-window.ts';
import type { ScriptedBridge } from './preview/bridge.ts';
import { startPreview, type PreviewServer } from './preview/server.ts';
import { scansSignIn, scansTrust, showsTrust } from './trust-in-window.ts';
import { showsUpdates } from './updates-in-window.ts';

declare global {
  interface Window {
    readonly scripted: ScriptedBridge;
  }
}

const browser: Browser | null = await launchShell();

/** A scan of a whole page takes seconds where two cores are shared. */
const scanTimeout = 120_000;

describe.skipIf(browser === null)('the window', () => {
  let server: PreviewServer;
  const complaints: string[] = [];
  const pages: Page[] = [];

  beforeAll(async () => {
    server = await startPreview();
  }, 120_000);

  afterEach(async () => {
    await Promise.all(pages.splice(0).map((page) => page.context().close()));
    expect(complaints.splice(0)).toEqual([]);
  });

  afterAll(async () => {
    await browser?.close();
    await server.close();
  });

  async function open(scene: string, options: BrowserContextOptions = {}): Promise<Page> {
    if (browser === null) throw new Error('no browser');
    const context = await browser.newContext({
      viewport: { width: 1180, height: 760 },
      locale: 'en-GB',
      ...options,
    });
    const page = await context.newPage();
    pages.push(page);
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      // A page without an icon of its own is asked for one; everything else counts, policy violations above all.
      const icon = message.location().url.endsWith('/favicon.ico');
      if (message.type() === 'error' && !icon) complaints.push(message.text());
    });
    await page.goto(`${server.url}?scene=${scene}`);
    return page;
  }

  const conversationWith = (page: Page, name: string | RegExp) =>
    page.getByRole('navigation', { name: 'Conversations' }).getByRole('button', { name });

  async function talk(page: Page, name: string | RegExp): Promise<void> {
    await conversationWith(page, name).click();
    await page
      .getByRole('region', { name: /^Messages with/u })
      .getByRole('article')
      .first()
      .waitFor();
    await page.waitForTimeout(150);
  }

  const unlockCalls = (page: Page) =>
    page.evaluate(() =>
      window.scripted.calls
        .filter(({ method }) => method === 'vault.unlock')
        .map(({ input }) => (input as { passphrase: string }).passphrase),
    );

  const paletteField = (page: Page) => page.getByRole('combobox', { name: /^Search/u });

  const focused = (page: Page) =>
    page.evaluate(() => {
      const element = document.activeElement;
      return element?.getAttribute('aria-label') ?? element?.textContent.trim() ?? '';
    });

  /** Scrolls there; where that is some frames later. */
  const restsAt = (messages: Locator, top: number) =>
    messages.evaluate(async (element, wanted) => {
      element.scrollTop = wanted;
      for (let frame = 0; frame < 5; frame += 1) await new Promise(requestAnimationFrame);
      return element.scrollTop;
    }, top);

  /** How far the messages are scrolled, and where the first one that is wholly on the screen stands. */
  const placeOf = (page: Page, text: string) =>
    page
      .getByText(text, { exact: false })
      .first()
      .evaluate((element) => element.getBoundingClientRect().top);

  /**
   * All rules in the light theme, and in the dark one, of the very same screen, those that see colours. Nothing moves
   * meanwhile, nor on the way back: what is half faded in has half its contrast.
   */
  async function scan(page: Page): Promise<void> {
    const axe = () => new AxeBuilder({ page }).options({ resultTypes: ['violations'] });
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    const light = await axe().analyze();
    await page.emulateMedia({ colorScheme: 'dark' });
    const dark = await axe().withRules(['color-contrast', 'link-in-text-block']).analyze();
    await page.emulateMedia({ colorScheme: 'light' });
    await page.emulateMedia({ reducedMotion: null });
    const found = [light, dark].map(({ violations }) =>
      violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`),
    );
    expect(found).toEqual([[], []]);
  }

  it('begins a repository with a registry that the container tools have a login for, to be typed on', async () => {
    const page = await open('first-run');
    await page.getByRole('button', { name: 'Connect a registry' }).click();
    await page.getByRole('button', { name: /^registry\.example\.com/u }).click();
    await page.keyboard.type('team/messages');
    const field = page.getByLabel('Repository', { exact: true });
    expect(await field.inputValue()).toBe('registry.example.com/team/messages');
    await page.getByText('Use the login from Docker (alice)').waitFor();
    expect(await page.getByRole('button', { name: /^ghcr\.io/u }).count()).toBe(0);
  });

  scansTrust({ open, talk, scan });
  scansSignIn({ open, talk, scan });
  showsUpdates({ open, talk, scan });

  it(
    'has no accessibility faults at the first run',
    async () => {
      const page = await open('first-run');
      await page.getByRole('button', { name: 'Connect a registry' }).waitFor();
      await scan(page);
      await page.getByRole('button', { name: 'Connect a registry' }).click();
      await page.getByLabel('Repository', { exact: true }).fill('registry.example.com/team/messages');
      await page.getByRole('button', { name: 'Test connection' }).click();
      await page.getByText('Write messages').waitFor();
      await scan(page);
    },
    scanTimeout,
  );

  it(
    'has none in conversations, with every kind of message',
    async () => {
      const page = await open('talk');
      await talk(page, /Bob Lindqvist/u);
      await scan(page);
      await talk(page, /Carol Ferreira/u);
      await page.getByRole('button', { name: 'Details', exact: true }).click();
      await scan(page);
    },
    scanTimeout,
  );

  it(
    'has none in the palette, the settings, a dialogue and the banner',
    async () => {
      const page = await open('offline');
      await page.getByRole('button', { name: 'Settings', exact: true }).click();
      await scan(page);
      await page.keyboard.press('Control+k');
      await paletteField(page).fill('the');
      await page.getByRole('listbox').getByRole('option').first().waitFor();
      await scan(page);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'New conversation' }).first().click();
      await page.getByLabel('Their identity').waitFor();
      await scan(page);
    },
    scanTimeout,
  );

  it(
    'has no accessibility faults while it is locked, and where a passphrase is set',
    async () => {
      const page = await open('locked');
      await page.getByText('I do not have the passphrase any more').click();
      await scan(page);
      const damaged = await open('damaged');
      await damaged.getByText('What can I do?').click();
      await scan(damaged);
      const settings = await open('talk');
      await settings.getByRole('button', { name: 'Settings', exact: true }).click();
      await settings.getByRole('button', { name: 'Set a passphrase…' }).click();
      await settings.getByLabel('New passphrase').fill('short');
      await scan(settings);
    },
    scanTimeout,
  );

  it('that is locked takes the passphrase by keyboard alone, and keeps what was typed while it has to wait', async () => {
    const page = await open('locked');
    const field = page.getByLabel('Passphrase', { exact: true });
    await expect.poll(() => field.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.keyboard.type('not this one');
    await page.keyboard.press('Enter');
    await page.getByText('This is not the passphrase.').waitFor();
    await page.keyboard.type('nor this');
    await page.evaluate(() => window.scripted.lockFor(60_000));
    await page.getByRole('button', { name: /^Try again in \d+ s$/u }).waitFor();
    await page.keyboard.press('Enter');
    await page.evaluate(() => window.scripted.lockFor(null));
    await page.getByRole('button', { name: 'Unlock' }).waitFor();
    expect(await field.inputValue()).toBe('nor this');
    await page.keyboard.press('Enter');
    await expect.poll(() => unlockCalls(page)).toEqual(['not this one', 'nor this']);
  });

  describe('as to trust', () => showsTrust({ open, talk, scan }));

  describe('as to one’s own keys', () => showsKeys({ open, talk, scan }));

  describe('as to the focus', () => movesFocus({ open, talk, scan }));

  describe('in its menus', () => showsMenus({ open, talk, scan }));

  it('can be walked through with the keyboard alone', async () => {
    const page = await open('talk');
    await conversationWith(page, /Bob Lindqvist/u).waitFor();
    for (const name of ['New conversation', 'Settings', 'Search people, messages and actions']) {
      await page.keyboard.press('Tab');
      expect(await focused(page)).toBe(name);
    }
    await page.keyboard.press('Tab');
    expect(await focused(page)).toContain('Bob Lindqvist');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => focused(page)).toContain('Carol Ferreira');
    await page.keyboard.press('Enter');
    await expect.poll(() => focused(page)).toBe('Message');

    await page.keyboard.type('Written without a mouse');
    await page.keyboard.press('Enter');
    await page.getByRole('article').getByText('Written without a mouse').waitFor();

    // From the field back over the send and attach buttons into the messages; the arrows move between them.
    await page.getByRole('button', { name: /Message actions: You, Written/u }).focus();
    await page.keyboard.press('ArrowUp');
    await expect.poll(() => focused(page)).toContain('Sending the plan as well');
    await page.keyboard.press('Enter');
    // Reply comes first, then Copy text.
    await expect.poll(() => focused(page)).toContain('Reply');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => focused(page)).toContain('Details');
    await page.keyboard.press('Enter');
    await page.getByRole('complementary', { name: 'Details' }).waitFor();
  });

  it('backs out of one thing with each Escape', async () => {
    const page = await open('talk');
    await talk(page, /Carol Ferreira/u);
    await page.getByRole('button', { name: 'Details', exact: true }).click();
    await page.keyboard.press('Control+k');
    await paletteField(page).waitFor();
    await page.keyboard.press('Escape');
    await paletteField(page).waitFor({ state: 'detached' });
    expect(await page.getByRole('complementary').count()).toBe(1);
    await page.keyboard.press('Escape');
    expect(await page.getByRole('complementary').count()).toBe(0);
    await page.keyboard.press('Escape');
    await expect.poll(() => focused(page)).toContain('Carol Ferreira');
  });

  it('gives the focus back to what opened a dialogue, also where another one took its place', async () => {
    const page = await open('talk');
    await page.getByRole('button', { name: 'New conversation' }).first().click();
    await page.getByRole('textbox', { name: 'Their identity' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await expect.poll(() => focused(page)).toBe('New conversation');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Invite someone' }).click();
    await page.getByRole('dialog', { name: 'Invite someone' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  it('shows one pane at a time where there is no room for two', async () => {
    const page = await open('talk', { viewport: { width: 480, height: 760 } });
    await talk(page, /Bob Lindqvist/u);
    await page.getByRole('button', { name: 'Back' }).click();
    await conversationWith(page, /Bob Lindqvist/u).waitFor();
    expect(await page.getByRole('textbox', { name: 'Message' }).count()).toBe(0);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBeLessThanOrEqual(480);
  });

  it('keeps few of two thousand messages in the document, however far one scrolls', async () => {
    const page = await open('talk');
    await talk(page, /ci@build/u);
    const messages = page.getByRole('region', { name: /^Messages with/u });
    let most = 0;
    for (let turn = 0; turn < 25; turn += 1) {
      await messages.evaluate((element) => element.scrollBy(0, -2500));
      await page.waitForTimeout(40);
      most = Math.max(most, await messages.getByRole('article').count());
    }
    expect(most).toBeGreaterThan(5);
    expect(most).toBeLessThan(200);
    await page.getByRole('button', { name: /latest message/u }).click();
    await messages.getByText('#2000').waitFor();
  });

  it('loads older messages without moving what is being read', async () => {
    const page = await open('talk');
    await talk(page, /ci@build/u);
    const messages = page.getByRole('region', { name: /^Messages with/u });
    const asked = () =>
      page.evaluate(
        () => window.scripted.calls.filter(({ input }) => JSON.stringify(input).includes('"before"')).length,
      );
    await page.getByRole('button', { name: /latest message/u }).click();
    await messages.getByText('#2000').waitFor();
    const before = await asked();
    // Close to the beginning of what is loaded, in one go; more of it comes only once what is read was looked up.
    await page.evaluate(() => window.scripted.hold());
    await expect.poll(() => restsAt(messages, 500)).toBe(500);
    await expect.poll(asked).toBeGreaterThan(before);
    const reading = await messages.evaluate((element) => {
      const top = element.getBoundingClientRect().top;
      const article = [...element.querySelectorAll('article')].find(
        (candidate) => candidate.getBoundingClientRect().top > top + 100,
      );
      return article?.querySelector('.text')?.textContent ?? '';
    });
    const place = await placeOf(page, reading);
    const first = () => messages.evaluate((element) => element.scrollHeight);
    const height = await first();
    await page.evaluate(() => window.scripted.letGo());
    await expect.poll(first).toBeGreaterThan(height + 500);
    const moved = async () => Math.abs((await placeOf(page, reading)) - place);
    await expect.poll(moved).toBeLessThan(4);
  });

  it('stays at the end while messages arrive there, and says so while one reads further up', async () => {
    const page = await open('talk');
    await talk(page, /Bob Lindqvist/u);
    const messages = page.getByRole('region', { name: /^Messages with/u });
    await page.evaluate(() => window.scripted.receive('talk-bob', 'It arrived at the end'));
    await expect.poll(() => messages.getByText('It arrived at the end').isVisible()).toBe(true);
    await expect
      .poll(() =>
        messages.evaluate((element) => element.scrollHeight - element.clientHeight - element.scrollTop),
      )
      .toBeLessThan(4);
    await expect
      .poll(() => page.getByRole('status').allTextContents())
      .toContain('Bob Lindqvist: It arrived at the end');

    // The list corrects itself for some frames after it went to its end.
    await expect.poll(() => restsAt(messages, 0)).toBe(0);
    await page.evaluate(() => window.scripted.receive('talk-bob', 'And another one'));
    await page.getByRole('button', { name: /1 new message/u }).click();
    await messages.getByText('And another one').waitFor();
  });

  it('jumps to the message that a search found, and marks it', async () => {
    const page = await open('talk');
    await conversationWith(page, /Bob Lindqvist/u).waitFor();
    await page.keyboard.press('Control+k');
    await paletteField(page).fill('#700 ');
    await page.getByRole('option', { name: /#700/u }).waitFor();
    await page.keyboard.press('Enter');
    const found = page.getByRole('article').filter({ hasText: '#700 ' });
    await found.waitFor();
    await expect.poll(() => found.getAttribute('class')).toContain('highlighted');
    expect(await found.isVisible()).toBe(true);
  });

  it('says where files will land, and sends them only when told to', async () => {
    const page = await open('talk');
    await talk(page, /Bob Lindqvist/u);
    const files = await page.evaluateHandle(() => {
      const transfer = new DataTransfer();
      for (const name of ['a.txt', 'b.txt', 'c.txt']) transfer.items.add(new File(['x'], name));
      return transfer;
    });
    const carol = conversationWith(page, /Carol Ferreira/u);
    await carol.dispatchEvent('dragover', { dataTransfer: files });
    await carol.getByText('Send 3 files to Carol Ferreira').waitFor();
    await carol.dispatchEvent('drop', { dataTransfer: files });
    await page.getByRole('list', { name: 'Attachments' }).getByText('c.txt').waitFor();
    const sent = () =>
      page.evaluate(() => window.scripted.calls.filter(({ method }) => method === 'messages.send').length);
    expect(await sent()).toBe(0);
    await page.getByRole('button', { name: 'Send 3 files to Carol Ferreira' }).click();
    await page.getByText('3 files sent together').waitFor();
    expect(await sent()).toBe(1);
  });

  it('asks to whom files go that are dropped where no conversation is', async () => {
    const page = await open('talk');
    const files = await page.evaluateHandle(() => {
      const transfer = new DataTransfer();
      for (const name of ['a.txt', 'b.txt']) transfer.items.add(new File(['x'], name));
      return transfer;
    });
    const nowhere = page.getByText(words.conversation.chooseTitle);
    await nowhere.dispatchEvent('dragover', { dataTransfer: files });
    await page.getByText(words.drop.toSomebody(2)).waitFor();
    await page.getByText(words.drop.toSomebodyText).waitFor();
    await nowhere.dispatchEvent('drop', { dataTransfer: files });
    const dialog = page.getByRole('dialog', { name: words.sendTo.title(2) });
    await dialog.getByText('a.txt, b.txt').waitFor();
    expect(await page.getByText(words.drop.toSomebodyText).count()).toBe(0);
    await page.keyboard.type('Bob');
    await dialog.getByRole('option', { name: /Bob/ }).first().waitFor();
    await page.keyboard.press('Enter');
    const chips = page.getByRole('list', { name: words.composer.attachments });
    await expect.poll(() => chips.getByRole('listitem').count()).toBe(2);
  });

  it('keeps what was typed when one looks elsewhere', async () => {
    const page = await open('talk');
    await talk(page, /Bob Lindqvist/u);
    await page.getByRole('textbox', { name: 'Message' }).fill('half a thought');
    await talk(page, /Carol Ferreira/u);
    await conversationWith(page, /Bob Lindqvist.*half a thought/su).click();
    await expect
      .poll(() => page.getByRole('textbox', { name: 'Message' }).inputValue())
      .toBe('half a thought');
  });

  it('says that the engine is gone, and asks again when it is back', async () => {
    const page = await open('talk');
    await talk(page, /Bob Lindqvist/u);
    await page.evaluate(() => window.scripted.setOpen(false));
    await page.getByText('DockerComms stopped').waitFor();
    await page.evaluate(() => window.scripted.setOpen(true));
    await page.getByText('DockerComms stopped').waitFor({ state: 'detached' });
    const asked = () =>
      page.evaluate(() => window.scripted.calls.filter(({ method }) => method === 'app.status').length);
    await expect.poll(asked).toBe(2);
  });

  it('does not move where motion is not wanted', async () => {
    const page = await open('talk', { reducedMotion: 'reduce' });
    await talk(page, /Bob Lindqvist/u);
    await page.keyboard.press('Control+k');
    await paletteField(page).waitFor();
    const running = await page.evaluate(
      () =>
        document
          .getAnimations()
          .filter((animation) => Number(animation.effect?.getComputedTiming().duration ?? 0) > 0).length,
    );
    expect(running).toBe(0);
  });

  it('follows the theme that was chosen, whatever the system says', async () => {
    const page = await open('talk', { colorScheme: 'light' });
    await page.getByRole('button', { name: 'Settings', exact: true }).click();
    await page.getByRole('radio', { name: 'Dark' }).check();
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await expect.poll(background).toBe('rgb(33, 31, 28)');
    await page.getByRole('radio', { name: 'System' }).check();
    await expect.poll(background).toBe('rgb(253, 252, 250)');
  });

  it('asks to whom files from outside go, by keyboard, and sends nothing', async () => {
    const page = await open('talk');
    await page.evaluate(() => {
      const file = {
        token: 'token-of-sixteen',
        bytes: 812,
        mediaType: 'text/plain',
        folder: false,
        files: null,
      };
      window.scripted.bring(
        { ...file, name: 'plan.txt' },
        { ...file, token: 'token-of-another1', name: 'map.png' },
      );
    });
    const dialog = page.getByRole('dialog', { name: words.sendTo.title(2) });
    await dialog.getByText('plan.txt, map.png').waitFor();
    await page.keyboard.type('Bob');
    await dialog.getByRole('option', { name: /Bob/ }).first().waitFor();
    await page.keyboard.press('Enter');
    const chips = page.getByRole('list', { name: words.composer.attachments });
    await expect.poll(() => chips.getByRole('listitem').count()).toBe(2);
    expect(await dialog.count()).toBe(0);
  });
});
