import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { words } from '../../renderer/locales/en.ts';
import { dropFiles } from './support/drop.ts';
import { MiB, sha256Of, writeRandomFile } from './support/files.ts';
import { expect, test } from './support/scenario.ts';

interface Received {
  readonly received: readonly {
    readonly sender: string;
    readonly path: string;
    readonly bytes: number;
    readonly verified: boolean;
  }[];
  readonly rejected: readonly unknown[];
}
interface Listing {
  readonly receipts: readonly { readonly status: string; readonly sender: string }[];
}

test(
  'two people and the command line share one conversation',
  { tag: '@every-registry' },
  async ({ world, alice, bob }) => {
    const terminal = world.commandLine();
    const repo = ['--repo', world.repository];
    const atAlice = await alice.startsChat(bob);
    await atAlice.say('Send me the build, please');
    await expect((await bob.acceptsChat(alice)).bubble('Send me the build, please')).toBeVisible();

    // Bob's build machine answers in his name, and cannot prove it: nothing is fetched before Alice says so.
    const build = await writeRandomFile(world.file('build.bin'), 20 * MiB);
    const people = ['--sender', bob.identity, '--recipient', alice.identity];
    const sent = await terminal.json<{ chunks: number }>(
      ...['send', world.file('build.bin'), ...repo, ...people, '--no-sign'],
    );
    expect(sent.chunks).toBe(2);
    await expect(atAlice.heldBack('unsigned')).toContainText('build.bin');
    await expect(access(alice.received(bob, 'build.bin'))).rejects.toThrow();
    await atAlice.heldBack('unsigned').getByRole('button', { name: words.trust.unverified.show }).click();
    await expect.poll(() => sha256Of(alice.received(bob, 'build.bin'))).toBe(build);
    await expect(atAlice.mark('build.bin', 'unsigned')).toBeVisible();
    await expect
      .poll(async () => (await terminal.json<Listing>('list', ...repo, '--receipts')).receipts)
      .toContainEqual(expect.objectContaining({ status: 'accepted', sender: alice.identity }));

    // And what Alice drops comes out of both of Bob's: the window and the command line.
    const review = await writeRandomFile(world.file('review.bin'), 3 * MiB);
    await dropFiles(atAlice.region, world.file('review.bin'));
    await atAlice.sendButton(1).click();
    await expect.poll(() => sha256Of(bob.received(alice, 'review.bin'))).toBe(review);
    const out = world.file('out');
    const { received, rejected } = await terminal.json<Received>(
      ...['recv', ...repo, '--me', bob.identity, '--out', out, '--no-verify'],
    );
    expect(rejected).toEqual([]);
    expect(received.map(({ sender }) => sender)).toEqual([alice.identity, alice.identity]);
    expect(await sha256Of(join(out, 'review.bin'))).toBe(review);
    await atAlice.expectState('review.bin', 'delivered');
  },
);

test('somebody who only has the command line becomes a conversation', async ({ world, alice }) => {
  const terminal = world.commandLine();
  const repo = ['--repo', world.repository];
  const log = await writeRandomFile(world.file('night.log'), 100_000);
  await terminal.json('identity', 'create', 'ci@example.com', ...repo);
  await terminal.json('send', world.file('night.log'), ...repo, '--recipient', alice.identity);

  // Signed, so it is a request like any other and nothing is held back.
  const chat = await alice.acceptsChat('ci@example.com');
  await expect.poll(() => sha256Of(alice.received('ci@example.com', 'night.log'))).toBe(log);

  await chat.say('Thanks, all green here.');
  await chat.expectState('Thanks', 'sent');
  const { received } = await terminal.json<Received>(
    ...['recv', ...repo, '--me', 'ci@example.com', '--out', world.file('out')],
  );
  expect(received).toMatchObject([{ sender: alice.identity, verified: true }]);
  await chat.expectState('Thanks', 'delivered');
});
