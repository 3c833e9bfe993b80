import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DockerCommsError } from '../../main/base/errors.ts';
import { limits } from '../../main/base/limits.ts';
import { answering, basic, somebody } from './surroundings.ts';

const mail = { host: 'quay.io', path: 'team/mail' };
const podmanFile = 'run/containers/auth.json';
const dockerFile = '.docker/config.json';

describe('the login that the container tools have for a repository', () => {
  it('is none on a computer without any', async () => {
    expect(await (await somebody()).logins().find(mail)).toBeNull();
  });

  it("is Podman's before Docker's", async () => {
    const who = await somebody();
    await who.write(dockerFile, { auths: { 'quay.io': basic('docker', 'x') } });
    expect(await who.logins().find(mail)).toMatchObject({
      username: 'docker',
      source: "Docker's configuration",
    });
    await who.write(podmanFile, { auths: { 'quay.io': basic('podman', 'x') } });
    expect(await who.logins().find(mail)).toMatchObject({
      username: 'podman',
      source: "Podman's configuration",
    });
  });

  it('is taken from the next file when one has none', async () => {
    const who = await somebody();
    await who.write(podmanFile, { auths: { 'quay.io': {}, 'quay.io/other': basic('other', 'x') } });
    await who.write('.dockercfg', { 'https://quay.io/v1/': basic('old', 'x') });
    expect(await who.logins().find(mail)).toMatchObject({ username: 'old' });
  });

  it('comes from where REGISTRY_AUTH_FILE, DOCKER_CONFIG and DOCKER_AUTH_CONFIG say', async () => {
    const who = await somebody();
    await who.write(podmanFile, { auths: { 'quay.io': basic('podman', 'x') } });
    await who.write('d/config.json', { auths: { 'quay.io': basic('folder', 'x') } });
    const file = await who.write('auth.json', { auths: { 'quay.io': basic('file', 'x') } });
    const content = JSON.stringify({ auths: { 'quay.io': basic('variable', 'x') } });
    const environment: Record<string, string> = { ...who.environment, DOCKER_CONFIG: join(who.home, 'd') };
    const found = async () => (await who.logins({ environment }).find(mail)) as unknown;
    expect(await found()).toMatchObject({ username: 'folder' });
    environment.DOCKER_AUTH_CONFIG = content;
    expect(await found()).toMatchObject({ username: 'variable', source: 'the variable DOCKER_AUTH_CONFIG' });
    environment.REGISTRY_AUTH_FILE = file;
    expect(await found()).toMatchObject({ username: 'file' });
  });

  it("is asked of the registry's own helper", async () => {
    const who = await somebody();
    await who.install('quay', answering(['quay.io', 'alice', 'x']));
    await who.write(dockerFile, { credHelpers: { 'quay.io': 'quay' }, credsStore: 'not-there' });
    expect(await who.logins().find(mail)).toMatchObject({
      ...{ username: 'alice', source: 'the credential helper quay' },
    });
  });

  it('is asked of the store under each name it may have there', async () => {
    const who = await somebody();
    await who.install('store', answering(['https://quay.io/v1/', 'alice', 'x']));
    await who.write(dockerFile, { auths: { 'https://quay.io/v1/': {} }, credsStore: 'store' });
    expect(await who.logins().find(mail)).toMatchObject({ username: 'alice' });
  });

  it('stands in the file when the store does not have it', async () => {
    const who = await somebody();
    await who.install('store', answering());
    await who.write(dockerFile, { auths: { 'quay.io': basic('alice', 'x') }, credsStore: 'store' });
    expect(await who.logins().find(mail)).toMatchObject({ username: 'alice' });
  });

  it('is found anew each time, since the tools may have logged in meanwhile', async () => {
    const who = await somebody();
    const logins = who.logins();
    expect(await logins.find(mail)).toBeNull();
    await who.write(dockerFile, { auths: { 'quay.io': basic('alice', 'x') } });
    expect(await logins.find(mail)).toMatchObject({ username: 'alice' });
  });

  it('is asked for once, however many want it at the same time', async () => {
    const who = await somebody();
    await who.install('store', `echo asked >> "$HOME/asked"; ${answering(['quay.io', 'alice', 'x'])}`);
    await who.write(dockerFile, { credsStore: 'store' });
    const logins = who.logins();
    const found = await Promise.all(
      Array.from({ length: 10 }, (_none, index) => logins.find({ host: 'quay.io', path: `team/${index}` })),
    );
    expect(found.every((login) => login?.kind === 'basic')).toBe(true);
    expect(await readFile(join(who.home, 'asked'), 'utf8')).toBe('asked\n');
  });

  it('a file that says nonsense is not passed over', async () => {
    const who = await somebody();
    const file = await who.write(podmanFile, 'nonsense');
    await who.write(dockerFile, { auths: { 'quay.io': basic('docker', 'x') } });
    await expect(who.logins().find(mail)).rejects.toMatchObject({ code: 'invalid', detail: { file } });
  });

  it('a helper that fails is not passed over: nobody acts under another name by accident', async () => {
    const who = await somebody();
    await who.install('store', 'exit 1');
    await who.write(podmanFile, { credHelpers: { 'quay.io': 'store' } });
    await who.write(dockerFile, { auths: { 'quay.io': basic('docker', 'x') } });
    await expect(who.logins().find(mail)).rejects.toMatchObject({ code: 'auth' });
  });

  it('a helper that is not installed is told of when nobody else has the login', async () => {
    const who = await somebody();
    await who.write(podmanFile, { credHelpers: { 'quay.io': 'gone' } });
    await expect(who.logins().find(mail)).rejects.toMatchObject({ code: 'unsupported' });
    await who.write(dockerFile, { auths: { 'quay.io': basic('docker', 'x') } });
    expect(await who.logins().find(mail)).toMatchObject({ username: 'docker' });
  });

  it('a store left behind by a tool that is gone does not stand in the way of other registries', async () => {
    const who = await somebody();
    await who.write(dockerFile, { auths: { 'https://index.docker.io/v1/': {} }, credsStore: 'desktop' });
    expect(await who.logins().find(mail)).toBeNull();
    await expect(who.logins().find({ host: 'docker.io', path: 'alice/mail' })).rejects.toMatchObject({
      code: 'unsupported',
      detail: { helper: 'desktop' },
    });
  });

  it('no file of the tools is changed', async () => {
    const who = await somebody();
    const file = await who.write(dockerFile, { auths: { 'quay.io': basic('alice', 'x') } });
    const before = await readFile(file);
    await who.logins().find(mail);
    await who.logins().suggestions();
    expect(await readFile(file)).toEqual(before);
  });
});

describe('the logins that could be used', () => {
  it('are those of all files and helpers, each once, as they would be found', async () => {
    const who = await somebody();
    await who.install(
      'store',
      answering(
        ['https://index.docker.io/v1/', 'alice', 'x'],
        ['https://index.docker.io/v1/access-token', 'alice', 'x'],
        ['registry.example:5000', '<token>', 'x'],
      ),
    );
    await who.install('ecr', 'exit 1');
    await who.write(podmanFile, {
      auths: { 'quay.io/team': basic('robot', 'x'), 'quay.io': basic('podman', 'x') },
    });
    await who.write(dockerFile, {
      auths: { 'quay.io': basic('docker', 'x'), 'azure.example': { identitytoken: 'x' }, 'docker.io': {} },
      credHelpers: { 'ecr.example': 'ecr' },
      credsStore: 'store',
    });
    const podman = "Podman's configuration";
    const store = 'the credential helper store';
    expect(await who.logins().suggestions()).toEqual([
      { host: 'quay.io', path: 'team', username: 'robot', source: podman },
      { host: 'quay.io', path: null, username: 'podman', source: podman },
      { host: 'ecr.example', path: null, username: null, source: 'the credential helper ecr' },
      { host: 'docker.io', path: null, username: 'alice', source: store },
      { host: 'registry.example:5000', path: null, username: null, source: store },
      { host: 'azure.example', path: null, username: null, source: "Docker's configuration" },
    ]);
  });

  it('of a store that does not list are those that Docker marked', async () => {
    const who = await somebody();
    await who.write(dockerFile, { auths: { 'https://index.docker.io/v1/': {} }, credsStore: 'gone' });
    expect(await who.logins().suggestions()).toEqual([
      { host: 'docker.io', path: null, username: null, source: 'the credential helper gone' },
    ]);
  });

  it('of a store that lists nothing are those that Docker marked, too', async () => {
    const who = await somebody();
    await who.install('store', `echo '{}'`);
    await who.write(dockerFile, { auths: { 'quay.io': {} }, credsStore: 'store' });
    expect(await who.logins().suggestions()).toMatchObject([{ host: 'quay.io', username: null }]);
  });

  it('never fail: what cannot be read is told of and left out', async () => {
    const who = await somebody();
    const broken = await who.write(podmanFile, 'nonsense');
    await who.install('slow', 'sleep 600');
    await who.write(dockerFile, {
      auths: { 'quay.io': basic('alice', 'x'), 'ghcr.io': { auth: '%' } },
      credHelpers: { 'a.example': '../evil', 'b.example': 'slow' },
    });
    const problems: DockerCommsError[] = [];
    const logins = who.logins({ timeoutMs: 1_000, onProblem: (problem) => problems.push(problem) });
    expect(await logins.suggestions()).toContainEqual(
      expect.objectContaining({ host: 'quay.io', username: 'alice' }),
    );
    expect(problems.map(({ code, detail }) => [code, detail.file ?? detail.helper])).toEqual([
      ['invalid', broken],
      ['auth', 'slow'],
    ]);
  });

  it.each([
    '00000000-0000-0000-0000-000000000000',
    '<token>',
    '\u001b[2J',
    'x'.repeat(limits.usernameCharacters + 1),
  ])('the user name %j is not shown', async (name) => {
    const who = await somebody();
    await writeFile(
      await who.write(dockerFile, ''),
      JSON.stringify({ auths: { 'quay.io': { ...basic(name, 'x'), identitytoken: 'x' } } }),
    );
    expect(await who.logins().suggestions()).toMatchObject([{ host: 'quay.io', username: null }]);
  });
});

describe('the login that the tools would use, as it is offered', () => {
  it('names the tool and the user, and is the one that would be used', async () => {
    const who = await somebody();
    await who.write(dockerFile, { auths: { 'quay.io': basic('docker', 'x'), 'ghcr.io': basic('me', 'x') } });
    expect(await who.logins().offerFor(mail)).toEqual({
      ...{ tool: 'docker', username: 'docker', source: "Docker's configuration" },
    });
    await who.write(podmanFile, { auths: { 'quay.io/team': basic('part', 'x') } });
    expect(await who.logins().offerFor(mail)).toMatchObject({ tool: 'podman', username: 'part' });
  });

  it.each(['quay.io.example', 'other.quay.io', 'quay.io:443', 'docker.io'])(
    'is never for %s',
    async (host) => {
      const who = await somebody();
      await who.install('all', answering(['quay.io', 'alice', 'x']));
      await who.write(dockerFile, { auths: { 'quay.io': basic('alice', 'x') }, credsStore: 'all' });
      expect(await who.logins().offerFor({ ...mail, host })).toBeNull();
    },
  );

  it('is what a helper lists, and without a name where it cannot list', async () => {
    const who = await somebody();
    await who.install('quay', answering(['quay.io', 'alice', 'x']));
    await who.write(dockerFile, { credHelpers: { 'quay.io': 'quay' } });
    expect(await who.logins().offerFor(mail)).toMatchObject({ username: 'alice' });
    await who.install('quay', 'exit 1');
    expect(await who.logins().offerFor(mail)).toMatchObject({ username: null });
  });

  it('is none where the helper is not installed, and asks no helper of other registries', async () => {
    const who = await somebody();
    await who.install('other', `touch '${join(who.home, 'asked')}'`);
    await who.write(dockerFile, { credHelpers: { 'quay.io': 'gone', 'ghcr.io': 'other' } });
    expect(await who.logins().offerFor(mail)).toBeNull();
    await expect(readFile(join(who.home, 'asked'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('is there after the time-out when a helper hangs', async () => {
    const who = await somebody();
    await who.install('quay', 'sleep 600');
    await who.write(dockerFile, { credHelpers: { 'quay.io': 'quay' } });
    expect(await who.logins({ timeoutMs: 200 }).offerFor(mail)).toMatchObject({ username: null });
  });

  it('a damaged configuration hides no other', async () => {
    const who = await somebody();
    await who.write(podmanFile, '{');
    await who.write(dockerFile, { auths: { 'quay.io': basic('docker', 'x') } });
    expect(await who.logins().offerFor(mail)).toMatchObject({ tool: 'docker' });
  });
});
