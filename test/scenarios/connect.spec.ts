import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { words } from '../../renderer/locales/en.ts';
import { basic } from '../credentials/surroundings.ts';
import { registryLogin, startDockerRegistry, type RealRegistry } from '../peers/docker-registry.ts';
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

    await test.step('no secret is in any log line', async () => {
      const log = await readFile(join(alice.place.home, 'logs', 'dockercomms.log'), 'utf8');
      expect(log).not.toContain(password);
      expect(log).not.toContain(basic(username, password).auth);
    });
  },
);
