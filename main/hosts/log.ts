import { chmodSync, closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pino, type Logger } from 'pino';
import { MiB } from '../base/limits.ts';
import { redact } from './redaction.ts';

/**
 * Bytes of one log file, some twenty thousand lines: enough for days before what went wrong. There are at most two, the
 * current one and the one before, and both together can be attached to a mail.
 */
const logFileBytes = 4 * MiB;

/** Where a home's log lies. */
export function logFile(home: string): string {
  return join(home, 'logs', 'dockercomms.log');
}

/**
 * The log of a home: `logs/dockercomms.log`, readable by its owner only, one JSON object a line, secrets redacted.
 * `DOCKERCOMMS_LOG_LEVEL` chooses the level (default `info`).
 */
export function openLog(home: string, level = process.env.DOCKERCOMMS_LOG_LEVEL ?? 'info'): Logger {
  const file = logFile(home);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  return pino(
    {
      level: level in pino.levels.values ? level : 'info',
      base: { pid: process.pid },
      hooks: { streamWrite: redact },
    },
    new CappedFile(file, logFileBytes),
  );
}

/** Writes down what ends the program unexpectedly. The ending itself is left to the runtime. */
export function logCrashes(logger: Logger): void {
  process.on('uncaughtExceptionMonitor', (error, origin) => {
    logger.fatal({ err: error, origin }, 'ended by an error that nobody handled');
  });
}

/** Appends to a file; a full one becomes `.1`, replacing the one before. Written at once: a crash keeps its last line. */
class CappedFile {
  readonly #path: string;
  readonly #capBytes: number;
  #file: number;
  #bytes: number;

  constructor(path: string, capBytes: number) {
    this.#path = path;
    this.#capBytes = capBytes;
    [this.#file, this.#bytes] = openForAppending(path);
  }

  write(line: string): void {
    // A disk that is full must not take the program with it: the line is given up.
    try {
      if (this.#bytes >= this.#capBytes) this.#turnOver();
      this.#bytes += writeSync(this.#file, line);
    } catch {
      this.#bytes += 0;
    }
  }

  #turnOver(): void {
    closeSync(this.#file);
    renameSync(this.#path, `${this.#path}.1`);
    [this.#file, this.#bytes] = openForAppending(this.#path);
  }
}

function openForAppending(path: string): [file: number, bytes: number] {
  const file = openSync(path, 'a', 0o600);
  chmodSync(path, 0o600);
  return [file, fstatSync(file).size];
}
