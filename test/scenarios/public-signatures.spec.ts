import { generateKeyPairSync } from 'node:crypto';
import { words } from '../../renderer/locales/en.ts';
import { addressOf } from '../../renderer/ui/address.ts';
import { writeTextFile } from './support/files.ts';
import type { Person } from './support/person.ts';
import { startPublicServices, type PublicServices } from './support/public-services.ts';
import { expect, test as base } from './support/scenario.ts';

/** With services that sign Alice in. */
const test = base.extend<{ there: PublicServices }>({
  there: async ({ alice }, use) => {
    const there = await startPublicServices(alice.identity);
    await use(there);
    await there.stop();
  },
});

// The page to sign in at is a link in the browser; the desktop program has the system open it, which a real one does.
const tag = '@not-on-electron';

async function useServices(there: PublicServices, ...people: readonly Person[]): Promise<void> {
  for (const person of people) {
    await person.settings.open();
    await person.settings.useServices(there);
  }
}

function logged({ services }: PublicServices): number {
  return services.requests.filter((path) => path.endsWith('/entries')).length;
}

test('who signs in is known to a friend by that address', { tag }, async ({ alice, bob, there }) => {
  await useServices(there, alice, bob);
  await alice.settings.confirmWhoIAm();
  await alice.signsIn('confirm');
  await (await alice.startsChat(bob)).say('It is me');

  const atBob = await bob.acceptsChat(alice);
  await atBob.trust.click();
  const told = words.trust.certification.by(alice.identity, addressOf(there.issuer.href));
  await expect(bob.page.getByRole('dialog').getByText(told)).toBeVisible();
  // One entry in the log for the key, and none for the message.
  expect(logged(there)).toBe(1);
});

test(
  'each message is signed publicly where somebody chose so, and waits while nobody is signed in',
  { tag },
  async ({ world, alice, bob, there }) => {
    await useServices(there, alice, bob);
    await alice.settings.confirmWhoIAm();
    await alice.signsIn('confirm');
    await alice.settings.signEachMessage();
    await alice.close();
    await alice.open();

    const atAlice = await alice.startsChat(bob);
    await atAlice.say('For the record');
    await atAlice.expectState('For the record', 'queued');
    await atAlice.row('For the record').getByRole('button', { name: words.wayOut['sign-in'] }).click();
    await alice.signsIn('messages');
    const atBob = await bob.acceptsChat(alice);
    await expect(atBob.bubble('For the record')).toBeVisible();
    expect(logged(there)).toBe(2);
    await atBob.actionsOf('For the record').click();
    await bob.page.getByRole('menuitem', { name: words.message.details }).click();
    const signatures = bob.page.getByRole('region', { name: words.details.signedPublicly.title });
    await expect(signatures).toContainText(alice.identity);

    // Whoever knows neither her key nor a messenger finds out from the registry alone.
    const key = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).publicKey;
    const [otherKey, trustedRoot] = [world.file('other-key.pem'), world.file('trusted_root.json')];
    await writeTextFile(otherKey, key.export({ format: 'pem', type: 'spki' }).toString());
    await writeTextFile(trustedRoot, there.services.trustedRoot.toString('utf8'));
    const terminal = world.commandLine();
    const repo = ['--repo', world.repository];
    const { messages } = await terminal.json<{ messages: { sender: string; digest: string }[] }>(
      'list',
      ...repo,
    );
    const issuer = there.issuer.href.replace(/\/$/u, '');
    const verified = await terminal.json(
      ...[
        'verify',
        ...repo,
        '--digest',
        messages.find(({ sender }) => sender === alice.identity)?.digest ?? '',
      ],
      ...['--from', alice.identity, '--key', otherKey],
      ...['--identity', alice.identity, '--issuer', issuer, '--trusted-root', trustedRoot],
    );
    expect(verified).toMatchObject({
      verified: true,
      signedBy: { kind: 'certificate', identity: alice.identity, issuer },
    });
  },
);
