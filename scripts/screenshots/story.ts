/** What happens in the pictures: a survey of a dam, told in messages. */
import { join } from 'node:path';
import { expect, type Browser } from '@playwright/test';
import { words } from '../../renderer/locales/en.ts';
import { dropFiles } from '../../test/scenarios/support/drop.ts';
import { MiB, writeRandomFile, writeTextFile } from '../../test/scenarios/support/files.ts';
import type { Chat } from '../../test/scenarios/support/pages.ts';
import type { Person } from '../../test/scenarios/support/person.ts';
import type { SlowLine } from '../../test/scenarios/support/slow-line.ts';
import { renderPicture, renderReport } from './material.ts';

export interface Stage {
  readonly browser: Browser;
  /** Where files are made. */
  readonly folder: string;
  readonly repository: string;
  readonly line: SlowLine;
  /** The same repository through the line. */
  readonly slowRepository: string;
  arrive(identity: string): Promise<Person>;
  take(person: Person, name: string): Promise<void>;
}

const bobName = 'Bob Tanaka';
const inesName = 'Ines Raman';
/** Slow enough to be seen, fast enough not to be waited for. */
const bytesPerSecond = 12 * MiB;
/** A file under way is drawn in motion once this many megabytes have gone. */
const wellUnderWay = /\b1\d\d(\.\d)? MB.*left/;

export async function playStory(stage: Stage): Promise<void> {
  const alice = await stage.arrive('alice.moreau@example.org');
  await expect(alice.firstRun.title).toBeVisible();
  await stage.take(alice, 'first-run');
  // Alice is on the slow line: what she sends can be watched.
  await alice.firstRun.useRegistry(stage.slowRepository, alice.identity);
  const bob = await arriveOnRegistry(stage, 'bob.tanaka@example.org');
  const ines = await arriveOnRegistry(stage, 'ines.raman@example.org');

  await greet(ines, alice);
  await talk(stage, alice, bob);
  await (await ines.opensChat(alice)).say('Do you have the footage from Tuesday as well?');
  await expect(alice.list.unreadOf(inesName, 1)).toBeAttached();
  await sendTerrainModel(stage, alice);
  await stage.take(alice, 'conversation');
  await takePalette(stage, alice);
  await takeTransfer(stage, alice);
  await takeSettingsAndDark(stage, alice);
}

async function arriveOnRegistry(stage: Stage, identity: string): Promise<Person> {
  const person = await stage.arrive(identity);
  await person.firstRun.useRegistry(stage.repository, identity);
  await expect(person.list.region).toBeVisible();
  return person;
}

async function greet(ines: Person, alice: Person): Promise<void> {
  await (await ines.startsChat(alice)).say('The gauge at the spillway is back online.');
  await nameThem(alice, await alice.acceptsChat(ines), inesName);
  const atAlice = alice.chat(inesName);
  await atAlice.say('Great news, thank you!');
  await atAlice.expectState('Great news', 'delivered');
}

async function nameThem(alice: Person, chat: Chat, name: string): Promise<void> {
  const details = alice.page.getByRole('complementary', { name: words.details.title });
  await chat.region.getByRole('button', { name: words.conversation.details }).click();
  await details.getByLabel(words.details.name, { exact: true }).fill(name);
  await details.getByRole('button', { name: words.common.save }).click();
  await expect(alice.list.entry(name)).toBeVisible();
  await details.getByRole('button', { name: words.details.close }).click();
  await expect(details).toBeHidden();
}

async function talk(stage: Stage, alice: Person, bob: Person): Promise<void> {
  const picture = join(stage.folder, 'East dam at sunrise.png');
  const report = join(stage.folder, 'Inspection report, east dam.pdf');
  await renderPicture(stage.browser, picture);
  await renderReport(stage.browser, report);

  const atBob = await bob.startsChat(alice);
  await atBob.say('Morning! The survey flight is done, all 1,240 photos and no gaps this time.');
  await nameThem(alice, await alice.acceptsChat(bob), bobName);
  const atAlice = alice.chat(bobName);
  await sendFiles(atBob, [picture]);
  await expect(atAlice.bubble('East dam at sunrise').getByRole('img')).toBeVisible();
  await atAlice.say('What a light! Is the inspection report ready too?');
  await expect(atBob.bubble('What a light!')).toBeVisible();
  await sendFiles(atBob, [report]);
  await expect(atAlice.bubble('Inspection report, east dam.pdf')).toBeVisible();
  await atAlice.say('Thank you! And here is the terrain model.');
  await atAlice.expectState('Thank you!', 'delivered');
}

async function sendFiles(chat: Chat, files: readonly string[], text = ''): Promise<void> {
  await dropFiles(chat.region, ...files);
  await expect(chat.chips).toHaveCount(files.length);
  await chat.field.fill(text);
  await chat.sendButton(files.length).click();
  await expect(chat.chips).toHaveCount(0);
}

async function sendTerrainModel(stage: Stage, alice: Person): Promise<void> {
  const chat = alice.chat(bobName);
  const model = join(stage.folder, 'Terrain model, 5 cm grid.las');
  await writeRandomFile(model, 384 * MiB);
  stage.line.bytesPerSecond = bytesPerSecond;
  await sendFiles(chat, [model]);
  await expect(chat.row('Terrain model, 5 cm')).toContainText(wellUnderWay, { timeout: 60_000 });
}

async function takePalette(stage: Stage, alice: Person): Promise<void> {
  await alice.palette.open();
  await alice.palette.field.fill('in');
  await expect(alice.palette.options.filter({ hasText: inesName }).first()).toBeVisible();
  await stage.take(alice, 'palette');
  await alice.page.keyboard.press('Escape');
  await expect(alice.palette.dialog).toBeHidden();
}

async function takeTransfer(stage: Stage, alice: Person): Promise<void> {
  await alice.list.entry(inesName).click();
  const chat = alice.chat(inesName);
  const inFolder = (name: string) => join(stage.folder, name);
  const files = ['Spillway, Tuesday.mp4', 'Crest walk, Tuesday.mp4', 'Camera positions.csv'].map(inFolder);
  await writeRandomFile(inFolder('Spillway, Tuesday.mp4'), 256 * MiB);
  await writeRandomFile(inFolder('Crest walk, Tuesday.mp4'), 128 * MiB);
  await writeTextFile(inFolder('Camera positions.csv'), cameraPositions());
  await sendFiles(chat, files, 'Both of Tuesday’s recordings, and where the cameras stood');
  await expect(chat.row('Spillway, Tuesday')).toContainText(wellUnderWay, { timeout: 60_000 });
  await stage.take(alice, 'transfer');
}

async function takeSettingsAndDark(stage: Stage, alice: Person): Promise<void> {
  stage.line.bytesPerSecond = Infinity;
  await alice.settings.open();
  await stage.take(alice, 'settings');
  await alice.settings.theme('dark').check();
  await alice.settings.close();
  await alice.list.entry(bobName).click();
  const chat = alice.chat(bobName);
  await expect(chat.bubble('What a light!')).toBeVisible();
  await chat.expectState('Terrain model, 5 cm', 'sent');
  await stage.take(alice, 'dark');
}

function cameraPositions(): string {
  const rows = Array.from({ length: 240 }, (_, index) => {
    const along = index * 7.31;
    return `${index + 1};${(428_113.2 + along).toFixed(1)};${(5_321_877.9 - along / 3).toFixed(1)};${(612 - along / 90).toFixed(1)}`;
  });
  return `camera;east;north;height\n${rows.join('\n')}\n`;
}
