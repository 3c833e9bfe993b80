import { mkdir, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { words } from '../../renderer/locales/en.ts';
import { dropFiles, holdFilesOver } from './support/drop.ts';
import { MiB, sha256Of, writeRandomFile, writeTextFile } from './support/files.ts';
import { expect, test } from './support/scenario.ts';

test(
  'a dropped file of 64 MiB shows how it moves, and arrives byte for byte',
  { tag: '@every-registry' },
  async ({ world, alice }) => {
    const { line, repository } = await world.slowLine();
    const bob = await world.join('Bob', repository);
    const file = world.file('field recording.bin');
    const sha256 = await writeRandomFile(file, 64 * MiB);
    const atBob = await bob.startsChat(alice);

    const held = await holdFilesOver(atBob.region, [file]);
    await expect(atBob.region).toContainText(words.drop.title(1, alice.identity));
    await held.drop();
    await expect(atBob.chips).toContainText('field recording.bin');
    await expect(atBob.chips).toContainText(/6[47](\.\d)? M/);
    line.bytesPerSecond = 8 * MiB;
    await atBob.sendButton(1).click();
    await expect(atBob.chips).toHaveCount(0);
    await expect(atBob.progress('field recording.bin')).toBeVisible();
    await expect(atBob.row('field recording.bin')).toContainText(/\/s.* left/);
    await expect(atBob.action('cancel', 'field recording.bin')).toBeVisible();
    line.bytesPerSecond = Infinity;

    // Larger than what is fetched without asking.
    const atAlice = await alice.acceptsChat(bob);
    await atAlice.expectState('field recording.bin', 'waiting');
    await atAlice.action('download', 'field recording.bin').click();
    await atBob.expectState('field recording.bin', 'delivered');
    await expect(atAlice.action('download', 'field recording.bin')).toBeHidden();
    expect(await sha256Of(alice.received(bob, 'field recording.bin'))).toBe(sha256);
  },
);

// Where a browser saves a copy, the desktop program opens the file, or shows it in its folder.
test(
  'a received file can be saved by the browser',
  { tag: '@browser-only' },
  async ({ world, alice, bob }) => {
    const sha256 = await writeRandomFile(world.file('plan "B" – 計画.bin'), 300_000);
    const atAlice = await alice.startsChat(bob);
    await dropFiles(atAlice.region, world.file('plan "B" – 計画.bin'));
    await atAlice.sendButton(1).click();

    const atBob = await bob.acceptsChat(alice);
    const downloading = bob.page.waitForEvent('download');
    await atBob.action('save', 'plan "B" – 計画.bin').click();
    expect(await sha256Of(await (await downloading).path())).toBe(sha256);
  },
);

test(
  'several files and a line that are sent together stay together',
  { tag: '@every-registry' },
  async ({ world, alice, bob }) => {
    const names = ['minutes.txt', 'figures.csv', 'photo.bin'];
    const sums = [
      await writeTextFile(world.file('minutes.txt'), 'We met, and we agreed.\n'),
      await writeTextFile(world.file('figures.csv'), 'a;b\n1;2\n'),
      await writeRandomFile(world.file('photo.bin'), 2 * MiB),
    ];
    const atAlice = await alice.startsChat(bob);
    await dropFiles(atAlice.region, ...names.map((name) => world.file(name)));
    await expect(atAlice.chips).toHaveCount(3);
    await atAlice.field.fill('Everything from this morning');
    await atAlice.sendButton(3).click();

    const atBob = await bob.acceptsChat(alice);
    await expect(atBob.rows).toHaveCount(1);
    const together = atBob.bubble('Everything from this morning');
    await expect(together).toContainText(words.message.withFiles(3));
    for (const name of names) await expect(together).toContainText(name);
    await atAlice.expectState('Everything from this morning', 'delivered');
    expect(await Promise.all(names.map((name) => sha256Of(bob.received(alice, name))))).toEqual(sums);
  },
);

test('what is dropped on a person in the list waits in the conversation with them', async ({
  world,
  alice,
  bob,
}) => {
  await writeTextFile(world.file('for bob.txt'), 'Only for you.\n');
  await (await alice.startsChat(bob)).say('Hello');
  await alice.list.start('carol@example.com');

  await dropFiles(alice.list.entry(bob.identity), world.file('for bob.txt'));
  const atAlice = alice.chat(bob);
  await expect(atAlice.chips).toContainText('for bob.txt');
  // Nothing leaves before somebody says so.
  await expect(atAlice.bubble('for bob.txt')).toHaveCount(0);
  await atAlice.sendButton(1).click();
  await expect((await bob.acceptsChat(alice)).bubble('for bob.txt')).toBeVisible();
});

test('a dropped folder arrives as one archive of its name', async ({ world, alice, bob }) => {
  await mkdir(world.file('Trip/empty'), { recursive: true });
  await writeTextFile(world.file('Trip/day 1/notes.txt'), 'Rain.\n');
  await writeTextFile(world.file('Trip/day 2/notes.txt'), 'Sun.\n');
  const atAlice = await alice.startsChat(bob);
  await dropFiles(atAlice.region, world.file('Trip'));
  await expect(atAlice.chips).toContainText(words.composer.folderOf(2));
  await atAlice.sendButton(1).click();

  const atBob = await bob.acceptsChat(alice);
  await expect(atBob.bubble('Trip.tar')).toContainText(words.file.folder);
  await expect.poll(() => sha256Of(bob.received(alice, 'Trip.tar'))).not.toBeNull();
});

test(
  'an upload can be paused, cancelled, and tried again from where it was',
  { tag: '@every-registry' },
  async ({ world, alice }) => {
    const { line, repository } = await world.slowLine();
    const bob = await world.join('Bob', repository);
    const sha256 = await writeRandomFile(world.file('survey.bin'), 24 * MiB);
    const atBob = await bob.startsChat(alice);
    await dropFiles(atBob.region, world.file('survey.bin'));
    await expect(atBob.chips).toContainText(/2[45](\.\d)? M/);
    line.bytesPerSecond = 2 * MiB;
    await atBob.sendButton(1).click();
    await expect(atBob.progress('survey.bin')).toBeVisible();
    await atBob.action('pause', 'survey.bin').click();
    await atBob.expectState('survey.bin', 'paused');
    await expect(atBob.progress('survey.bin')).toHaveCount(0);
    await atBob.action('resume', 'survey.bin').click();
    await expect(atBob.progress('survey.bin')).toBeVisible();
    await atBob.action('cancel', 'survey.bin').click();
    await atBob.expectState('survey.bin', 'cancelled');
    await expect(atBob.progress('survey.bin')).toHaveCount(0);

    line.bytesPerSecond = Infinity;
    await atBob.action('retry', 'survey.bin').click();
    const atAlice = await alice.acceptsChat(bob);
    await atBob.expectState('survey.bin', 'delivered');
    await expect(atAlice.rows).toHaveCount(1);
    expect(await sha256Of(alice.received(bob, 'survey.bin'))).toBe(sha256);
  },
);

test(
  'a download goes on where it was after a pause, a restart and a crash',
  { tag: '@every-registry' },
  async ({ world, alice }) => {
    const { line, repository } = await world.slowLine();
    const bob = await world.join('Bob', repository);
    const sha256 = await writeRandomFile(world.file('backup.bin'), 160 * MiB);
    const atAlice = await alice.startsChat(bob);
    await dropFiles(atAlice.region, world.file('backup.bin'));
    await atAlice.sendButton(1).click();
    let atBob = await bob.acceptsChat(alice);
    await atBob.expectState('backup.bin', 'waiting');
    const percent = async () => Number(await atBob.progress('backup.bin').getAttribute('aria-valuenow'));

    line.bytesPerSecond = 8 * MiB;
    await atBob.action('download', 'backup.bin').click();
    await expect.poll(percent).toBeGreaterThan(60);
    await atBob.action('pause', 'backup.bin').click();
    await atBob.expectState('backup.bin', 'paused');
    await expect.poll(percent).toBeGreaterThanOrEqual(20);
    // Hardly anything arrives any more: what the bar shows was here before. Four chunks of ten were on their way.
    line.bytesPerSecond = 1;
    await atBob.action('resume', 'backup.bin').click();
    await expect.poll(percent).toBeGreaterThanOrEqual(20);
    await atBob.action('pause', 'backup.bin').click();
    await atBob.expectState('backup.bin', 'paused');

    await bob.close();
    await bob.open();
    atBob = await bob.opensChat(alice);
    await atBob.expectState('backup.bin', 'paused');
    await expect.poll(percent).toBeGreaterThanOrEqual(20);
    await atBob.action('resume', 'backup.bin').click();
    // The bar of a paused file shows the same: only what can be paused goes on.
    await atBob.action('pause', 'backup.bin').waitFor();
    await expect.poll(percent).toBeGreaterThanOrEqual(20);

    await bob.crash();
    await bob.open();
    atBob = await bob.opensChat(alice);
    await expect.poll(percent).toBeGreaterThanOrEqual(20);
    line.bytesPerSecond = Infinity;
    await atAlice.expectState('backup.bin', 'delivered');
    expect(await sha256Of(bob.received(alice, 'backup.bin'))).toBe(sha256);
    expect(await readdir(dirname(bob.received(alice, 'backup.bin')))).toEqual(['backup.bin']);
  },
);

// The desktop program shows the system's own dialogue.
test(
  'where files are saved is chosen among one’s own folders, by keyboard',
  { tag: '@browser-only' },
  async ({ alice }) => {
    await mkdir(join(alice.place.userFolder, 'site visits'), { recursive: true });
    await alice.settings.open();
    await alice.settings.region.getByRole('button', { name: words.settings.choose }).click();
    const dialog = alice.page.getByRole('dialog', { name: words.folders.title });
    const { keyboard } = alice.page;
    await expect(dialog.getByRole('button', { name: 'site visits' })).toBeFocused();
    await keyboard.press('Enter');
    await expect(dialog.getByText(words.folders.empty)).toBeVisible();
    await dialog.getByRole('button', { name: words.folders.new }).click();
    await keyboard.type('north hall');
    await keyboard.press('Enter');
    await expect(dialog.getByRole('list', { name: words.folders.inside('north hall') })).toBeVisible();
    await dialog.getByRole('button', { name: words.folders.use }).click();
    await expect(dialog).toBeHidden();
    const chosen = join(alice.place.userFolder, 'site visits', 'north hall');
    await expect(alice.settings.region).toContainText(chosen);

    await alice.settings.region.getByRole('button', { name: words.settings.useDefaultFolder }).click();
    await expect(alice.settings.region).not.toContainText(chosen);
  },
);
