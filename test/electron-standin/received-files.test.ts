/** What a person does with a file that came, from the window to the system, on the stand-in. */
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { hostWords } from '../../main/hosts/electron/locales/en.ts';
import { words } from '../../renderer/locales/en.ts';
import { launchShell } from '../browser.ts';
import { dropFiles } from '../scenarios/support/drop.ts';
import { theirWindows, useDesk } from './desk.ts';

const chromium = await launchShell();
afterAll(() => chromium?.close());

describe.runIf(chromium !== null)('a received file on the desktop', () => {
  const desk = useDesk(chromium);

  it('is opened, shown, saved and dragged under its name, lands where its person chose, and is opened only after a question where it is a program', async () => {
    const standin = await desk.launch({ args: ['--demo'] });
    const [alice, bob] = await theirWindows(standin);
    const withAlice = bob.getByRole('navigation').getByRole('button').filter({ hasText: 'Alice' });
    await withAlice.click();
    const name = 'Try me.txt';
    const button = (label: string, of: string) =>
      bob.getByRole('button', { name: words.file.action(label, of), exact: true });

    await button(words.file.actions.open, name).click();
    const { path } = await standin.wrote('open-path');
    expect(basename(String(path))).toBe(name);
    await button(words.file.actions['show-in-folder'], name).click();
    await standin.wrote('show-item', { path });
    const copy = join(desk.folder, 'copy.txt');
    standin.perform({ saveAs: copy });
    await button(words.file.actions['save-as'], name).click();
    await expect.poll(() => readFileSync(copy, 'utf8')).toBe(readFileSync(String(path), 'utf8'));

    // A person takes hold of its card, and moves it.
    const card = await bob.locator('[draggable=true]').filter({ hasText: name }).boundingBox();
    if (card === null) return expect.unreachable();
    const grip = { x: card.x + card.width / 2, y: card.y + card.height - 8 };
    await bob.mouse.move(grip.x, grip.y);
    await bob.mouse.down();
    await bob.mouse.move(grip.x + 40, grip.y + 40, { steps: 5 });
    await standin.wrote('drag', { file: path });
    await bob.mouse.up();

    // From now on files go to a folder that the system's dialogue asks for.
    const folder = join(desk.folder, 'from others');
    await mkdir(folder);
    standin.perform({ chooseFolder: folder });
    await bob.getByRole('button', { name: words.settings.title, exact: true }).click();
    await bob.getByRole('button', { name: words.settings.choose }).click();
    await bob.getByText(folder).waitFor();
    await withAlice.click();

    // Called a picture, and a program all the same.
    const program = join(desk.folder, 'holiday.jpg');
    await writeFile(program, 'MZ, and what a program of Windows goes on with');
    const withBob = alice.getByRole('navigation').getByRole('button').filter({ hasText: 'Bob' });
    await dropFiles(withBob, program);
    await alice.getByRole('button', { name: words.composer.sendTo(1, 'Bob') }).click();
    await button(words.file.actions.open, basename(program)).click();
    await standin.wrote('message-box', { message: hostWords.canRun.title(basename(program)) });
    standin.perform({ pressButton: hostWords.canRun.cancel });
    await button(words.file.actions.open, basename(program)).click();
    const asked = () => standin.journal.filter(({ what }) => what === 'message-box').length;
    await expect.poll(asked).toBe(2);
    const opened = () =>
      standin.journal.filter(({ what }) => what === 'open-path').map((entry) => entry.path);
    expect(opened()).toEqual([path]);
    standin.perform({ pressButton: hostWords.canRun.open });
    await expect.poll(opened).toHaveLength(2);
    expect(String(opened()[1])).toMatch(new RegExp(`^${folder}/`));
  });
});
