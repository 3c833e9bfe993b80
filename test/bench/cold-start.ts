/** How long the built program on the stand-in needs until its window takes what is typed, with much history and with none. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from '@playwright/test';
import { launchShell } from '../browser.ts';
import { launchStandin, type StandinOptions } from '../electron-standin/launch.ts';
import { writeEmptyProgram } from './empty-program.ts';
import { accountIn, fillHome, fullHome } from './full-home.ts';
import { judged, median, printGoals } from './report.ts';

const starts = 9;

interface Start {
  /** Seconds until the list of conversations is drawn. */
  readonly listed: number;
  /** Seconds until a click into that list is answered: the window takes what somebody does. */
  readonly answered: number;
  /** Seconds until the newest conversation was opened and shows a typed letter. */
  readonly typed: number;
}

interface Case {
  readonly name: string;
  /** What is started; left out: the built program. */
  readonly program?: string;
  readonly home: string;
  readonly starts: Start[];
}

/** Measures and prints the goals of starting; nothing without a Chromium. */
export async function benchColdStart(): Promise<void> {
  const browser = await launchShell();
  if (browser === null) return;
  const folder = await mkdtemp(join(tmpdir(), 'dockercomms-bench-start-'));
  const inFolder = (name: string) => join(folder, name);
  const full: Case = { name: 'full', home: inFolder('full'), starts: [] };
  const bare: Case = { name: 'bare', home: inFolder('bare'), starts: [] };
  const empty: Case = {
    name: 'empty program',
    program: inFolder('program'),
    home: inFolder('empty'),
    starts: [],
  };
  try {
    await writeEmptyProgram(inFolder('program'));
    for (const [home, sizes] of [
      [full.home, fullHome],
      [bare.home, [1]],
    ] as const) {
      await accountIn(home, browser);
      fillHome(home, sizes);
    }
    // In turns: what the machine does meanwhile meets all.
    while (full.starts.length < starts) {
      for (const each of [full, bare, empty]) each.starts.push(await start(each, browser));
    }
    report(full, bare, empty);
  } finally {
    await browser.close();
    await rm(folder, { recursive: true });
  }
}

/**
 * The mouse and the keys are Chromium's own input. What looks for the places runs in the page: Playwright's locators would
 * take the window's processor time for longer than most of what is measured.
 */
async function start({ home, program }: Case, browser: Browser): Promise<Start> {
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  const options: StandinOptions = { browser, home, ...(program !== undefined && { root: program }) };
  const standin = await launchStandin(options);
  const [page] = await standin.windows(1);
  if (page === undefined) throw new Error('no window');
  const newest = await page.evaluate(placeOf, 'nav [data-row="0"]');
  const listed = seconds();
  await page.mouse.click(newest.x, newest.y);
  await page.evaluate(placeOf, 'nav [data-row="0"][aria-current]');
  const answered = seconds();
  await page.evaluate(placeOf, 'textarea:focus');
  await page.keyboard.press('x');
  await page.evaluate(untilTyped, 'x');
  const typed = seconds();
  await page.keyboard.press('Backspace');
  await standin.close();
  return { listed, answered, typed };
}

/** In the page: the middle of what `selector` finds, as soon as it is there. */
function placeOf(selector: string): Promise<{ readonly x: number; readonly y: number }> {
  return new Promise((found) => {
    const look = () => {
      const element = document.querySelector(selector);
      if (element === null) {
        requestAnimationFrame(look);
        return;
      }
      const { x, y, width, height } = element.getBoundingClientRect();
      found({ x: x + width / 2, y: y + height / 2 });
    };
    look();
  });
}

/** In the page: waits until the field with the focus holds `text`. */
function untilTyped(text: string): Promise<void> {
  return new Promise((typed) => {
    const look = () => {
      const { activeElement } = document;
      if (activeElement instanceof HTMLTextAreaElement && activeElement.value === text) typed();
      else requestAnimationFrame(look);
    };
    look();
  });
}

function report(full: Case, bare: Case, empty: Case): void {
  const messages = fullHome.reduce((sum, size) => sum + size, 0);
  const typed = (each: Case) => median(each.starts.map((run) => run.typed));
  const listed = (each: Case) => median(each.starts.map((run) => run.listed));
  const answered = (each: Case) => median(each.starts.map((run) => run.answered));
  const underOne = (seconds: number) => seconds < 1;
  console.log(
    `\nStarting on the stand-in, median of ${starts}, with ${messages} messages, with one, and a program that does nothing\n`,
  );
  console.table(
    Object.fromEntries(
      [full, bare, empty].map((each) => [
        each.name,
        { 'list drawn, s': listed(each), 'click answered, s': answered(each), 'typed, s': typed(each) },
      ]),
    ),
  );
  console.log(
    `        times the start of a program that does nothing: ${(typed(full) / typed(empty)).toFixed(2)}`,
  );
  printGoals([
    judged(
      { text: 's until the window is there and answers (goal: under 1)', holds: underOne },
      answered(full),
    ),
    judged(
      { text: 's until its newest conversation takes what is typed (goal: under 1)', holds: underOne },
      typed(full),
    ),
    judged(
      // What every start costs is small by now: three hundred people to list and a full conversation to draw weigh more in it.
      { text: 'times the start with one message (goal: 1.4 or less)', holds: (value) => value <= 1.4 },
      typed(full) / typed(bare),
    ),
  ]);
}
