/** Memory of the built program on the stand-in while Alice and Bob talk through its registry: an hour's chat in minutes. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from '@playwright/test';
import type { Bridge } from '../../preload/contract/bridge.ts';
import { launchShell } from '../browser.ts';
import { launchStandin, type Standin } from '../electron-standin/launch.ts';
import { judged, printGoals } from './report.ts';

/** Messages that each of the two writes in an hour: one every ten seconds. */
const messagesEach = 360;
/** The first warms up: pools, compiled code, pages of history. The last is compared with the one after it. */
const samples = 5;
/** Messages that each writes before both wait for the other's: with their answers they fit into one page of a listing (100). */
const breath = 24;

interface Sample {
  readonly messages: number;
  readonly mainHeapMB: number;
  readonly mainResidentMB: number;
  /** Of both windows together. */
  readonly windowHeapMB: number;
}

type Exposed = typeof globalThis & { dockercomms: Bridge };

/** Measures and prints the goals of memory; nothing without a Chromium. */
export async function benchMemory(): Promise<void> {
  const browser = await launchShell();
  if (browser === null) return;
  const folder = await mkdtemp(join(tmpdir(), 'dockercomms-bench-memory-'));
  const file = join(folder, 'memory.json');
  const reporter = join(import.meta.dirname, 'tell-memory.ts');
  const env = { NODE_OPTIONS: `--expose-gc --import ${reporter}`, BENCH_MEMORY_FILE: file };
  const standin = await launchStandin({ browser, home: join(folder, 'home'), args: ['--demo'], env });
  try {
    const taken: Sample[] = [];
    const pages = await talkingPages(standin);
    for (let said = 0; said < messagesEach;) {
      const until = said + Math.ceil(messagesEach / samples);
      for (; said < until; said += breath) await talk(pages, said, Math.min(breath, until - said));
      said = until;
      taken.push(await sample(pages, file, said * 2));
    }
    report(taken);
  } finally {
    await standin.close();
    await browser.close();
    await rm(folder, { recursive: true });
  }
}

/** Both windows with their conversation open, once the demonstration has said its words. */
async function talkingPages(standin: Standin): Promise<readonly Page[]> {
  const pages = await standin.windows(2);
  for (const page of pages) {
    await page.getByRole('navigation').getByRole('button').filter({ hasText: 'Hi Alice!' }).first().click();
  }
  return pages;
}

/** Each says so many things; resolves when both have everything, and know that the other one has. */
async function talk(pages: readonly Page[], from: number, count: number): Promise<void> {
  for (let place = from; place < from + count; place += 1) {
    await Promise.all(pages.map((page, who) => say(page, `${who} says ${place}`)));
  }
  await Promise.all(pages.map((page) => settled(page, count)));
}

async function say(page: Page, text: string): Promise<void> {
  await page.evaluate(async (words) => {
    const { dockercomms } = globalThis as Exposed;
    const list = await dockercomms.call('conversations.list', {});
    const conversation = list.ok ? list.value[0] : undefined;
    if (conversation === undefined) throw new Error('no conversation');
    const sent = await dockercomms.call('messages.send', {
      conversationId: conversation.id,
      text: words,
      attachments: [],
    });
    if (!sent.ok) throw new Error(sent.error.code);
  }, text);
}

async function settled(page: Page, count: number): Promise<void> {
  const open = () =>
    page.evaluate(async (newest) => {
      const { dockercomms } = globalThis as Exposed;
      const list = await dockercomms.call('conversations.list', {});
      const conversation = list.ok ? list.value[0] : undefined;
      if (conversation === undefined) return newest;
      const latest = await dockercomms.call('messages.list', {
        conversationId: conversation.id,
        limit: newest,
      });
      if (!latest.ok) throw new Error(latest.error.code);
      const own = latest.value.messages.filter(({ direction }) => direction === 'outgoing');
      const theirs = latest.value.messages.length - own.length;
      // Half of the newest are the other one's, and all of ours have their receipt.
      return own.filter(({ state }) => state !== 'delivered').length + Math.abs(own.length - theirs);
    }, count * 2);
  while ((await open()) > 0) await pause(200);
}

async function sample(pages: readonly Page[], file: string, messages: number): Promise<Sample> {
  const before = await read(file);
  process.kill(before.pid, 'SIGUSR2');
  let now = await read(file);
  while (now.at === before.at) {
    await pause(50);
    now = await read(file).catch(() => before);
  }
  const windows = await Promise.all(pages.map(windowHeap));
  return {
    messages,
    mainHeapMB: now.heapUsed / 1e6,
    mainResidentMB: now.rss / 1e6,
    windowHeapMB: windows.reduce((sum, bytes) => sum + bytes, 0) / 1e6,
  };
}

async function read(file: string) {
  return JSON.parse(await readFile(file, 'utf8')) as { pid: number; at: number } & NodeJS.MemoryUsage;
}

async function windowHeap(page: Page): Promise<number> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('HeapProfiler.collectGarbage');
  const { usedSize } = await devtools.send('Runtime.getHeapUsage');
  await devtools.detach();
  return usedSize;
}

function report(taken: readonly Sample[]): void {
  console.log(`\nAlice and Bob talk on the stand-in, ${messagesEach} messages each\n`);
  console.table(taken);
  const [, first] = taken;
  const last = taken.at(-1);
  if (first === undefined || last === undefined) return;
  const flat = (value: number) => value <= 1.1;
  const what = {
    mainHeapMB: "main process's heap",
    mainResidentMB: "main process's memory",
    windowHeapMB: "windows' heap",
  };
  printGoals(
    (Object.keys(what) as (keyof typeof what)[]).map((name) =>
      judged(
        {
          text: `${what[name]} at the end, times that after the first fifth (goal: 1.1 or less)`,
          holds: flat,
        },
        last[name] / first[name],
      ),
    ),
  );
}
