import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { root } from './program.ts';

export interface Ran {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

/** The built command line, with a home of its own. */
export class CommandLine {
  readonly #home: string;

  constructor(home: string) {
    this.#home = home;
  }

  run(...args: readonly string[]): Promise<Ran> {
    const command = [join(root, 'dist/main/cli.js'), ...args];
    const env = { ...process.env, DOCKERCOMMS_HOME: this.#home };
    return new Promise((ended) => {
      const child = execFile(process.execPath, command, { env }, (_error, out, err) => {
        ended({ exitCode: child.exitCode ?? -1, out, err });
      });
    });
  }

  /** Runs a command that has to succeed, with `--json`; gives what it printed. */
  async json<T>(...args: readonly string[]): Promise<T> {
    const { exitCode, out, err } = await this.run(...args, '--json');
    if (exitCode !== 0) throw new Error(`dockercomms ${args.join(' ')} ended with ${exitCode}: ${err}`);
    return JSON.parse(out) as T;
  }
}
