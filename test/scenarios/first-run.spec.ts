import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { words } from '../../renderer/locales/en.ts';
import { expect, test } from './support/scenario.ts';

test('this computer: one name, and the messenger is ready', async ({ world }) => {
  const alice = await world.arrive('Alice');
  await alice.firstRun.thisComputer.click();
  await expect(alice.page.getByText(words.firstRun.onlyHere)).toBeVisible();
  await expect(alice.firstRun.startHere).toBeDisabled();
  await alice.firstRun.identity.fill(alice.identity);
  await alice.firstRun.startHere.click();

  await expect(alice.list.region).toContainText(words.list.emptyTitle);
  await alice.page.getByRole('button', { name: words.list.new }).first().click();
  await expect(alice.page.getByRole('dialog', { name: words.newConversation.title })).toBeVisible();
});

test(
  'connect a registry: wrong addresses are explained where they stand, the right one is ready to use',
  { tag: '@every-registry' },
  async ({ world }) => {
    if (world.registry === 'embedded') await world.join('Keeper');
    const { firstRun, page, list, identity } = await world.arrive('Bob');
    await firstRun.registry.click();

    await firstRun.repository.fill('not a repository');
    await expect(firstRun.repository).toHaveAttribute('aria-invalid', 'true');
    await expect(firstRun.repository).toHaveAccessibleDescription(/\w+ \w+.*\./);
    await expect(firstRun.test).toBeDisabled();

    await firstRun.repository.fill('127.0.0.1:9/team/messages');
    await expect(page.getByText(words.connect.understood('127.0.0.1:9', 'team/messages'))).toBeVisible();
    await firstRun.test.click();
    await expect(firstRun.report).toContainText(words.connect.notUsable);
    await expect(firstRun.check('reach')).toContainText(words.connect.outcomes.failed);
    await expect(firstRun.check('push')).toContainText(words.connect.outcomes.skipped);

    await firstRun.repository.fill(world.repository);
    await expect(firstRun.report).toBeHidden();
    await expect(page.getByText(words.connect.plainHttp)).toBeVisible();
    await firstRun.test.click();
    await expect(firstRun.report).toContainText(words.connect.usable);
    for (const check of ['reach', 'pull', 'push'] as const) {
      await expect(firstRun.check(check)).toContainText(words.connect.outcomes.passed);
    }

    await firstRun.identity.fill(identity);
    await firstRun.connect.click();
    await expect(list.region).toContainText(words.list.emptyTitle);
    await expect(list.region.getByRole('button', { name: words.list.new })).toBeVisible();
  },
);

test('what nobody tested is tested by Connect: where it fails, one is told before there is an account', async ({
  world,
}) => {
  const { firstRun, page, list, identity } = await world.arrive('Bob');
  await firstRun.registry.click();
  await firstRun.repository.fill('127.0.0.1:9/team/messages');
  await firstRun.identity.fill(identity);
  await firstRun.connect.click();
  await expect(firstRun.report).toContainText(words.connect.notUsable);
  await expect(firstRun.report).toBeInViewport();
  await expect(list.region).toBeHidden();

  // Whoever knows better, because the registry comes later, goes on without it.
  await page.getByRole('button', { name: words.connect.connectAnyway }).click();
  await expect(list.region).toContainText(words.list.emptyTitle);
  await expect(page.getByText(words.conversation.setUpTitle)).toBeVisible();
  await expect(page.getByText(words.conversation.readyTitle)).toBeHidden();
});

test('a web server that is no registry is named as such', async ({ world }) => {
  const website = createServer((_request, response) => response.end('<!doctype html><title>Welcome</title>'));
  await new Promise<void>((resolve) => website.listen(0, '127.0.0.1', resolve));
  const { firstRun } = await world.arrive('Bob');
  await firstRun.registry.click();
  await firstRun.repository.fill(`127.0.0.1:${(website.address() as AddressInfo).port}/team/messages`);
  await firstRun.test.click();
  await expect(firstRun.report).toContainText(words.connect.notUsable);
  await expect(firstRun.report).toContainText('registry');
  website.closeAllConnections();
  website.close();
});
