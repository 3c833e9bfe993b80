import { words } from '../../renderer/locales/en.ts';
import { ForwardProxy } from '../peers/forward-proxy.ts';
import { expect, test } from './support/scenario.ts';

// Somebody else's registry, which no program of ours keeps; it does not encrypt.
test.use({ registry: 'docker-registry' });

const login = { username: 'alice', password: 'the proxy’s own' };

test(
  'between a person and the registry: no encryption is asked about, a proxy is named for what it keeps out, and without it messages go',
  { tag: '@docker-registry' },
  async ({ world }) => {
    const port = Number(world.repository.split('/')[0]?.split(':')[1]);
    // The loopback address in a form for which TLS is spoken and the proxy asked, as for a registry elsewhere.
    const host = `[::ffff:127.0.0.1]:${port}`;
    const proxy = new ForwardProxy({ login, port: () => port });
    await proxy.start();
    try {
      const alice = await world.arrive('Alice');
      const { firstRun, page, settings } = alice;
      const network = settings.network;
      const banner = page.getByText(words.connection.troubleBanner(host, true));
      const bob = 'bob@example.com';

      await test.step('a registry that does not encrypt is used once a person says so', async () => {
        await firstRun.registry.click();
        await firstRun.repository.fill(world.repository.replace(/^[^/]+/, host));
        await expect(page.getByText(words.connect.encrypted)).toBeVisible();
        await firstRun.test.click();
        await expect(
          page.getByRole('alert').filter({ hasText: words.network.plainTitle(host) }),
        ).toBeVisible();
        await expect(firstRun.report).not.toContainText(words.connect.usable);
        await page.getByRole('button', { name: words.network.plainAllow }).click();
        await expect(page.getByText(words.connect.unencrypted)).toBeVisible();
        await expect(page.getByText(words.connect.encrypted)).toBeHidden();
        await expect(firstRun.report).toContainText(words.connect.usable);
        await firstRun.identity.fill(alice.identity);
        await firstRun.connect.click();
        await alice.list.start(bob);
        await alice.chat(bob).say('Without encryption');
        await alice.chat(bob).expectState('Without encryption', 'sent');
      });

      await test.step('a proxy that asks for a login keeps messages back, and is said to', async () => {
        await settings.open();
        await network.getByLabel(words.network.proxy, { exact: true }).selectOption('address');
        await network.getByLabel(words.network.address).fill(proxy.host);
        await network.getByRole('button', { name: words.common.save }).click();
        await expect(page.getByText(words.details.saved)).toBeVisible();
        await settings.close();
        await alice.chat(bob).say('Behind the proxy');
        await expect(banner).toBeVisible();
        await alice.chat(bob).expectState('Behind the proxy', 'failed');
        await expect(alice.chat(bob).row('Behind the proxy').getByRole('alert')).toContainText(proxy.host);
        expect(proxy.passed).toEqual([]);
      });

      await test.step('from there one comes to the proxy’s login, and what waited goes through it', async () => {
        await page.getByRole('status').getByRole('button', { name: words.wayOut.network }).click();
        await expect(network.getByRole('heading', { name: words.network.title })).toBeFocused();
        await network.getByLabel(words.network.username).fill(login.username);
        await network.getByLabel(words.network.password, { exact: true }).fill(login.password);
        await network.getByRole('button', { name: words.common.save }).click();
        await expect(banner).toBeHidden();
        await settings.close();
        await alice
          .chat(bob)
          .row('Behind the proxy')
          .getByRole('button', { name: words.common.retry })
          .click();
        await alice.chat(bob).expectState('Behind the proxy', 'sent');
        expect(proxy.passed.some((passed) => passed.startsWith(`PUT http://`))).toBe(true);
      });

      await test.step('without the proxy again, nothing asks it', async () => {
        await settings.open();
        await network.getByLabel(words.network.proxy, { exact: true }).selectOption('none');
        await expect(network.getByLabel(words.network.address)).toBeHidden();
        await settings.close();
        await proxy.stop();
        await alice.chat(bob).say('Straight on');
        await alice.chat(bob).expectState('Straight on', 'sent');
      });

      await test.step('encryption is required again: nothing leaves without it', async () => {
        await settings.open();
        await network.getByRole('button', { name: words.network.requireEncryptionFor(host) }).click();
        await expect(network.getByText(words.network.plainHosts)).toBeHidden();
        await settings.close();
        await alice.chat(bob).say('Only encrypted');
        await expect(page.getByText(words.connection.offlineBanner(host, false))).toBeVisible();
        await alice.chat(bob).expectState('Only encrypted', 'queued');
      });
    } finally {
      await proxy.stop();
    }
  },
);
