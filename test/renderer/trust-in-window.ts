/** What the window shows of trust: part of `window.browser.test.ts`, which has built and opened it. */
import type { BrowserContextOptions, Page } from '@playwright/test';
import { expect, it } from 'vitest';
import { invitation } from './preview/links.ts';
import { safetyNumber } from './preview/trust.ts';

export interface WindowTools {
  readonly open: (scene: string, options?: BrowserContextOptions) => Promise<Page>;
  readonly talk: (page: Page, name: RegExp) => Promise<void>;
  readonly scan: (page: Page) => Promise<void>;
}

const called = (page: Page, method: string) =>
  page.evaluate((name) => window.scripted.calls.filter((call) => call.method === name).length, method);

const region = (page: Page, name: string) => page.getByRole('region', { name });
const dialog = (page: Page, name: RegExp) => page.getByRole('dialog', { name });
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });

/** Every screen that trust brought. */
export function scansTrust({ open, talk, scan }: WindowTools): void {
  const timeout = 240_000;

  it('has none where something is not proven, or has changed', { timeout }, async () => {
    const page = await open('trust');
    await talk(page, /Bob Lindqvist/u);
    await scan(page);
    await page.getByRole('button', { name: /^Unsigned/u }).click();
    await scan(page);
    await page.keyboard.press('Escape');
    await talk(page, /Kim Aalto/u);
    await scan(page);
    await talk(page, /Lena Brandt/u);
    await button(page, 'Details').click();
    await button(page, 'Compare safety numbers').click();
    await page.getByRole('img', { name: /QR code/u }).waitFor();
    await scan(page);
  });

  it('has none in requests and invitations', { timeout }, async () => {
    const page = await open('trust');
    await button(page, 'Requests (2)').click();
    await talk(page, /pipeline/u);
    await scan(page);
    await button(page, 'Settings').click();
    await page.getByText('Your key and devices').click();
    await scan(page);
    await button(page, 'Invite someone').click();
    await page.getByRole('img', { name: /QR code/u }).waitFor();
    await scan(page);
    await page.keyboard.press('Escape');
    await button(page, 'New conversation').click();
    await page.getByLabel('Their identity').fill(invitation);
    await page.getByText('An invitation from alice@example.com').waitFor();
    await scan(page);
  });
}

/** How somebody confirms who they are. */
export function scansSignIn({ open, scan }: WindowTools): void {
  it('has none where somebody signs in', { timeout: 240_000 }, async () => {
    const page = await open('trust');
    await button(page, 'Settings').click();
    await page.getByText('Your key and devices').click();
    await button(page, 'Confirm who you are…').click();
    await button(page, 'My browser is on another computer').click();
    await page.getByLabel('Code').waitFor();
    await scan(page);
    await page.getByLabel('Code').fill('4711');
    await button(page, 'Continue').click();
    await page.getByText('You are alice@example.com').waitFor();
    await page.keyboard.press('Escape');
    const services = region(page, 'Public signatures');
    await services.getByLabel('Services', { exact: true }).selectOption('private');
    await services.getByRole('button', { name: 'Save' }).click();
    await services.getByText('Choose the file.').waitFor();
    await scan(page);
  });
}

export function showsTrust({ open, talk }: WindowTools): void {
  it('is calm where everything is signed, and marks only what is not', async () => {
    const page = await open('trust');
    await talk(page, /Noor Haddad/u);
    expect(await page.getByRole('button', { name: /What does that mean/u }).count()).toBe(0);
    await talk(page, /Bob Lindqvist/u);
    const released = page.getByRole('listitem').filter({ hasText: 'This one was shown' });
    await released.getByRole('button', { name: /^Unsigned/u }).click();
    await dialog(page, /^Unsigned/u)
      .getByText('carries no signature')
      .waitFor();
  });

  it('shows nothing of what is not proven before somebody asks, and keeps the mark afterwards', async () => {
    const page = await open('trust');
    await talk(page, /Bob Lindqvist/u);
    const held = page.getByRole('article').filter({ hasText: 'new bank details' });
    await held.getByText('Not shown').waitFor();
    const offered = await held.getByRole('button').allTextContents();
    expect(offered.map((text) => text.trim())).toEqual(['Show anyway', 'Remove']);
    expect(await called(page, 'messages.release')).toBe(0);
    await held.getByRole('button', { name: 'Show anyway' }).click();
    const shown = page.getByRole('listitem').filter({ hasText: 'new bank details' });
    await shown.getByRole('button', { name: /^Unknown key/u }).waitFor();
    await shown.getByRole('button', { name: /^Open/u }).waitFor();
    expect(await called(page, 'messages.release')).toBe(1);
  });

  it('does not read out, or list, the words of what is not proven', async () => {
    const page = await open('trust');
    await button(page, 'Requests (2)').click();
    const entry = page.getByRole('navigation').getByRole('button', { name: /pipeline/u });
    await entry.getByText('Unverified file', { exact: true }).last().waitFor();
    expect(await entry.getByText('nightly.log').count()).toBe(0);
    await page.evaluate(() =>
      window.scripted.receive('talk-noor', 'Send money', { state: 'unverified', trust: 'bad' }),
    );
    await page.getByRole('status').filter({ hasText: 'held back' }).waitFor({ state: 'attached' });
    expect(await page.getByText('Send money').count()).toBe(0);
  });

  it('keeps strangers apart until they are accepted', async () => {
    const page = await open('trust');
    const list = page.getByRole('navigation', { name: 'Conversations' });
    await list.getByRole('button', { name: /Bob/u }).waitFor();
    expect(await list.getByRole('button', { name: /mallory/u }).count()).toBe(0);
    await button(page, 'Requests (2)').click();
    await talk(page, /mallory/u);
    await region(page, 'Request').getByText('registry.example.com/team/messages').waitFor();
    expect(await page.getByRole('textbox', { name: 'Message' }).count()).toBe(0);
    await button(page, 'Accept').click();
    await page.getByRole('textbox', { name: 'Message' }).waitFor();
    await button(page, 'Back to the conversations').click();
    await list.getByRole('button', { name: /mallory/u }).waitFor();
    await button(page, 'Requests (1)').waitFor();
  });

  it('lets nobody in who is blocked, and says where to change that', async () => {
    const page = await open('trust');
    await button(page, 'Requests (2)').click();
    await talk(page, /mallory/u);
    await button(page, 'Block').click();
    await region(page, 'Blocked').waitFor();
    await button(page, 'Settings').click();
    await button(page, 'Unblock mallory@example.net').click();
    await button(page, 'Unblock mallory@example.net').waitFor({ state: 'detached' });
  });

  it('shows the safety number in groups, and verifies and takes back', async () => {
    const page = await open('trust');
    await talk(page, /Noor Haddad/u);
    await button(page, 'Details').click();
    await page
      .getByRole('complementary')
      .getByRole('button', { name: /^Compare/u })
      .click();
    const shown = dialog(page, /^Safety number/u);
    const groups = await shown
      .getByRole('list', { name: 'Safety number' })
      .getByRole('listitem')
      .allTextContents();
    expect(groups.join('')).toBe(safetyNumber.digits);
    await shown.getByRole('button', { name: /mark as verified/u }).click();
    await shown.getByRole('button', { name: 'Take back' }).click();
    await shown.getByRole('button', { name: /mark as verified/u }).waitFor();
    expect(await called(page, 'people.setVerified')).toBe(2);
  });

  it('says that a key changed, aloud and where one writes, and sends nothing until somebody decides', async () => {
    const page = await open('trust');
    await talk(page, /Bob Lindqvist/u);
    await page.evaluate(() =>
      window.scripted.trust('talk-bob', {
        change: { kind: 'key-change', reason: null, at: Date.now(), blocking: true },
      }),
    );
    await page
      .getByRole('status')
      .filter({ hasText: 'Bob Lindqvist, whom you verified, has a new key' })
      .waitFor({ state: 'attached' });
    const field = page.getByRole('textbox', { name: 'Message' });
    await field.fill('Hello?');
    await field.press('Enter');
    const banner = region(page, 'What changed about their keys');
    // Whoever wants to send is led to what has to be decided.
    await expect.poll(() => banner.evaluate((element) => element === document.activeElement)).toBe(true);
    expect(await called(page, 'messages.send')).toBe(0);
    await banner.getByRole('button', { name: 'Accept the new key' }).click();
    await dialog(page, /^Safety number/u).waitFor();
    await page.keyboard.press('Escape');
    await banner.waitFor({ state: 'detached' });
    await field.press('Enter');
    await expect.poll(() => called(page, 'messages.send')).toBe(1);
  });

  it('confirms who one is in a browser, and takes that back', async () => {
    const page = await open('trust');
    await button(page, 'Settings').click();
    await page.getByText('Your key and devices').click();
    await button(page, 'Confirm who you are…').click();
    await button(page, 'Sign in').click();
    const link = page.getByRole('link', { name: 'Open the sign-in page' });
    expect(await link.getAttribute('href')).toMatch(/^https:\/\/accounts\.example\.com\/auth/u);
    expect(await link.getAttribute('rel')).toBe('noopener noreferrer');
    await page.evaluate(() => window.scripted.signIn.comeBack());
    await page.getByText('You are alice@example.com (accounts.example.com).').waitFor();
    await page.keyboard.press('Escape');
    // Not before it was confirmed, and not when the question was closed.
    const each = page.getByRole('switch', { name: 'Sign each message publicly' });
    await each.click();
    await page.keyboard.press('Escape');
    await expect.poll(() => each.isChecked()).toBe(false);
    await each.click();
    await button(page, 'Sign publicly').click();
    await expect.poll(() => each.isChecked()).toBe(true);
    await each.click();
    await expect.poll(() => each.isChecked()).toBe(false);
    await button(page, 'Withdraw…').click();
    await button(page, 'Withdraw').click();
    await button(page, 'Confirm who you are…').waitFor();
    expect(await called(page, 'signIn.withdraw')).toBe(1);
  });

  it('tells who confirmed somebody’s key, where one asks what is known of them', async () => {
    const page = await open('trust');
    await talk(page, /Bob Lindqvist/u);
    await page.getByRole('button', { name: /Verified/u }).click();
    await dialog(page, /Bob/u).getByText('Confirmed by bob@example.com (accounts.example.com).').waitFor();
  });

  it('asks about somebody else who confirmed a key, and sends nothing meanwhile', async () => {
    const page = await open('trust');
    await talk(page, /Pavel/u);
    const banner = region(page, 'What changed about their keys');
    await banner.getByText('Now it is p.novak@mail.example.net (github.com/login/oauth).').waitFor();
    await page.getByRole('textbox', { name: 'Message' }).fill('Hello?');
    expect(await button(page, 'Send').isEnabled()).toBe(false);
    await banner.getByRole('button', { name: 'It is the same person' }).click();
    await banner.waitFor({ state: 'detached' });
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  it('leads from a message that was not sent to what stopped it', async () => {
    const page = await open('trust');
    await talk(page, /Kim Aalto/u);
    await button(page, 'Look at what changed').click();
    const banner = region(page, 'What changed about their keys');
    await expect.poll(() => banner.evaluate((element) => element === document.activeElement)).toBe(true);
  });

  it('tells of a new device quietly, and is told that it was seen', async () => {
    const page = await open('trust');
    await talk(page, /Noor Haddad/u);
    await page.getByText('Noor Haddad uses a new device.').waitFor();
    await page.getByRole('textbox', { name: 'Message' }).fill('Fine');
    expect(await button(page, 'Send').isEnabled()).toBe(true);
    await button(page, 'OK').click();
    await page.getByText('Noor Haddad uses a new device.').waitFor({ state: 'detached' });
  });

  it('follows an invitation from the palette, and connects the registry first where there is none', async () => {
    const page = await open('trust');
    const typed = (link: string) => page.getByLabel('Their identity').fill(link);
    await button(page, 'Settings').waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: /^Search/u }).fill(invitation.replace('alice', 'zoe'));
    await page.getByRole('option', { name: 'Follow this link' }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('An invitation from zoe@example.com').waitFor();
    await button(page, 'Start conversation').click();
    await page.getByRole('button', { name: 'Verified', exact: true }).waitFor();

    await button(page, 'New conversation').click();
    await typed('dockercomms:nonsense');
    await page.getByText('This is not an invitation').waitFor();
    expect(await button(page, 'Start conversation').isEnabled()).toBe(false);
    await typed(invitation.replace('registry.example.com', 'other.example.org'));
    await button(page, 'Connect other.example.org').click();
    const repository = page.getByRole('textbox', { name: 'Repository', exact: true });
    await expect.poll(() => repository.inputValue()).toBe('other.example.org/team/messages');
  });

  it('fits where there is no room', async () => {
    const page = await open('trust', { viewport: { width: 360, height: 640 } });
    for (const name of [/Kim Aalto/u, /Bob Lindqvist/u]) {
      await talk(page, name);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
      await button(page, 'Back').click();
    }
    await talk(page, /Bob Lindqvist/u);
    await page.getByRole('button', { name: /Verified/u }).click();
    await page.getByRole('button', { name: /^Compare/u }).click();
    const shown = dialog(page, /^Safety number/u);
    await shown.getByRole('img').waitFor();
    expect(await shown.evaluate((element) => element.scrollWidth - element.clientWidth)).toBeLessThanOrEqual(
      0,
    );
  });
}
