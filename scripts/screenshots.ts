/**
 * `npm run screenshots`: people really use the built product, over a real registry, and their windows are taken for
 * `assets/screenshots`. Needs a Chromium (test/browser.ts says where it looks).
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { startRegistry } from '../main/registry/server.ts';
import { findChromium, launchOptions } from '../test/browser.ts';
import { Person } from '../test/scenarios/support/person.ts';
import { SlowLine } from '../test/scenarios/support/slow-line.ts';
import { isStale } from './freshness.mjs';
import { playStory } from './screenshots/story.ts';
import { build, root } from './tools.mjs';

const found = await findChromium();
if (found === null) throw new Error('There is no Chromium on this computer.');
if (isStale(root) && !(await build())) process.exit(1);

const folder = await mkdtemp(join(tmpdir(), 'dockercomms-screenshots-'));
const target = join(root, 'assets/screenshots');
const browser = await chromium.launch(launchOptions(found));
const registry = await startRegistry({ folder: join(folder, 'registry'), port: 5000 });
const line = new SlowLine(`127.0.0.1:${registry.port}`);
const people: Person[] = [];

async function arrive(identity: string): Promise<Person> {
  const own = join(folder, identity);
  const place = {
    home: join(own, 'home'),
    userFolder: join(own, 'folders'),
    downloads: join(own, 'Downloads'),
    dockerConfig: join(own, 'docker'),
  };
  await mkdir(place.downloads, { recursive: true });
  await mkdir(place.userFolder);
  const window = { viewport: { width: 1200, height: 820 }, deviceScaleFactor: 2, locale: 'en-GB' };
  const person = new Person(identity, place, 'browser', {
    newContext: () => browser.newContext({ ...window, colorScheme: 'light', reducedMotion: 'reduce' }),
  });
  people.push(person);
  await person.open();
  return person;
}

async function take(person: Person, name: string): Promise<void> {
  await person.page.mouse.move(600, 1);
  await person.page.screenshot({ path: join(target, `${name}.png`), animations: 'disabled' });
  console.log(`assets/screenshots/${name}.png`);
}

try {
  await mkdir(target, { recursive: true });
  const mailbox = 'team/messages';
  await playStory({
    browser,
    folder,
    line,
    repository: `127.0.0.1:${registry.port}/${mailbox}`,
    slowRepository: `${await line.open()}/${mailbox}`,
    arrive,
    take,
  });
} finally {
  await Promise.allSettled(people.map((person) => person.close()));
  await line.close();
  await registry.close();
  await browser.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}
