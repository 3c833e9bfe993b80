import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { Logins } from '../../main/messenger/logins.ts';
import { parseRepositoryReference } from '../../main/oci/reference.ts';
import { basic, somebody } from '../credentials/surroundings.ts';
import { temporaryVault } from './workbench.ts';

const place = (text: string) => parseRepositoryReference(text);
const login = (username: string) => ({ username, password: `${username}-secret` });
const typed = (username: string) => ({ kind: 'password', ...login(username) }) as const;
const tools = { kind: 'container-tools' } as const;
const dockerFile = '.docker/config.json';

async function emptyLogins() {
  const { vault, path } = await temporaryVault();
  const who = await somebody();
  return { logins: new Logins(vault, who.logins()), path, who };
}

test('the login of exactly this repository comes first, then the acting account’s, then the host’s', async () => {
  const { logins } = await emptyLogins();
  await logins.save(place('r.example/alice'), typed('alice'));
  await logins.save(place('r.example/team'), typed('team'));
  const acting = place('r.example/alice');
  expect(await logins.find(place('r.example/team'), acting)).toEqual(login('team'));
  expect(await logins.find(place('r.example/bob'), acting)).toEqual(login('alice'));
  expect(await logins.find(place('r.example/bob'))).toEqual(login('team'));
});

test.each(['other.example/alice', 'r.example:5000/alice', 'r.example.other/alice', '127.0.0.1:5000/alice'])(
  'no login is ever used at another host: %s',
  async (elsewhere) => {
    const { logins, who } = await emptyLogins();
    await logins.save(place('r.example/alice'), typed('alice'));
    expect(await logins.find(place(elsewhere), place('r.example/alice'))).toBeNull();
    await who.write(dockerFile, { auths: { 'r.example': basic('alice', 'x') } });
    await logins.save(place('r.example/alice'), tools);
    expect(await logins.find(place(elsewhere), place('r.example/alice'))).toBeNull();
  },
);

test('a login that is forgotten is the host’s no more, unless another one took its place there', async () => {
  const { logins } = await emptyLogins();
  await logins.save(place('r.example/alice'), typed('alice'));
  await logins.forget(place('r.example/alice'));
  expect(await logins.find(place('r.example/alice'))).toBeNull();
  await logins.save(place('r.example/alice'), typed('alice'));
  await logins.save(place('r.example/bob'), typed('bob'));
  await logins.forget(place('r.example/alice'));
  expect(await logins.find(place('r.example/carol'))).toEqual(login('bob'));
});

test('who chose no login gets none, though there is one for the host', async () => {
  const { logins } = await emptyLogins();
  await logins.save(place('r.example/bob'), typed('bob'));
  await logins.save(place('r.example/public'), { kind: 'none' });
  expect(await logins.find(place('r.example/public'))).toBeNull();
  expect(await logins.find(place('r.example/carol'))).toEqual(login('bob'));
});

test('a login that cannot be read any more has to be entered again; the message is not blamed for it', async () => {
  const { logins, path } = await emptyLogins();
  await logins.save(place('r.example/alice'), typed('alice'));
  const file = JSON.parse(await readFile(path, 'utf8')) as { secrets: { sealed: string }[] };
  for (const secret of file.secrets) secret.sealed = secret.sealed.replace(/.{4}$/, 'AAAA');
  await writeFile(path, JSON.stringify(file));
  await expect(logins.find(place('r.example/alice'))).rejects.toMatchObject({ code: 'auth' });
});

test('a password that the first version saved still works', async () => {
  const { vault } = await temporaryVault();
  await vault.set('login:r.example/alice', JSON.stringify(login('alice')));
  const logins = new Logins(vault, (await somebody()).logins());
  expect(await logins.find(place('r.example/alice'))).toEqual(login('alice'));
});

describe('the login of the container tools', () => {
  test('is asked for at every request, so that a renewed one is used at once', async () => {
    const { logins, who } = await emptyLogins();
    await who.write(dockerFile, { auths: { 'r.example': basic('alice', 'old') } });
    await logins.save(place('r.example/alice'), tools);
    expect(await logins.find(place('r.example/alice'))).toMatchObject({ password: 'old' });
    await who.write(dockerFile, { auths: { 'r.example': basic('alice', 'new') } });
    expect(await logins.find(place('r.example/alice'))).toMatchObject({ password: 'new' });
    expect(await logins.find(place('r.example/bob'), place('r.example/alice'))).toMatchObject({
      password: 'new',
    });
  });

  test('is never kept: the vault only learns the choice', async () => {
    const { vault } = await temporaryVault();
    const who = await somebody();
    await who.write(dockerFile, { auths: { 'r.example': basic('alice', 'a secret') } });
    await new Logins(vault, who.logins()).save(place('r.example/alice'), tools);
    const kept = await Promise.all((await vault.names()).map((name) => vault.get(name)));
    expect(kept).toEqual([JSON.stringify(tools), JSON.stringify(tools)]);
  });

  test('that has vanished fails by its name, and nobody is let in without a login instead', async () => {
    const { logins } = await emptyLogins();
    await logins.save(place('r.example/alice'), tools);
    await expect(logins.find(place('r.example/alice'))).rejects.toMatchObject({
      code: 'auth',
      detail: { registry: 'r.example', reason: 'login-vanished' },
    });
  });

  test('for a part of the registry also serves those whom its owner writes to on that host', async () => {
    const { logins, who } = await emptyLogins();
    await who.write('run/containers/auth.json', { auths: { 'r.example/alice': basic('alice', 'part') } });
    await logins.save(place('r.example/alice'), tools);
    expect(await logins.find(place('r.example/bob'), place('r.example/alice'))).toMatchObject({
      password: 'part',
    });
  });
});
