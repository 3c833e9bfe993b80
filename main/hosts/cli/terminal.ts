import type { TransferProgress } from '../../../preload/contract/messages.ts';
import { toDockerCommsError } from '../../base/errors.ts';

/** Where a command writes. Results go to `out`, everything about them to `err`. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** Progress is drawn on a terminal only: logs and pipes stay clean. */
  readonly interactive: boolean;
}

export const processTerminal: Terminal = {
  out: (text) => process.stdout.write(`${text}\n`),
  err: (text) => process.stderr.write(`${text}\n`),
  interactive: process.stderr.isTTY,
};

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** `1536` → `1.5 KiB`. */
export function readableBytes(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** power;
  return `${power === 0 ? value.toFixed(0) : value.toFixed(1)} ${units[power] ?? 'B'}`;
}

/** Draws one line that keeps itself up to date; undefined where nobody looks. */
export function progressLine(
  name: string,
  interactive: boolean,
): ((progress: TransferProgress) => void) | undefined {
  if (!interactive) return undefined;
  let ended = false;
  return ({ bytesDone, bytesTotal, bytesPerSecond, secondsLeft }) => {
    // The end is told with each change of phase; one line is enough.
    if (ended) return;
    ended = bytesDone >= bytesTotal;
    const rate = bytesPerSecond === null ? '' : `, ${readableBytes(bytesPerSecond)}/s`;
    const left = secondsLeft === null ? '' : `, ${Math.ceil(secondsLeft)} s left`;
    const done = ended ? '\n' : '';
    process.stderr.write(
      `\r\u001b[K${printable(name)}: ${readableBytes(bytesDone)} of ${readableBytes(bytesTotal)}${rate}${left}${done}`,
    );
  };
}

/** The sentence of a failure with its facts, on one line. */
export function describeError(error: unknown): string {
  const { message, detail } = toDockerCommsError(error);
  const facts = Object.entries(detail).map(([name, value]) => `${name}: ${printable(String(value))}`);
  return facts.length === 0 ? message : `${message} (${facts.join(', ')})`;
}

/** What somebody else wrote, made safe for a terminal: control characters could otherwise redraw or reprogram it. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\u{fffd}');
}
