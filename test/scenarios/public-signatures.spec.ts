import { words } from '../../renderer/locales/en.ts';
import { addressOf } from '../../renderer/ui/address.ts';
import { startPublicServices } from './support/public-services.ts';
import { expect, test } from './support/scenario.ts';

// The page to sign in at is a link in the browser; the desktop program has the system open it.
const tag = ['@browser-only', '@any-registry'];

test('who signs in is known to a friend by that address', { tag }, async ({ alice, bob }) => {
  const there = await startPublicServices(alice.identity);
  try {
    for (const person of [alice, bob]) {
      await person.settings.open();
      await person.settings.useServices(there);
    }
    await alice.settings.confirmWhoIAm();
    await (await alice.startsChat(bob)).say('It is me');

    const atBob = await bob.acceptsChat(alice);
    await atBob.trust.click();
    const told = words.trust.certification.by(alice.identity, addressOf(there.issuer.href));
    await expect(bob.page.getByRole('dialog').getByText(told)).toBeVisible();
    // One entry in the log for the key, and none for the message.
    expect(there.services.requests.filter((path) => path.endsWith('/entries'))).toHaveLength(1);
  } finally {
    await there.stop();
  }
});
