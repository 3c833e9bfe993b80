/** Where tests of the built Electron host work: a home of its own for each, the program on it, and its first window. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser, Page } from '@playwright/test';
import { afterEach, beforeEach, expect } from 'vitest';
import type { Bridge } from '../../preload/contract/bridge.ts';
import type { EngineEvent } from '../../preload/contract/events.ts';
import { launchStandin, type Standin, type StandinOptions } from './launch.ts';

const program = resolve(import.meta.dirname, '../../dist/main/electron.js');

export type Exposed = typeof globalThis & { dockercomms: Bridge; told: EngineEvent[] };

/** Calls through the bridge that the preload exposed, as the page does. */
export const call = (page: Page, method: string, input: object) =>
  page.evaluate(
    ([name, value]) => (globalThis as Exposed).dockercomms.call(name as 'app.status', value as never),
    [method, input] as const,
  );

/** Without a home: in that of the test. */
type Start = Omit<StandinOptions, 'browser' | 'home'> & { readonly home?: string };

export class Desk {
  folder = '';
  readonly #browser: Browser | null;
  readonly #standins: Standin[] = [];

  constructor(browser: Browser | null) {
    this.#browser = browser;
  }

  get home(): string {
    return join(this.folder, 'home');
  }

  /** Starts the program on the home of this test, and waits for nothing but that it runs. */
  async launch(options: Start = {}): Promise<Standin> {
    expect(existsSync(program), 'run `npm run build` first').toBe(true);
    if (this.#browser === null) return expect.unreachable();
    const standin = await launchStandin({ browser: this.#browser, home: this.home, ...options });
    this.#standins.push(standin);
    return standin;
  }

  /** Starts it and waits for its window. */
  async start(options: Start = {}): Promise<{ readonly standin: Standin; readonly page: Page }> {
    const standin = await this.launch(options);
    return { standin, page: await windowOf(standin) };
  }

  async tidy(): Promise<void> {
    for (const standin of this.#standins.splice(0)) await standin.close();
    await rm(this.folder, { recursive: true });
  }
}

/** The first window that shows its page. */
export async function windowOf(standin: Standin): Promise<Page> {
  const [page] = (await standin.windows(1)) as [Page];
  await page.waitForFunction(() => 'dockercomms' in globalThis);
  return page;
}

/** Of the demonstration: those of Alice and of Bob. */
export async function theirWindows(standin: Standin): Promise<readonly [alice: Page, bob: Page]> {
  const [one, other] = (await standin.windows(2)) as [Page, Page];
  const accounts = JSON.stringify(await call(one, 'accounts.list', {}));
  return accounts.includes('alice@') ? [one, other] : [other, one];
}

/** A desk that is fresh for every test of the block. */
export function useDesk(browser: Browser | null): Desk {
  const desk = new Desk(browser);
  beforeEach(async () => {
    desk.folder = await mkdtemp(join(tmpdir(), 'dockercomms-standin-'));
  });
  afterEach(() => desk.tidy());
  return desk;
}
