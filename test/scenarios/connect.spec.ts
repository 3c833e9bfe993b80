import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { words } from '../../renderer/locales/en.ts';
import { basic } from '../credentials/surroundings.ts';
import { registryLogin, startDockerRegistry, type RealRegistry } from '../peers/docker-registry.ts';
import { ForwardProxy } from '../peers/forward-proxy.ts';
import { expect, test } from './support/scenario.ts';

const { username, password } = registryLogin;
let registry: RealRegistry;

test.beforeEach(async () => {
  registry = await startDockerRegistry({ login: true });
});
test.afterEach(() => registry.remove());

test(
  'a registry with a login: one click uses the one that Docker has, a report says what works, a message goes out',
  { tag: '@docker-registry' },
  async ({ world }) => {
    const alice = await world.arrive('Alice');
    const { firstRun, page, settings } = alice;
    const logIn = async (logins: object) => {
      await mkdir(alice.place.dockerConfig, { recursive: true });
      await writeFile(join(alice.place.dockerConfig, 'config.json'), JSON.stringify({ auths: logins }));
    };
    await logIn({ [registry.host]: basic(username, password) });

    await firstRun.registry.click();
    await firstRun.repository.fill(`${registry.host}/team/messages`);
    await expect(firstRun.login(words.login.useTool('docker', username))).toBeChecked();
    await firstRun.test.click();
    await expect(firstRun.report).toContainText(words.connect.usable);
    for (const check of ['login', 'artifacts', 'delete'] as const) {
      await expect(firstRun.check(check)).toContainText(words.connect.outcomes.passed);
    }
    await expect(firstRun.check('referrers')).toContainText(words.connect.outcomes.limited);
    await firstRun.identity.fill(alice.identity);
    await firstRun.connect.click();

    await alice.list.start('bob@example.com');
    const chat = alice.chat('bob@example.com');
    await chat.say('With the login that Docker has.');
    await chat.expectState('With the login that Docker has.', 'sent');

    await test.step('the login has gone: the settings say so and lead on', async () => {
      await logIn({});
      await settings.open();
      await settings.connectivity.getByRole('button', { name: words.connect.test }).click();
      await expect(settings.connectivity).toContainText(`docker login ${registry.host}`);
      await settings.region.getByRole('button', { name: words.settings.changeLogin }).click();
      await page.getByRole('radio', { name: words.login.password(false) }).check();
      await page.getByRole('textbox', { name: words.login.username }).fill(username);
      await page.getByRole('textbox', { name: words.login.secret }).fill(password);
      await settings.region.getByRole('button', { name: words.common.save }).click();
      await expect(settings.region).toContainText(words.settings.login({ kind: 'password', username }));
      await settings.connectivity.getByRole('button', { name: words.connect.test }).click();
      await expect(settings.connectivity).toContainText(words.connect.usable);
    });

    await test.step('no secret is in any log line, nor in the database, nor in any other file', async () => {
      const entries = await readdir(alice.place.home, { recursive: true, withFileTypes: true });
      const files = entries.filter((entry) => entry.isFile());
      expect(files.map(({ name }) => name)).toEqual(
        expect.arrayContaining(['dockercomms.log', 'dockercomms.sqlite', 'vault.json']),
      );
      for (const { parentPath, name } of files) {
        const content = await readFile(join(parentPath, name));
        for (const secret of [password, basic(username, password).auth]) {
          expect(content.includes(secret), `${name} has the secret`).toBe(false);
        }
      }
    });
  },
);

test('a network where only a proxy leads out: the first run asks for the proxy, then for its login, and goes on', async ({
  world,
}) => {
  const login = { username: 'alice', password: 'the proxy’s own' };
  const proxy = new ForwardProxy({ login, port: () => Number(registry.host.split(':')[1]) });
  await proxy.start();
  try {
    const { firstRun, page } = await world.arrive('Alice');
    const proxyField = page.getByLabel(words.network.address);
    const save = page.getByRole('button', { name: words.common.save });
    await firstRun.registry.click();
    // This name exists nowhere but at the proxy.
    await firstRun.repository.fill('registry.invalid/team/messages');
    await firstRun.test.click();
    await page.getByText(words.network.maybeProxy).click();
    await page.getByLabel(words.network.proxy, { exact: true }).selectOption('address');
    await proxyField.fill(proxy.host);
    await save.click();

    await expect(firstRun.check('reach')).toContainText(proxy.host);
    expect(proxy.passed).toEqual([]);
    await page.getByLabel(words.network.username).fill(login.username);
    await page.getByLabel(words.network.password, { exact: true }).fill(login.password);
    await save.click();
    // Through the proxy, to a registry that does not encrypt: no longer a question of the proxy.
    await expect(page.getByText(words.network.plainTitle('registry.invalid'))).toBeVisible();
    expect(proxy.passed).toContain('CONNECT registry.invalid:443');
  } finally {
    await proxy.stop();
  }
});
