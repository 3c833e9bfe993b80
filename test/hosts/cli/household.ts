import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { runCommandLine } from '../../../main/hosts/cli/run.ts';

export const inputs = join(import.meta.dirname, '../../fixtures/reference-inputs');
export const inputNames = ['empty.bin', 'hello.txt', 'pieces.bin', 'ünïcode naïve 名前.txt'] as const;

/** What one command line printed, and how it ended. */
export interface Ran {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
  /** The one JSON object on stdout. */
  json(): Record<string, unknown>;
}

/** Somebody at a terminal, with a home and a folder of their own. */
export class Terminalist {
  readonly folder: string;
  /** Everything in it is theirs: nothing is found of whoever runs the tests. */
  readonly environment: Record<string, string | undefined>;
  /** Their Ctrl+C. */
  readonly interrupted = new AbortController();

  constructor(folder: string) {
    this.folder = folder;
    this.environment = {
      DOCKERCOMMS_HOME: join(folder, 'home'),
      HOME: folder,
      XDG_RUNTIME_DIR: join(folder, 'run'),
      XDG_CONFIG_HOME: join(folder, '.config'),
      DOCKER_CONFIG: join(folder, 'docker'),
      DOCKER_AUTH_CONFIG: undefined,
      REGISTRY_AUTH_FILE: undefined,
    };
  }

  async run(...args: readonly string[]): Promise<Ran> {
    const printed: Record<'out' | 'err', string[]> = { out: [], err: [] };
    for (const [name, value] of Object.entries(this.environment)) vi.stubEnv(name, value);
    const exitCode = await runCommandLine(args, {
      terminal: {
        out: (text) => printed.out.push(text),
        err: (text) => printed.err.push(text),
        interactive: false,
      },
      signal: this.interrupted.signal,
      version: '0.0.0-test',
    });
    vi.unstubAllEnvs();
    const out = printed.out.join('\n');
    return {
      exitCode,
      out,
      err: printed.err.join('\n'),
      json: () => JSON.parse(out) as Record<string, unknown>,
    };
  }
}

export async function sitDown(): Promise<Terminalist> {
  const folder = await mkdtemp(join(tmpdir(), 'dockercomms-cli-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return new Terminalist(folder);
}
