/** What a person sees and touches, by its accessible roles and names; the words are the product's own. */
import { expect, type Locator, type Page } from '@playwright/test';
import { words } from '../../../renderer/locales/en.ts';
import type { PublicServices } from './public-services.ts';
import type { MessageState, MessageTrust } from '../../../preload/contract/messages.ts';

export class FirstRun {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  get title(): Locator {
    return this.#page.getByRole('heading', { name: words.firstRun.title });
  }
  get thisComputer(): Locator {
    return this.#page.getByRole('button', { name: words.firstRun.thisComputer });
  }
  get registry(): Locator {
    return this.#page.getByRole('button', { name: words.firstRun.registry });
  }
  get identity(): Locator {
    return this.#page.getByLabel(words.firstRun.identity);
  }
  get startHere(): Locator {
    return this.#page.getByRole('button', { name: words.firstRun.startHere });
  }
  get repository(): Locator {
    return this.#page.getByLabel(words.connect.repository, { exact: true });
  }
  get test(): Locator {
    return this.#page.getByRole('button', {
      name: new RegExp(`^(${words.connect.test}|${words.connect.testAgain})$`),
    });
  }
  get report(): Locator {
    return this.#page.getByRole('region', { name: words.connect.report });
  }
  get connect(): Locator {
    return this.#page.getByRole('button', { name: words.connect.connect, exact: true });
  }

  /** The choice of a login, by its words. */
  login(name: string): Locator {
    return this.#page.getByRole('group', { name: words.login.title }).getByRole('radio', { name });
  }

  /** One line of the connection report. */
  check(name: keyof typeof words.connect.checks): Locator {
    return this.report.getByRole('listitem').filter({ hasText: words.connect.checks[name] });
  }

  async useThisComputer(identity: string): Promise<void> {
    await this.thisComputer.click();
    await this.identity.fill(identity);
    await this.startHere.click();
  }

  async useRegistry(repository: string, identity: string): Promise<void> {
    await this.registry.click();
    await this.repository.fill(repository);
    await this.identity.fill(identity);
    await this.connect.click();
  }
}

/** What is there of a home that only its passphrase opens. */
export class LockedWindow {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  get title(): Locator {
    return this.#page.getByRole('heading', { name: words.unlock.title });
  }
  get field(): Locator {
    return this.#page.getByLabel(words.unlock.passphrase, { exact: true });
  }

  async tell(passphrase: string): Promise<void> {
    await this.field.fill(passphrase);
    await this.field.press('Enter');
  }
}

/** The conversations on the left. */
export class List {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  get region(): Locator {
    return this.#page.getByRole('navigation', { name: words.list.label });
  }

  entry(name: string): Locator {
    return this.region.getByRole('listitem').getByRole('button').filter({ hasText: name });
  }

  unreadOf(name: string, count: number): Locator {
    return this.entry(name).getByText(words.common.unread(count));
  }

  /** How many strangers wait for an answer; the way to them. */
  requests(count: number): Locator {
    return this.region.getByRole('button', { name: words.requests.title(count), exact: true });
  }

  /** The dialogue in which somebody is typed whom one would write to. */
  async starting(identity: string): Promise<Locator> {
    const dialog = this.#page.getByRole('dialog', { name: words.newConversation.title });
    if (!(await dialog.isVisible()))
      await this.#page.getByRole('button', { name: words.list.new }).first().click();
    await dialog.getByLabel(words.newConversation.identity).fill(identity);
    return dialog;
  }

  async start(identity: string): Promise<void> {
    const dialog = await this.starting(identity);
    await dialog.getByRole('button', { name: words.newConversation.start }).click();
    await expect(dialog).toBeHidden();
  }
}

/** The conversation that is open. */
export class Chat {
  readonly #page: Page;
  readonly #name: string;

  constructor(page: Page, name: string) {
    this.#page = page;
    this.#name = name;
  }

  get region(): Locator {
    return this.#page.getByRole('region', { name: words.conversation.label(this.#name) });
  }
  get messages(): Locator {
    return this.region.getByRole('region', { name: words.conversation.messages(this.#name) });
  }
  get field(): Locator {
    return this.region.getByRole('textbox', { name: words.composer.label });
  }
  /** The files that wait in the composer. */
  get chips(): Locator {
    return this.region.getByRole('list', { name: words.composer.attachments }).getByRole('listitem');
  }
  get rows(): Locator {
    return this.messages.getByRole('listitem');
  }

  /** Everything about the message with these words or this file: bubble, problem, time and state. */
  row(content: string): Locator {
    return this.rows.filter({ hasText: content });
  }

  bubble(content: string): Locator {
    return this.messages.getByRole('article').filter({ hasText: content });
  }

  /** The button that opens the menu of a message. */
  actionsOf(content: string): Locator {
    return this.row(content).getByRole('button', { name: new RegExp(`^${words.message.actions}`) });
  }

  /** Why a message is not believed: its mark, and what it says on click. */
  mark(content: string, trust: MessageTrust): Locator {
    const { explain, mark } = words.trust.message;
    return this.row(content)
      .getByRole('button', { name: mark[trust], exact: true })
      .and(this.#page.getByTitle(explain(mark[trust])));
  }
  /** What is held back because nobody proved it. */
  heldBack(trust: MessageTrust): Locator {
    return this.messages.getByRole('article').filter({ hasText: words.trust.unverified.title[trust] });
  }
  /** Answers for a stranger. */
  get request(): Locator {
    return this.region.getByRole('region', { name: words.requests.label });
  }
  /** What is known of the other person, at a glance. */
  get trust(): Locator {
    return this.region.getByTitle(words.trust.explain(this.#name));
  }
  get change(): Locator {
    return this.region.getByRole('region', { name: words.trust.change.label });
  }
  get safetyNumber(): SafetyNumberDialog {
    return new SafetyNumberDialog(this.#page, this.#name);
  }

  /** What a message says it answers. */
  quoteIn(content: string, author: string): Locator {
    return this.bubble(content).getByRole('button', {
      name: new RegExp(`^${words.message.inReplyTo(author, '').split(':')[0] ?? ''}`),
    });
  }

  sendButton(files = 0): Locator {
    const name = files === 0 ? words.composer.send : words.composer.sendTo(files, this.#name);
    return this.region.getByRole('button', { name, exact: true });
  }

  async say(text: string): Promise<void> {
    await this.field.fill(text);
    await this.field.press('Enter');
    await expect(this.bubble(text)).toBeVisible();
  }

  async expectState(content: string, state: MessageState): Promise<void> {
    await expect(
      this.row(content).getByText(words.message.states[state], { exact: true }).first(),
    ).toBeVisible();
  }

  progress(file: string): Locator {
    return this.messages.getByRole('progressbar', { name: words.file.progress(file) });
  }

  /** The button on a file's card. */
  action(action: keyof typeof words.file.actions, file: string): Locator {
    return this.messages.getByRole('button', {
      name: words.file.action(words.file.actions[action], file),
      exact: true,
    });
  }
}

export class Settings {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  get region(): Locator {
    return this.#page.getByRole('region', { name: words.settings.title, exact: true });
  }
  get openButton(): Locator {
    return this.#page.getByRole('button', { name: words.list.settings, exact: true });
  }

  get connectivity(): Locator {
    return this.region.getByRole('region', { name: words.connectivity.title, exact: true });
  }

  get network(): Locator {
    return this.region.getByRole('region', { name: words.network.title, exact: true });
  }

  get protection(): Locator {
    return this.region.getByRole('region', { name: words.protection.title, exact: true });
  }

  async open(): Promise<void> {
    await this.openButton.click();
    await expect(this.region).toBeVisible();
  }

  get signatures(): Locator {
    return this.region.getByRole('region', { name: words.signatures.title, exact: true });
  }

  /** Signs publicly, and believes, with services of one's own. */
  async useServices({ services, issuer }: PublicServices): Promise<void> {
    const { fields, instance, documents, noFileYet } = words.signatures;
    await this.signatures.getByLabel(instance, { exact: true }).selectOption('private');
    const fill = (label: string, value: string) => this.signatures.getByLabel(label).fill(value);
    await fill(fields.issuer, issuer.href);
    await fill(fields.fulcio, services.url.href);
    await fill(fields.rekor, services.url.href);
    await expect(this.signatures.getByText(noFileYet)).toBeVisible();
    const file = { name: 'trusted_root.json', mimeType: 'application/json', buffer: services.trustedRoot };
    await this.signatures.getByLabel(documents.file).setInputFiles(file);
    await this.signatures.getByRole('button', { name: words.common.save }).click();
    await expect(this.#page.getByText(words.details.saved)).toBeVisible();
  }

  /** Opens the dialogue in which one confirms who one is. */
  async confirmWhoIAm(): Promise<void> {
    await this.region.getByText(words.keys.title).click();
    await this.region.getByRole('button', { name: words.signIn.action }).click();
  }

  /** Signs each message publicly from now on, which has to be confirmed; the keys are open in the settings. */
  async signEachMessage(): Promise<void> {
    const { each, eachTitle, eachConfirm } = words.signIn;
    const choice = this.region.getByRole('switch', { name: each });
    await choice.click();
    const dialog = this.#page.getByRole('dialog', { name: eachTitle });
    await dialog.getByRole('button', { name: eachConfirm }).click();
    await expect(dialog).toBeHidden();
    await expect(choice).toBeChecked();
  }

  /** Sets a passphrase, typed twice. */
  async setPassphrase(passphrase: string): Promise<void> {
    await this.protection.getByRole('button', { name: words.protection.set }).click();
    const dialog = this.#page.getByRole('dialog', { name: words.protection.setTitle });
    await dialog.getByLabel(words.passphrase.new, { exact: true }).fill(passphrase);
    await dialog.getByLabel(words.passphrase.again).fill(passphrase);
    await dialog.getByRole('button', { name: words.protection.setConfirm }).click();
    await expect(dialog).toBeHidden();
  }

  /** Something opens the secrets no longer, which has to be confirmed. */
  async removeSlot(name: string): Promise<void> {
    const { actionOn, remove, removeTitle, removeConfirm } = words.protection;
    await this.protection.getByRole('button', { name: actionOn(remove, name) }).click();
    const dialog = this.#page.getByRole('dialog', { name: removeTitle(name) });
    await dialog.getByRole('button', { name: removeConfirm, exact: true }).click();
    await expect(dialog).toBeHidden();
  }

  async close(): Promise<void> {
    await this.region.getByRole('button', { name: words.settings.close }).click();
    await expect(this.region).toBeHidden();
  }

  theme(theme: 'system' | 'light' | 'dark'): Locator {
    return this.region.getByRole('radio', { name: words.settings.themes[theme], exact: true });
  }
}

export class SafetyNumberDialog {
  readonly #page: Page;
  readonly #name: string;

  constructor(page: Page, name: string) {
    this.#page = page;
    this.#name = name;
  }

  get dialog(): Locator {
    return this.#page.getByRole('dialog', { name: words.trust.safety.of(this.#name) });
  }
  get verify(): Locator {
    return this.dialog.getByRole('button', { name: words.trust.safety.verify });
  }

  /** Opens it from the mark in the conversation, and reads the digits. */
  async read(mark: Locator): Promise<string> {
    await mark.click();
    await this.#page.getByRole('button', { name: words.trust.safety.open }).click();
    const list = this.dialog.getByRole('list', { name: words.trust.safety.title });
    await expect(list).toBeVisible();
    return (await list.getByRole('listitem').allTextContents()).join('');
  }
}

export class Palette {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  get dialog(): Locator {
    return this.#page.getByRole('dialog', { name: words.palette.title });
  }
  get field(): Locator {
    return this.dialog.getByRole('combobox');
  }
  get options(): Locator {
    return this.dialog.getByRole('option');
  }

  async open(): Promise<void> {
    await this.#page.keyboard.press('ControlOrMeta+k');
    await expect(this.dialog).toBeVisible();
  }
}
