/** One case in a process of its own: `run-case.ts NAME`, its input as JSON on standard input, its result on output. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { text } from 'node:stream/consumers';
import type { CaseInput, CaseResult } from './case-input.ts';
import { receive, send } from './ours.ts';
import { plainGets, plainPuts } from './plain.ts';

const cases: Readonly<Record<string, (input: CaseInput) => Promise<void>>> = {
  'plain PUT': plainPuts,
  'send zstd': (input) => send(input, 'zstd'),
  'send gzip': (input) => send(input, 'gzip'),
  'plain GET + fsync': plainGets,
  'receive zstd': (input) => receive(input, 'zstd'),
  'receive gzip': (input) => receive(input, 'gzip'),
};

async function measure(work: () => Promise<void>): Promise<CaseResult> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const cpu = process.cpuUsage();
  const start = performance.now();
  await work();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  delay.disable();
  const milliseconds = (nanoseconds: number) => nanoseconds / 1e6;
  return {
    seconds,
    cpuSeconds: (user + system) / 1e6,
    peakResidentBytes: process.resourceUsage().maxRSS * 1024,
    loopDelay: {
      p50: milliseconds(delay.percentile(50)),
      p99: milliseconds(delay.percentile(99)),
      max: milliseconds(delay.max),
    },
  };
}

const run = cases[process.argv[2] ?? ''];
if (run === undefined) throw new Error(`Cases: ${Object.keys(cases).join(', ')}.`);
const input = JSON.parse(await text(process.stdin)) as CaseInput;
process.stdout.write(JSON.stringify(await measure(() => run(input))));
