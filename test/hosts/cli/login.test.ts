import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { containerToolLogins } from '../../../main/credentials/container-tools.ts';
import { Logins } from '../../../main/messenger/logins.ts';
import { parseRepositoryReference } from '../../../main/oci/reference.ts';
import { ensureHome } from '../../../main/store/home.ts';
import { Store } from '../../../main/store/store.ts';
import { keyFileSlot } from '../../../main/vault/key-file-slot.ts';
import { Vault } from '../../../main/vault/vault.ts';
import { answering, basic } from '../../credentials/surroundings.ts';
import { registryLogin, startDockerRegistry, type RealRegistry } from '../../peers/docker-registry.ts';
import { describeWithRealPart } from '../../peers/real-parts.ts';
import { scriptedRegistry } from '../../peers/scripted-registry.ts';
import { sitDown, type Ran, type Terminalist } from './household.ts';

const right = registryLogin;
const wrong = { username: registryLogin.username, password: 'wrong-PLANTED-password' } as const;
const passwords = [right.password, wrong.password];

type Login = typeof right | typeof wrong;

async function writeBelow(person: Terminalist, path: string, content: string): Promise<string> {
  const file = join(person.folder, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
  return file;
}

/** `docker login`, as it is kept in `DOCKER_CONFIG`. */
function logInToDocker(person: Terminalist, host: string, { username, password }: Login): Promise<string> {
  const auths = { [host]: basic(username, password) };
  return writeBelow(person, 'docker/config.json', JSON.stringify({ auths }));
}

/** Docker's configuration says that `docker-credential-test`, which is this shell script, has the login. */
async function useHelper(person: Terminalist, host: string, script: string): Promise<void> {
  const file = await writeBelow(person, 'bin/docker-credential-test', `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
  person.environment.PATH = `${dirname(file)}:/usr/bin:/bin`;
  await writeBelow(person, 'docker/config.json', JSON.stringify({ credHelpers: { [host]: 'test' } }));
}

function logInByEnvironment(person: Terminalist, { username, password }: Login): void {
  Object.assign(person.environment, { DOCKERCOMMS_USERNAME: username, DOCKERCOMMS_PASSWORD: password });
}

/** A login that the window saved for this repository, and so for its host. */
async function logInAtHome(person: Terminalist, repository: string, login: Login): Promise<void> {
  const home = await ensureHome(join(person.folder, 'home'));
  const slots = [keyFileSlot(join(home, 'vault.key'))];
  const vault = await Vault.open({ path: join(home, 'vault.json'), slots });
  await new Logins(vault, containerToolLogins({ environment: {}, home })).save(
    parseRepositoryReference(repository),
    {
      kind: 'password',
      ...login,
    },
  );
}

async function addAccount(person: Terminalist, identity: string, repository: string): Promise<void> {
  const home = await ensureHome(join(person.folder, 'home'));
  const store = Store.open(join(home, 'dockercomms.sqlite'));
  store.accounts.insert({
    identity,
    repository,
    kind: 'registry',
    loginKind: 'none',
    username: null,
    createdAt: Date.now(),
  });
  store.close();
}

function expectNoPassword({ out, err }: Ran): void {
  for (const password of passwords) expect(out + err).not.toContain(password);
}

describeWithRealPart('docker-registry', 'the login of the command line', () => {
  let registry: RealRegistry;
  beforeAll(async () => {
    registry = await startDockerRegistry({ login: true });
  });
  afterAll(() => registry.remove());

  const repo = (path = 'team/mail') => `${registry.host}/${path}`;
  const list = async (person: Terminalist, ...more: readonly string[]): Promise<number> => {
    const ran = await person.run('list', '--repo', repo(), '--json', ...more);
    expectNoPassword(ran);
    return ran.exitCode;
  };

  test('is that of Docker where nothing else is known, and makes no home', async () => {
    const person = await sitDown();
    expect(await list(person)).toBe(3);
    await logInToDocker(person, registry.host, right);
    expect(await list(person)).toBe(0);
    expect(existsSync(join(person.folder, 'home'))).toBe(false);
  });

  test('is that of Podman too', async () => {
    const person = await sitDown();
    const auths = { [repo('team')]: basic(right.username, right.password) };
    await writeBelow(person, 'run/containers/auth.json', JSON.stringify({ auths }));
    expect(await list(person)).toBe(0);
  });

  test('comes from a credential helper', async () => {
    const person = await sitDown();
    await useHelper(person, registry.host, answering([registry.host, right.username, right.password]));
    expect(await list(person)).toBe(0);
  });

  test('is that of the home before that of Docker', async () => {
    const person = await sitDown();
    await logInToDocker(person, registry.host, wrong);
    await logInAtHome(person, repo(), right);
    expect(await list(person)).toBe(0);
    await logInAtHome(person, repo(), wrong);
    await logInToDocker(person, registry.host, right);
    expect(await list(person)).toBe(3);
  });

  test('is that of Docker where the home has only those of other hosts', async () => {
    const person = await sitDown();
    await logInAtHome(person, '127.0.0.1:1/team/mail', wrong);
    await logInToDocker(person, registry.host, right);
    expect(await list(person)).toBe(0);
  });

  test('is that of the environment before that of the home', async () => {
    const person = await sitDown();
    await logInAtHome(person, repo(), wrong);
    logInByEnvironment(person, right);
    expect(await list(person)).toBe(0);
    await logInAtHome(person, repo(), right);
    logInByEnvironment(person, wrong);
    expect(await list(person)).toBe(3);
  });

  test('is that of --account before that of the environment', async () => {
    const person = await sitDown();
    await addAccount(person, 'alice@example.com', repo('alice'));
    await logInAtHome(person, repo('alice'), right);
    logInByEnvironment(person, wrong);
    expect(await list(person)).toBe(3);
    expect(await list(person, '--account', 'alice@example.com')).toBe(0);
    expect(await list(person, '--account', 'mallory@example.com')).toBe(1);
  });

  test('of --account is that of Docker where the home has none, and never that of the environment', async () => {
    const person = await sitDown();
    await addAccount(person, 'alice@example.com', repo('alice'));
    logInByEnvironment(person, right);
    expect(await list(person, '--account', 'alice@example.com')).toBe(3);
    await logInToDocker(person, registry.host, right);
    logInByEnvironment(person, wrong);
    expect(await list(person, '--account', 'alice@example.com')).toBe(0);
  });

  test('is not looked for in a configuration that cannot be read: that is said', async () => {
    const person = await sitDown();
    await writeBelow(person, 'docker/config.json', `{"auths": "${wrong.password}`);
    const ran = await person.run('list', '--repo', repo());
    expect(ran).toMatchObject({ exitCode: 1 });
    expect(ran.err).toContain('config.json');
    expectNoPassword(ran);
  });

  test('is not waited for after Ctrl+C: a helper that hangs is ended', async () => {
    const person = await sitDown();
    const pidFile = join(person.folder, 'pid');
    await useHelper(
      person,
      registry.host,
      `echo $$ >'${pidFile}.new'; mv '${pidFile}.new' '${pidFile}'; sleep 600`,
    );
    const running = person.run('list', '--repo', repo());
    while (!existsSync(pidFile)) await pause(20);
    const interrupted = performance.now();
    person.interrupted.abort();
    expect(await running).toMatchObject({ exitCode: 1, out: '', err: '' });
    const pid = Number(await readFile(pidFile, 'utf8'));
    while (isRunning(pid)) await pause(20);
    // Less than the ten seconds after which it would be ended anyway.
    expect(performance.now() - interrupted).toBeLessThan(8_000);
  });

  test(
    'is given up when a helper hangs, and nothing of what it said is shown',
    { timeout: 60_000 },
    async () => {
      const person = await sitDown();
      await useHelper(person, registry.host, `echo '${wrong.password}'; sleep 600`);
      const ran = await person.run('list', '--repo', repo());
      expect(ran.exitCode).toBe(3);
      expect(ran.err).toContain('helper-timed-out');
      expectNoPassword(ran);
    },
  );
});

describe('a login of another host', () => {
  test.each(['localhost', '127.0.0.1', '127.0.0.1:1', 'registry.example'])(
    'in the container tools is never used: %s',
    async (other) => {
      const peer = await scriptedRegistry();
      peer.always('GET', /^\/v2\//, { status: 401, headers: { 'www-authenticate': 'Basic realm="x"' } });
      const person = await sitDown();
      await logInToDocker(person, other, right);
      const ran = await person.run('list', '--repo', `${peer.host}/team/mail`);
      expect(ran.exitCode).toBe(3);
      expect(ran.err).toContain('login-required');
      expect(peer.credentialsSeen).toEqual([]);
      expectNoPassword(ran);
    },
  );
});

describe('the container tools', () => {
  test('are not asked where the registry asks for nothing', async () => {
    const peer = await scriptedRegistry();
    peer.always('GET', /^\/v2\//, { body: { name: 'team/mail', tags: [] } });
    const person = await sitDown();
    const asked = join(person.folder, 'asked');
    await useHelper(person, peer.host, `touch '${asked}'; exit 1`);
    expect(await person.run('list', '--repo', `${peer.host}/team/mail`)).toMatchObject({ exitCode: 0 });
    expect(existsSync(asked)).toBe(false);
  });

  test('may have an identity token, which goes to the token service alone', async () => {
    const token = 'identity-PLANTED-token';
    const peer = await scriptedRegistry();
    peer.once('POST', '/token', { body: { access_token: 'access' } });
    peer.always('GET', /^\/v2\//, ({ headers }) =>
      headers.authorization === 'Bearer access'
        ? { body: { name: 'team/mail', tags: [] } }
        : { status: 401, headers: { 'www-authenticate': `Bearer realm="${peer.origin}/token"` } },
    );
    const person = await sitDown();
    await useHelper(person, peer.host, answering([peer.host, '<token>', token]));
    const ran = await person.run('list', '--repo', `${peer.host}/team/mail`);
    expect(ran.exitCode).toBe(0);
    expect(ran.out + ran.err).not.toContain(token);
    expect(peer.credentialsSeen).toEqual(['Bearer access']);
  });
});

test.each([[['--help']], [['send', '--help']], [['list', '--help']]])(
  '%j says which login is used, in the order in which it is looked for',
  async (args) => {
    const { out } = await (await sitDown()).run(...args);
    const places = ['--account,', 'DOCKERCOMMS_USERNAME', 'the home', 'Docker'].map((place) =>
      out.lastIndexOf(place),
    );
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places).not.toContain(-1);
  },
);

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
