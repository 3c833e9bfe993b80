import { words } from '../../renderer/locales/en.ts';
import { expect, test } from './support/scenario.ts';

/** What is copied of a list of facts: the text beside its label. */
const factOf = (label: string) => new RegExp(`^${label.replace(/[()]/g, '\\$&')}`);

test('people on the network: an address, a password and a fingerprint to compare, and messages go both ways', async ({
  world,
}) => {
  const alice = await world.arrive('Alice');
  await alice.firstRun.useThisComputer(alice.identity);
  await expect(alice.list.region).toBeVisible();
  await alice.settings.open();
  const network = alice.page.getByRole('region', { name: words.localNetwork.title });
  const reachable = network.getByRole('switch', { name: words.localNetwork.title });
  await expect(reachable).not.toBeChecked();
  await reachable.check();
  const fact = async (label: string) =>
    (await network
      .locator('dl > div')
      .filter({ has: alice.page.locator('dt', { hasText: factOf(label) }) })
      .first()
      .locator('dd span')
      .textContent()) ?? '';
  await expect(network.getByText(words.localNetwork.nobody)).toBeVisible();
  const address = await fact(words.localNetwork.address);
  const fingerprint = await fact(words.certificate.fingerprint);
  expect(fingerprint).toMatch(/^(?:[0-9A-F]{4}\s){15}[0-9A-F]{4}$/);

  await network.getByLabel(words.localNetwork.name).fill('bob');
  await network.getByRole('button', { name: words.localNetwork.invite }).click();
  await expect(network.getByText(words.localNetwork.handOverTitle('bob'))).toBeVisible();
  const password = await fact(words.localNetwork.password);
  await network.getByRole('button', { name: words.localNetwork.handedOver }).click();
  await expect(network.getByText(password)).toBeHidden();
  await alice.settings.close();

  const bob = await world.arrive('Bob');
  const { firstRun } = bob;
  await firstRun.registry.click();
  await firstRun.repository.fill(address);
  await firstRun.test.click();
  const question = firstRun.report.getByRole('region', { name: words.certificate.title });
  await expect(question.getByText(fingerprint)).toBeVisible();
  await question.getByRole('button', { name: words.certificate.accept }).click();
  await expect(firstRun.check('login')).toContainText(words.connect.outcomes.failed);
  await bob.page.getByRole('textbox', { name: words.login.username }).fill('bob');
  await bob.page.getByRole('textbox', { name: words.login.secret }).fill(password);
  await firstRun.test.click();
  await expect(firstRun.report).toContainText(words.connect.usable);
  await expect(question).toBeHidden();
  await firstRun.identity.fill(bob.identity);
  await firstRun.connect.click();
  await expect(bob.list.region).toBeVisible();

  await bob.list.start(alice.identity);
  await bob.chat(alice.identity).say('Reached you over the network');
  await alice.acceptsChat(bob.identity);
  await expect(alice.chat(bob.identity).bubble('Reached you over the network')).toBeVisible();
  await alice.chat(bob.identity).say('And back');
  await expect(bob.chat(alice.identity).bubble('And back')).toBeVisible();
});
