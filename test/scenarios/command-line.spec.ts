import { join } from 'node:path';
import { dropFiles } from './support/drop.ts';
import { MiB, sha256Of, writeRandomFile } from './support/files.ts';
import { expect, test } from './support/scenario.ts';

interface Received {
  readonly received: readonly { readonly sender: string; readonly path: string; readonly bytes: number }[];
  readonly rejected: readonly unknown[];
}
interface Listing {
  readonly receipts: readonly { readonly status: string; readonly sender: string }[];
}

test('two people and the command line share one conversation', async ({ world, alice, bob }) => {
  const terminal = world.commandLine();
  const repo = ['--repo', world.repository];
  const atAlice = await alice.startsChat(bob);
  await atAlice.say('Send me the build, please');
  await expect((await bob.opensChat(alice)).bubble('Send me the build, please')).toBeVisible();

  // Bob's build machine answers in his name.
  const build = await writeRandomFile(world.file('build.bin'), 20 * MiB);
  const people = ['--sender', bob.identity, '--recipient', alice.identity];
  const sent = await terminal.json<{ chunks: number }>('send', world.file('build.bin'), ...repo, ...people);
  expect(sent.chunks).toBe(2);
  await expect(atAlice.bubble('build.bin')).toBeVisible();
  await expect.poll(() => sha256Of(alice.received(bob, 'build.bin'))).toBe(build);
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
    'recv',
    ...repo,
    '--me',
    bob.identity,
    '--out',
    out,
  );
  expect(rejected).toEqual([]);
  expect(received.map(({ sender }) => sender)).toEqual([alice.identity, alice.identity]);
  expect(await sha256Of(join(out, 'review.bin'))).toBe(review);
  await atAlice.expectState('review.bin', 'delivered-unconfirmed');
});

test('somebody who only has the command line becomes a conversation', async ({ world, alice }) => {
  const terminal = world.commandLine();
  const repo = ['--repo', world.repository];
  const log = await writeRandomFile(world.file('night.log'), 100_000);
  const people = ['--sender', 'ci@example.com', '--recipient', alice.identity];
  await terminal.json('send', world.file('night.log'), ...repo, ...people);

  await alice.list.entry('ci@example.com').click();
  const chat = alice.chat('ci@example.com');
  await expect(chat.bubble('night.log')).toBeVisible();
  expect(await sha256Of(alice.received('ci@example.com', 'night.log'))).toBe(log);

  await chat.say('Thanks, all green here.');
  await chat.expectState('Thanks', 'sent');
  const { received } = await terminal.json<Received>(
    'recv',
    ...repo,
    '--me',
    'ci@example.com',
    '--out',
    world.file('out'),
  );
  expect(received).toHaveLength(1);
  await chat.expectState('Thanks', 'delivered-unconfirmed');
});
