/** How long the built program on the stand-in needs until its window takes what is typed, with much history and with none. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from '@playwright/test';
import { words } from '../../renderer/locales/en.ts';
import { launchChromium } from '../browser.ts';
import { launchStandin } from '../electron-standin/launch.ts';
import { accountIn, fillHome, fullHome } from './full-home.ts';
import { judged, median, printGoals } from './report.ts';

const starts = 5;

interface Start {
  /** Seconds until the list of conversations is drawn. */
  readonly listed: number;
  /** Seconds until the newest conversation was opened and shows a typed letter. */
  readonly typed: number;
}

/** Measures and prints the goals of starting; nothing without a Chromium. */
export async function benchColdStart(): Promise<void> {
  const browser = await launchChromium();
  if (browser === null) return;
  const folder = await mkdtemp(join(tmpdir(), 'dockercomms-bench-start-'));
  const homes = { full: join(folder, 'full'), bare: join(folder, 'bare') };
  try {
    for (const [home, sizes] of [
      [homes.full, fullHome],
      [homes.bare, [1]],
    ] as const) {
      await accountIn(home, browser);
      fillHome(home, sizes);
    }
    const full: Start[] = [];
    const bare: Start[] = [];
    // In turns: what the machine does meanwhile meets both.
    while (full.length < starts) {
      full.push(await start(homes.full, browser));
      bare.push(await start(homes.bare, browser));
    }
    report(full, bare);
  } finally {
    await browser.close();
    await rm(folder, { recursive: true });
  }
}

async function start(home: string, browser: Browser): Promise<Start> {
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  const standin = await launchStandin({ browser, home });
  const [page] = await standin.windows(1);
  if (page === undefined) throw new Error('no window');
  const newest = page.getByRole('navigation').getByRole('button').filter({ hasText: 'person-0@' });
  await newest.waitFor();
  const listed = seconds();
  await newest.click();
  const field = page.getByRole('textbox', { name: words.composer.label });
  await field.press('x');
  await page.waitForFunction(() => (document.activeElement as HTMLTextAreaElement | null)?.value === 'x');
  const typed = seconds();
  await field.fill('');
  await standin.close();
  return { listed, typed };
}

function report(full: readonly Start[], bare: readonly Start[]): void {
  const messages = fullHome.reduce((sum, size) => sum + size, 0);
  const typed = (runs: readonly Start[]) => median(runs.map((run) => run.typed));
  const listed = (runs: readonly Start[]) => median(runs.map((run) => run.listed));
  console.log(`\nStarting on the stand-in, median of ${starts}, with ${messages} messages and with one\n`);
  console.table({
    full: { 'list drawn, s': listed(full), 'typed, s': typed(full) },
    bare: { 'list drawn, s': listed(bare), 'typed, s': typed(bare) },
  });
  printGoals([
    judged(
      { text: 's until the window takes what is typed (goal: under 1)', holds: (value) => value < 1 },
      typed(full),
    ),
    judged(
      { text: 'times the start with one message (goal: 1.25 or less)', holds: (value) => value <= 1.25 },
      typed(full) / typed(bare),
    ),
  ]);
}
