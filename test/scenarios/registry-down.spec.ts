import { words } from '../../renderer/locales/en.ts';
import { expect, test } from './support/scenario.ts';

interface Listing {
  readonly messages: readonly { readonly sender: string; readonly bytes: number }[];
}

test(
  'what is written while the registry is down waits, says why, and goes out once',
  { tag: '@every-registry' },
  async ({ world, alice, bob }) => {
    const atBob = await bob.startsChat(alice);
    await atBob.say('Before');
    await alice.acceptsChat(bob);
    await atBob.expectState('Before', 'delivered');

    await world.registryGoesDown();
    await atBob.say('While it is down');
    await atBob.expectState('While it is down', 'queued');
    await expect(atBob.row('While it is down').getByRole('alert')).toContainText(/\w+ \w+.*\./);
    await expect(bob.page.getByText(words.connection.kept)).toBeVisible();

    await world.registryComesBack();
    await atBob.expectState('While it is down', 'delivered');
    await expect(bob.page.getByText(words.connection.kept)).toBeHidden();
    await expect((await alice.opensChat(bob)).rows).toHaveCount(2);
    const inbox = await world
      .commandLine()
      .json<Listing>('list', '--repo', world.repository, '--me', alice.identity);
    expect(inbox.messages).toHaveLength(2);
  },
);
