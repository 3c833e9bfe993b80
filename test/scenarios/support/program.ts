import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '../../..');

/** A built program of ours, running. */
export class Program {
  readonly #child: ChildProcess;
  #output = '';
  #changed = Promise.withResolvers<undefined>();

  /** Starts `dist/main/<script>` on the Node that runs the tests. */
  constructor(script: string, args: readonly string[], env: Readonly<Record<string, string>>) {
    this.#child = spawn(process.execPath, [join(root, 'dist/main', script), ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (piece: string) => this.#note(piece));
    }
    this.#child.once('exit', () => this.#note(''));
  }

  get output(): string {
    return this.#output;
  }

  /** The first group of `pattern` in what it prints; throws when it ends without printing that. */
  async prints(pattern: RegExp): Promise<string> {
    for (;;) {
      const found = pattern.exec(this.#output)?.[1];
      if (found !== undefined) return found;
      if (this.#ended())
        throw new Error(`The program ended without printing ${pattern.source}:\n${this.#output}`);
      await this.#changed.promise;
    }
  }

  /** Asks it to end, as Ctrl+C does, and waits for that. */
  async end(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    if (this.#ended()) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill(signal);
    await ended;
  }

  #ended(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  #note(piece: string): void {
    this.#output += piece;
    this.#changed.resolve(undefined);
    this.#changed = Promise.withResolvers();
  }
}
