/** Loaded into the program (`node --import`): after SIGUSR2 it collects its garbage and writes what is left into a file. */
import { writeFileSync } from 'node:fs';

const file = process.env.BENCH_MEMORY_FILE ?? '';
const collect = (globalThis as { gc?: () => void }).gc;

function tell(): void {
  // Twice: what the first collection finalises, the second one frees.
  collect?.();
  collect?.();
  writeFileSync(file, JSON.stringify({ pid: process.pid, at: Date.now(), ...process.memoryUsage() }));
}

process.on('SIGUSR2', tell);
tell();
