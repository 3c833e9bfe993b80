import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { CredentialHelper } from '../../main/credentials/credential-helper.ts';
import { runHelper } from '../../main/credentials/helper-process.ts';
import { findHelper } from '../../main/credentials/helper-program.ts';
import { answering, somebody, type Somebody } from './surroundings.ts';

const patience = 20_000;

function helper(who: Somebody, name: string, more: { timeoutMs?: number; signal?: AbortSignal } = {}) {
  const { environment } = who;
  const options = { name, environment, platform: 'linux', run: runHelper, timeoutMs: patience } as const;
  return new CredentialHelper({ ...options, ...more });
}

/** A helper with this script. */
async function withScript(script: string, more: { timeoutMs?: number; signal?: AbortSignal } = {}) {
  const who = await somebody();
  await who.install('test', script);
  return { who, helper: helper(who, 'test', more) };
}

/** True while the process does something: not for one that ended and was not yet cleared away. */
async function isRunning(pid: string): Promise<boolean> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'stat=', '-p', pid.trim()]).catch(() => ({
    stdout: '',
  }));
  return stdout.trim() !== '' && !stdout.trim().startsWith('Z');
}

describe('a credential helper that is asked to get', () => {
  it('is started with the action, and reads the server from its input', async () => {
    const { who, helper } = await withScript(
      `printf '%s %s' "$*" "$(cat)" > "$HOME/seen"; echo '{"Username":"alice","Secret":"x"}'`,
    );
    await helper.get('https://index.docker.io/v1/');
    expect(await readFile(join(who.home, 'seen'), 'utf8')).toBe('get https://index.docker.io/v1/');
  });

  it('answers with a user name and a password', async () => {
    const { helper } = await withScript(answering(['ghcr.io', 'alice', 'pa$$ w"ö']));
    expect(await helper.get('ghcr.io')).toMatchObject({
      ...{ kind: 'basic', username: 'alice', password: 'pa$$ w"ö' },
      source: 'the credential helper test',
    });
  });

  it('answers for the user <token> with an identity token', async () => {
    const { helper } = await withScript(answering(['ghcr.io', '<token>', 'refresh-me']));
    expect(await helper.get('ghcr.io')).toMatchObject({ kind: 'identity-token', token: 'refresh-me' });
  });

  it('may write its fields small, as whoever reads them in Go does not mind', async () => {
    const { helper } = await withScript(`echo '{"username":"alice","secret":"x"}'`);
    expect(await helper.get('ghcr.io')).toMatchObject({ username: 'alice', password: 'x' });
  });

  it('has none when it says so in the words of the protocol', async () => {
    const { helper } = await withScript(`echo 'credentials not found in native keychain'; exit 1`);
    expect(await helper.get('ghcr.io')).toBeNull();
  });

  it('has none when its secret is empty', async () => {
    const { helper } = await withScript(`echo '{"Username":"","Secret":""}'`);
    expect(await helper.get('ghcr.io')).toBeNull();
  });

  it('may end without having read its input', async () => {
    const { helper } = await withScript(`exec <&-; echo '{"Username":"alice","Secret":"x"}'`);
    expect(await helper.get('x'.repeat(200_000))).toMatchObject({ username: 'alice' });
  });

  it('may leave a program running that keeps its output open', async () => {
    const { who, helper } = await withScript(
      `sleep 600 & echo $! > "$HOME/pid"; echo '{"Username":"alice","Secret":"x"}'`,
    );
    expect(await helper.get('ghcr.io')).toMatchObject({ username: 'alice' });
    process.kill(Number(await readFile(join(who.home, 'pid'), 'utf8')), 'SIGKILL');
  });

  it('fails auth when it fails in other words', async () => {
    const { helper } = await withScript(`echo 'pass not initialized'; exit 3`);
    await expect(helper.get('ghcr.io')).rejects.toMatchObject({
      code: 'auth',
      detail: { helper: 'test', reason: 'helper-failed', status: 3 },
    });
  });

  it('fails auth when a signal ends it', async () => {
    const { helper } = await withScript(`echo '{"Username":"alice","Secret":"x"}'; kill -SEGV $$`);
    await expect(helper.get('ghcr.io')).rejects.toMatchObject({ code: 'auth' });
  });

  it.each([
    ['nothing', ''],
    ['words', 'echo hello'],
    ['half an answer', `printf '{"Username":"alice","Secr'`],
    ['a list', `echo '[]'`],
    ['a number for a secret', `echo '{"Username":"alice","Secret":1}'`],
    ['no user name', `echo '{"Secret":"x"}'`],
    ['a user name that moves the cursor', String.raw`printf '{"Username":"a\\u001b[2J","Secret":"x"}'`],
    ['a token that is two headers', String.raw`printf '{"Username":"<token>","Secret":"x\\r\\ny"}'`],
    ['bytes', 'head -c 1000 /dev/urandom'],
  ])('fails protocol when it answers %s', async (_what, script) => {
    const { helper } = await withScript(script);
    await expect(helper.get('ghcr.io')).rejects.toMatchObject({
      code: 'protocol',
      detail: { helper: 'test', reason: 'helper-answer' },
    });
  });

  it('that never stops talking is ended, and fails too-large', async () => {
    const { who, helper } = await withScript(
      'echo $$ > "$HOME/pid"; while :; do echo xxxxxxxxxxxxxxxx; done',
    );
    await expect(helper.get('ghcr.io')).rejects.toMatchObject({ code: 'too-large' });
    const pid = await readFile(join(who.home, 'pid'), 'utf8');
    await vi.waitFor(async () => expect(await isRunning(pid)).toBe(false), { timeout: patience });
  });

  it('that does not answer in time is ended with all that it started, and fails auth', async () => {
    const hanging = `trap '' TERM; sh -c 'echo $$ > "$HOME/child"; sleep 600; :' & echo $$ > "$HOME/pid"; wait`;
    const { who, helper } = await withScript(hanging, { timeoutMs: 1_500 });
    await expect(helper.get('ghcr.io')).rejects.toMatchObject({
      code: 'auth',
      detail: { helper: 'test', reason: 'helper-timed-out' },
    });
    for (const file of ['pid', 'child']) {
      const pid = await readFile(join(who.home, file), 'utf8');
      await vi.waitFor(async () => expect(await isRunning(pid)).toBe(false), { timeout: patience });
    }
  });

  it('is ended when its owner closes, and fails cancelled', async () => {
    const owner = new AbortController();
    const { who, helper } = await withScript('echo $$ > "$HOME/pid"; sleep 600; :', { signal: owner.signal });
    const asked = helper.get('ghcr.io');
    const pid = await vi.waitFor(() => readFile(join(who.home, 'pid'), 'utf8'), { timeout: patience });
    owner.abort();
    await expect(asked).rejects.toMatchObject({ code: 'cancelled' });
    await vi.waitFor(async () => expect(await isRunning(pid)).toBe(false), { timeout: patience });
    await expect(helper.get('ghcr.io')).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('that is not installed fails unsupported', async () => {
    await expect(helper(await somebody(), 'desktop').get('ghcr.io')).rejects.toMatchObject({
      code: 'unsupported',
      detail: { helper: 'desktop', reason: 'helper-missing' },
    });
  });

  it('that is no program for this computer fails unsupported', async () => {
    const who = await somebody();
    const file = await who.install('broken', '');
    await writeFile(file, '#!/nowhere/interpreter\n');
    await expect(helper(who, 'broken').get('ghcr.io')).rejects.toMatchObject({ code: 'unsupported' });
  });

  it('has a standard error that goes nowhere', async () => {
    const { helper } = await withScript(
      `[ /dev/fd/2 -ef /dev/null ] && echo '{"Username":"nowhere","Secret":"x"}'`,
    );
    expect(await helper.get('ghcr.io')).toMatchObject({ username: 'nowhere' });
  });

  it('has the surroundings of the user, without what is ours', async () => {
    const who = await somebody();
    Object.assign(who.environment, { AWS_PROFILE: 'work', DOCKERCOMMS_SECRET: 'x', NODE_OPTIONS: '--x' });
    await who.install(
      'test',
      `env > "$HOME/seen"; pwd >> "$HOME/seen"; echo '{"Username":"a","Secret":"b"}'`,
    );
    await helper(who, 'test').get('ghcr.io');
    const seen = (await readFile(join(who.home, 'seen'), 'utf8')).trim().split('\n');
    expect(seen).toContain('AWS_PROFILE=work');
    expect(seen.at(-1)).toBe('/');
    expect(seen.filter((line) => /^(?:DOCKERCOMMS|NODE)_/.test(line))).toEqual([]);
  });
});

describe('a credential helper that is asked to list', () => {
  it('names servers and users', async () => {
    const { helper } = await withScript(answering(['ghcr.io', 'alice', 'x'], ['quay.io', '<token>', 'y']));
    expect([...(await helper.list())]).toEqual([
      ['ghcr.io', 'alice'],
      ['quay.io', '<token>'],
    ]);
  });

  it('may have nothing', async () => {
    const { helper } = await withScript('echo null');
    expect((await helper.list()).size).toBe(0);
  });

  it('fails protocol for what is no list', async () => {
    const { helper } = await withScript(`echo '{"ghcr.io": {"Secret": "x"}}'`);
    await expect(helper.list()).rejects.toMatchObject({ code: 'protocol' });
  });
});

describe('the program of a helper', () => {
  it('is found on the PATH, first come first served', async () => {
    const who = await somebody();
    const first = await who.install('test', '');
    const other = join(who.home, 'bin');
    await mkdir(other);
    await writeFile(join(other, 'docker-credential-test'), '');
    await chmod(join(other, 'docker-credential-test'), 0o755);
    expect(await findHelper('test', { PATH: `${who.programs}:${other}` }, 'linux')).toBe(first);
    expect(await findHelper('test', { PATH: `${other}:${who.programs}` }, 'linux')).not.toBe(first);
  });

  it('is never looked for in the current folder or another relative one', async () => {
    const who = await somebody();
    await who.install('test', '');
    const before = process.cwd();
    process.chdir(who.programs);
    try {
      for (const PATH of ['', '.', ':', '::.', 'bin'])
        expect(await findHelper('test', { PATH }, 'linux')).toBeNull();
    } finally {
      process.chdir(before);
    }
  });

  it('is none when it may not be run, or is a folder', async () => {
    const who = await somebody();
    await chmod(await who.install('test', ''), 0o644);
    await mkdir(join(who.programs, 'docker-credential-folder'));
    expect(await findHelper('test', who.environment, 'linux')).toBeNull();
    expect(await findHelper('folder', who.environment, 'linux')).toBeNull();
  });

  it('is none under a name with a path in it, though there is such a program', async () => {
    const who = await somebody();
    await mkdir(join(who.programs, 'docker-credential-x'));
    await rename(await who.install('test', ''), join(who.programs, 'evil'));
    for (const name of ['x/../evil', '../evil', 'x\0', '']) {
      expect(await findHelper(name, who.environment, 'linux')).toBeNull();
    }
  });

  it('has its suffix on Windows, where the PATH has any capitals', async () => {
    const who = await somebody();
    const file = await who.install('test.exe', '');
    expect(await findHelper('test', { Path: who.programs }, 'win32')).toBe(file);
  });
});
