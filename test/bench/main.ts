/**
 * `npm run bench -- [--only transfers|verification|mailbox|start|memory] [--size 1GiB] [--rounds 1] [--parallel 4]`: our
 * sending and receiving beside plain HTTP, in one run on one registry; verifying; reading a mailbox on a distant registry;
 * starting with much history; memory over an hour of chat. The last two run what `npm run build` made, on the stand-in.
 * Each case of the transfers is a process of its own, so that its peak memory is its own.
 */
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { parseArgs, promisify } from 'node:util';
import { GiB, KiB, MiB } from '../../main/base/limits.ts';
import type { CaseInput, CaseResult } from './case-input.ts';
import { benchColdStart } from './cold-start.ts';
import { benchMailbox } from './mailbox.ts';
import { benchMemory } from './memory.ts';
import { startBenchRegistry } from './registry.ts';
import { printGoals, printMedians, printReport, type CaseName, type Results } from './report.ts';
import { writeSampleFile } from './sample-file.ts';
import { verificationGoal } from './verification.ts';

const order: readonly CaseName[] = [
  'plain PUT',
  'send zstd',
  'send gzip',
  'plain GET + fsync',
  'receive zstd',
  'receive gzip',
];

function parseSize(text: string): number {
  const [, number = '', unit = ''] = /^(\d+)(KiB|MiB|GiB|)$/.exec(text) ?? [];
  const bytes = Number(number) * ({ KiB, MiB, GiB }[unit] ?? 1);
  if (bytes > 0) return bytes;
  throw new Error(`Not a size: ${text}. Write 64MiB or 1GiB.`);
}

/** What earlier cases left to write must not be paid by the next one. */
async function settleDisk(): Promise<void> {
  if (process.platform === 'linux') await promisify(execFile)('sync');
}

async function runCase(name: CaseName, input: CaseInput): Promise<CaseResult> {
  await settleDisk();
  const program = join(import.meta.dirname, 'run-case.ts');
  const child = spawn(process.execPath, [program, name], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify(input));
  return (await json(child.stdout)) as CaseResult;
}

async function runRound(host: string, size: number, parallel: number): Promise<Record<CaseName, CaseResult>> {
  const folder = await mkdtemp(join(tmpdir(), 'dockercomms-bench-'));
  try {
    const file = join(folder, 'sample.bin');
    const input = { host, file, folder, blobs: await writeSampleFile(file, size), parallel };
    const results: Partial<Record<CaseName, CaseResult>> = {};
    for (const name of order) results[name] = await runCase(name, input);
    return results as Record<CaseName, CaseResult>;
  } finally {
    await rm(folder, { recursive: true });
  }
}

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    size: { type: 'string', default: '1GiB' },
    rounds: { type: 'string', default: '1' },
    parallel: { type: 'string', default: '4' },
  },
});

async function benchTransfers(): Promise<void> {
  const size = parseSize(values.size);
  const folder = await mkdtemp(join(tmpdir(), 'dockercomms-bench-registry-'));
  const registry = await startBenchRegistry(folder);
  try {
    const rounds: Results[] = [];
    while (rounds.length < Number(values.rounds)) {
      const results = await runRound(registry.host, size, Number(values.parallel));
      printReport(registry.name, size, results);
      rounds.push(results);
    }
    printMedians(rounds);
  } finally {
    await registry.stop();
    await rm(folder, { recursive: true });
  }
}

const parts: Readonly<Record<string, () => Promise<void>>> = {
  transfers: benchTransfers,
  verification: async () => {
    printGoals([await verificationGoal()]);
  },
  mailbox: benchMailbox,
  start: benchColdStart,
  memory: benchMemory,
};
const wanted = values.only === undefined ? Object.keys(parts) : [values.only];
for (const name of wanted) {
  const part = parts[name];
  if (part === undefined) throw new Error(`Parts: ${Object.keys(parts).join(', ')}.`);
  await part();
}
