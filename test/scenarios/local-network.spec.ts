import { words } from '../../renderer/locales/en.ts';
import { expect, test } from './support/scenario.ts';

/** What is copied of a list of facts: the text beside its label. */
const factOf = (label: string) => new RegExp(`^${label.replace(/[()]/g, '\\$&')}`);

test('people on the network: an invitation, a password and a certificate that it vouches for, and messages go both ways', async ({
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
  const fingerprint = await fact(words.certificate.fingerprint);
  expect(fingerprint).toMatch(/^(?:[0-9A-F]{4}\s){15}[0-9A-F]{4}$/);

  await network.getByLabel(words.localNetwork.name).fill('bob');
  await network.getByRole('button', { name: words.localNetwork.invite }).click();
  await expect(network.getByText(words.localNetwork.handOverTitle('bob'))).toBeVisible();
  const password = await fact(words.localNetwork.password);
  await network.getByRole('button', { name: words.localNetwork.handedOver }).click();
  await expect(network.getByText(password)).toBeHidden();
  await alice.settings.close();
  await (await alice.list.starting('')).getByRole('button', { name: words.invite.action }).click();
  const invitation = await alice.page.getByRole('textbox', { name: words.invite.link }).inputValue();
  await alice.page.keyboard.press('Escape');
  await expect(alice.page.getByRole('dialog')).toBeHidden();

  const bob = await world.arrive('Bob');
  const { firstRun } = bob;
  await firstRun.registry.click();
  await firstRun.repository.fill(invitation);
  await expect(bob.page.getByText(words.invite.from(alice.identity))).toBeVisible();
  await firstRun.test.click();
  const question = firstRun.report.getByRole('region', { name: words.certificate.invited.title });
  await expect(question.getByText(fingerprint)).toBeVisible();
  await question.getByRole('button', { name: words.certificate.invited.accept }).click();
  await expect(firstRun.check('login')).toContainText(words.connect.outcomes.failed);
  await bob.page.getByRole('textbox', { name: words.login.username }).fill('bob');
  await bob.page.getByRole('textbox', { name: words.login.secret }).fill(password);
  await firstRun.test.click();
  await expect(firstRun.report).toContainText(words.connect.usable);
  await expect(question).toBeHidden();
  await firstRun.identity.fill(bob.identity);
  await firstRun.connect.click();
  const next = bob.page.getByRole('dialog', { name: words.newConversation.title });
  await next.getByRole('button', { name: words.newConversation.start }).click();
  await bob.chat(alice.identity).say('Reached you over the network');
  await alice.acceptsChat(bob.identity);
  await expect(alice.chat(bob.identity).bubble('Reached you over the network')).toBeVisible();
  await alice.chat(bob.identity).say('And back');
  await expect(bob.chat(alice.identity).bubble('And back')).toBeVisible();
  await expect(bob.chat(alice.identity).trust).toHaveText(words.trust.marks.verified);
});
