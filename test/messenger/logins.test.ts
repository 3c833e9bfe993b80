import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { Logins } from '../../main/messenger/logins.ts';
import { parseRepositoryReference } from '../../main/oci/reference.ts';
import { temporaryVault } from './workbench.ts';

const place = (text: string) => parseRepositoryReference(text);
const login = (username: string) => ({ username, password: `${username}-secret` });

async function emptyLogins() {
  const { vault, path } = await temporaryVault();
  return { logins: new Logins(vault), path };
}

test('the login of exactly this repository comes first, then the acting account’s, then the host’s', async () => {
  const { logins } = await emptyLogins();
  await logins.save(place('r.example/alice'), login('alice'));
  await logins.save(place('r.example/team'), login('team'));
  const acting = place('r.example/alice');
  expect(await logins.find(place('r.example/team'), acting)).toEqual(login('team'));
  expect(await logins.find(place('r.example/bob'), acting)).toEqual(login('alice'));
  expect(await logins.find(place('r.example/bob'))).toEqual(login('team'));
});

test.each(['other.example/alice', 'r.example:5000/alice', 'r.example.other/alice', '127.0.0.1:5000/alice'])(
  'no login is ever used at another host: %s',
  async (elsewhere) => {
    const { logins } = await emptyLogins();
    await logins.save(place('r.example/alice'), login('alice'));
    expect(await logins.find(place(elsewhere), place('r.example/alice'))).toBeNull();
  },
);

test('a login that is forgotten is the host’s no more, unless another one took its place there', async () => {
  const { logins } = await emptyLogins();
  await logins.save(place('r.example/alice'), login('alice'));
  await logins.forget(place('r.example/alice'));
  expect(await logins.find(place('r.example/alice'))).toBeNull();
  await logins.save(place('r.example/alice'), login('alice'));
  await logins.save(place('r.example/bob'), login('bob'));
  await logins.forget(place('r.example/alice'));
  expect(await logins.find(place('r.example/carol'))).toEqual(login('bob'));
});

test('a login that cannot be read any more has to be entered again; the message is not blamed for it', async () => {
  const { logins, path } = await emptyLogins();
  await logins.save(place('r.example/alice'), login('alice'));
  const file = JSON.parse(await readFile(path, 'utf8')) as { secrets: { sealed: string }[] };
  for (const secret of file.secrets) secret.sealed = secret.sealed.replace(/.{4}$/, 'AAAA');
  await writeFile(path, JSON.stringify(file));
  await expect(logins.find(place('r.example/alice'))).rejects.toMatchObject({ code: 'auth' });
});
