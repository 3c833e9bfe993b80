import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import {
  containerToolLogins,
  type ContainerToolLogins,
  type ContainerToolLoginsOptions,
} from '../../main/credentials/container-tools.ts';

/** A user's own folder, a folder with programs, and what container tools would see there. Gone after the test. */
export interface Somebody {
  readonly home: string;
  readonly programs: string;
  readonly environment: Record<string, string>;
  /** Writes below the home; the path it has then. */
  readonly write: (path: string, content: unknown) => Promise<string>;
  /** Installs `docker-credential-<name>` as a shell script that is called with the action. */
  readonly install: (name: string, script: string) => Promise<string>;
  readonly logins: (more?: Partial<ContainerToolLoginsOptions>) => ContainerToolLogins;
}

export async function somebody(): Promise<Somebody> {
  const root = await mkdtemp(join(tmpdir(), 'dockercomms-credentials-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const home = join(root, 'home');
  const programs = join(root, 'bin');
  await Promise.all([mkdir(home), mkdir(programs)]);
  const environment = { PATH: `${programs}:/usr/bin:/bin`, HOME: home, XDG_RUNTIME_DIR: join(home, 'run') };
  const write = async (path: string, content: unknown): Promise<string> => {
    const file = join(home, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  };
  const install = async (name: string, script: string): Promise<string> => {
    const file = join(programs, `docker-credential-${name}`);
    await writeFile(file, `#!/bin/sh\n${script}\n`);
    await chmod(file, 0o755);
    return file;
  };
  const logins = (more: Partial<ContainerToolLoginsOptions> = {}) =>
    containerToolLogins({ environment, home, platform: 'linux', ...more });
  return { home, programs, environment, write, install, logins };
}

/** A script for a helper that knows these logins: server, user name and secret. Others it has not. */
export function answering(
  ...known: readonly (readonly [server: string, user: string, secret: string])[]
): string {
  const list = JSON.stringify(Object.fromEntries(known.map(([server, user]) => [server, user])));
  const cases = known.map(([server, user, secret]) => {
    const answer = JSON.stringify({ ServerURL: server, Username: user, Secret: secret });
    return `  '${server}') printf '%s' '${answer}';;`;
  });
  return [
    `if [ "$1" = list ]; then printf '%s' '${list}'; exit 0; fi`,
    'server=$(cat)',
    'case "$server" in',
    ...cases,
    "  *) echo 'credentials not found in native keychain'; exit 1;;",
    'esac',
  ].join('\n');
}

export function encoded(username: string, password: string): string {
  return Buffer.from(`${username}:${password}`, 'utf8').toString('base64');
}

export function basic(username: string, password: string) {
  return { auth: encoded(username, password) };
}
