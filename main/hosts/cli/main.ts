import { product } from '../product.ts';
import { runCommandLine } from './run.ts';
import { processTerminal } from './terminal.ts';

const interrupted = new AbortController();
// The first signal stops tidily (temporary files go); a second one ends the process at once.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());

process.exitCode = await runCommandLine(process.argv.slice(2), {
  terminal: processTerminal,
  signal: interrupted.signal,
  version: product().version,
});
