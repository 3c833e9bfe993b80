import { join } from 'node:path';
import { expect, type Locator, type Page } from '@playwright/test';
import { words } from '../../../renderer/locales/en.ts';
import type { WindowMaker } from '../../electron-standin/window-pages.ts';
import { openWindow, type HostKind, type OpenWindow, type Place } from './hosts.ts';
import { Chat, FirstRun, List, LockedWindow, Palette, Settings } from './pages.ts';

/** Somebody with a home of their own, who opens and closes the messenger. */
export class Person {
  readonly identity: string;
  readonly place: Place;
  /** What the page complained about: each is a mistake of ours. */
  readonly complaints: string[] = [];
  readonly #host: HostKind;
  readonly #browser: WindowMaker;
  #window: OpenWindow | null = null;

  constructor(identity: string, place: Place, host: HostKind, browser: WindowMaker) {
    this.identity = identity;
    this.place = place;
    this.#host = host;
    this.#browser = browser;
  }

  get page(): Page {
    if (this.#window === null) throw new Error(`${this.identity} has no open window.`);
    return this.#window.page;
  }
  get firstRun(): FirstRun {
    return new FirstRun(this.page);
  }
  get locked(): LockedWindow {
    return new LockedWindow(this.page);
  }
  get list(): List {
    return new List(this.page);
  }
  get settings(): Settings {
    return new Settings(this.page);
  }
  get palette(): Palette {
    return new Palette(this.page);
  }
  /** What a screen reader is told without moving there. */
  get spoken(): Locator {
    return this.page.getByRole('status');
  }

  /** The conversation with `other`, as soon as it is open. */
  chat(other: Person | string): Chat {
    return new Chat(this.page, typeof other === 'string' ? other : other.identity);
  }

  async startsChat(other: Person): Promise<Chat> {
    await this.list.start(other.identity);
    return this.chat(other);
  }

  async opensChat(other: Person): Promise<Chat> {
    await this.list.entry(other.identity).click();
    const chat = this.chat(other);
    await expect(chat.region).toBeVisible();
    return chat;
  }

  /** Lets in somebody to whom this one has never written. */
  async acceptsChat(other: Person | string): Promise<Chat> {
    const chat = this.chat(other);
    await this.list.requests(1).click();
    await this.list.entry(typeof other === 'string' ? other : other.identity).click();
    await chat.request.getByRole('button', { name: words.requests.accept }).click();
    await expect(chat.field).toBeVisible();
    return chat;
  }

  /** Goes through the dialogue that is open: in the page that it leads to, everybody is signed in without a question. */
  async signsIn(purpose: keyof typeof words.signIn.titles): Promise<void> {
    const { titles, begin, doneTexts, page } = words.signIn;
    const dialog = this.page.getByRole('dialog', { name: titles[purpose] });
    await dialog.getByRole('button', { name: begin, exact: true }).click();
    await this.#window?.goOutside(dialog.getByRole('link', { name: page }));
    await expect(dialog.getByRole('status')).toContainText(doneTexts[purpose]);
    await dialog.getByRole('button', { name: words.common.close }).last().click();
  }

  async open(): Promise<void> {
    this.#window = await openWindow(this.#host, this.place, this.#browser);
    this.page.on('pageerror', (error) => this.complaints.push(error.message));
    this.page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) this.complaints.push(message.text());
    });
  }

  async close(): Promise<void> {
    const window = this.#window;
    this.#window = null;
    await window?.close();
  }

  async crash(): Promise<void> {
    const window = this.#window;
    this.#window = null;
    await window?.crash();
  }

  /** Where a file from `sender` is saved. */
  received(sender: Person | string, name: string): string {
    const folder = typeof sender === 'string' ? sender : sender.identity;
    return join(this.place.downloads, 'DockerComms', folder, name);
  }
}
