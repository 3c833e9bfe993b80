import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface BenchRegistry {
  readonly name: string;
  /** `127.0.0.1:port`. */
  readonly host: string;
  stop(): Promise<void>;
}

const dockerRegistry = '/usr/bin/docker-registry';

/** A registry in a process of its own: Debian's where it is installed, else the embedded one. */
export async function startBenchRegistry(folder: string): Promise<BenchRegistry> {
  const real = existsSync(dockerRegistry);
  const child = real ? await spawnDockerRegistry(folder) : spawnEmbedded(folder);
  const host = `127.0.0.1:${await listeningPort(child)}`;
  return { name: real ? 'docker-registry' : 'embedded registry', host, stop: () => stop(child) };
}

async function spawnDockerRegistry(folder: string): Promise<ChildProcess> {
  const configuration = join(folder, 'registry.json');
  // JSON is YAML. Access logs off: writing them would be measured too.
  const settings = {
    version: 0.1,
    log: { level: 'info', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(folder, 'registry') } },
    http: { addr: '127.0.0.1:0', secret: 'of no value: this registry lives for one run' },
  };
  await writeFile(configuration, JSON.stringify(settings));
  return spawn(dockerRegistry, ['serve', configuration], { stdio: ['ignore', 'pipe', 'pipe'] });
}

function spawnEmbedded(folder: string): ChildProcess {
  const program = join(import.meta.dirname, 'embedded-registry.ts');
  return spawn(process.execPath, [program, join(folder, 'registry')], { stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Both say `listening on 127.0.0.1:PORT` once they do; what they say later is read, so that they never wait for us. */
async function listeningPort(child: ChildProcess): Promise<string> {
  const found = Promise.withResolvers<string>();
  for (const output of [child.stdout, child.stderr]) {
    if (output === null) continue;
    createInterface(output).on('line', (line) => {
      const port = /listening on 127\.0\.0\.1:(\d+)/.exec(line)?.[1];
      if (port !== undefined) found.resolve(port);
    });
  }
  child.once('exit', () => found.reject(new Error('The registry ended before it listened.')));
  return found.promise;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, 'exit');
  child.kill();
  await ended;
}
