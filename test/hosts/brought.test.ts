import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { argumentsToStartAgain, hostArguments, startsWithBrought } from '../../main/hosts/arguments.ts';
import {
  type Brought,
  broughtByText,
  BroughtThings,
  broughtSchema,
  nothingBrought,
} from '../../main/hosts/brought.ts';

let folder: string;
let plan: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dockercomms-brought-'));
  plan = join(folder, 'plan 50%.txt');
  writeFileSync(plan, 'x');
  mkdirSync(join(folder, 'Trip'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const link = 'dockercomms:invite?v=1&id=alice';
const started = (...words: string[]) => hostArguments(words, folder);

describe('what a start brings', () => {
  it('is the files and folders among its words, as paths or as a file manager’s addresses', () => {
    const trip = join(folder, 'Trip');
    expect(started(plan, trip).brought).toEqual({ link: null, files: [plan, trip] });
    expect(started('plan 50%.txt', 'Trip').brought.files).toEqual([plan, trip]);
    expect(started('--home=/h', String(pathToFileURL(plan))).brought.files).toEqual([plan]);
    expect(started('--', plan).brought.files).toEqual([plan]);
  });

  it('is nothing where the words name nothing that is there', () => {
    for (const word of ['nowhere.txt', 'file:///nowhere', 'file:%', 'https://example.com/', '', '\0', '-x']) {
      expect(started(word).brought).toEqual(nothingBrought);
    }
  });

  it.runIf(process.platform !== 'win32')('never asks another computer for a file', () => {
    const { pathname } = pathToFileURL(plan);
    expect(started(`file://evil.example${pathname}`).brought).toEqual(nothingBrought);
    expect(started(`file://localhost${pathname}`).brought.files).toEqual([plan]);
  });

  it('is not the folder of the home', () => {
    expect(started('--home', folder).brought).toEqual(nothingBrought);
  });

  it('is one link, in whatever case the system spells its scheme', () => {
    expect(started(link).brought).toEqual({ link, files: [] });
    expect(started('--', link).brought.link).toBe(link);
    const loud = link.replace('dockercomms', 'DockerComms');
    expect(started(loud).brought.link).toBe(loud);
  });

  it('is a link alone: no file stands beside one, and nothing behind it is read', () => {
    expect(started(plan, link).brought).toEqual({ link, files: [] });
    const { brought, homes, demo } = started(link, plan, '--home=/evil', '--demo', `${link}2`);
    expect(brought).toEqual({ link, files: [] });
    expect(demo).toBe(false);
    expect(homes).toEqual(started().homes);
  });

  it('is nothing for a link that is longer than any of ours', () => {
    expect(started(`${link}${'x'.repeat(5_000)}`).brought).toEqual(nothingBrought);
  });

  it('is of its form for any words, and never an error', () => {
    const word = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string().map((rest) => `dockercomms:${rest}`),
      fc.string().map((rest) => `--${rest}`),
      fc.string().map((rest) => `file://${rest}`),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), (words) => {
        expect(broughtSchema.parse(started(...words).brought)).toEqual(started(...words).brought);
      }),
    );
  });
});

describe('what dropped text brings', () => {
  it('is a link that stands alone in it', () => {
    for (const text of [link, ` ${link}\n`]) expect(broughtByText(text)).toEqual({ link, files: [] });
  });

  it('is nothing for any other text, also where a link or the path of a file is in it', () => {
    const others = ['', ' ', 'words', 'https://example.com/', plan, String(pathToFileURL(plan))];
    const around = [`${link} and more`, `${link}\n${link}`, `see ${link}`, `${link}${'x'.repeat(5_000)}`];
    for (const text of [...others, ...around]) expect(broughtByText(text)).toEqual(nothingBrought);
  });

  it('is of its form for any text, and never an error', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string().map((rest) => ` dockercomms:${rest}`),
    );
    fc.assert(
      fc.property(text, (dropped) => {
        expect(broughtSchema.safeParse(broughtByText(dropped)).success).toBe(true);
      }),
    );
  });
});

describe('a program that starts itself again', () => {
  const again = (...words: string[]) => argumentsToStartAgain(words);

  it('keeps its home and its switches', () => {
    expect(again('--home', '/h', '--demo', '--ozone-platform=x11')).toEqual([
      '--home=/h',
      '--demo',
      '--ozone-platform=x11',
    ]);
  });

  it('does not take what it was started with a second time, and shows its window', () => {
    expect(again('--hidden', '--home=/h', plan, '--', plan)).toEqual(['--home=/h']);
    expect(again('--home=/h', link, '--home=/evil')).toEqual(['--home=/h']);
    expect(again('--', link)).toEqual([]);
  });

  it('is given back to itself unchanged', () => {
    const words = fc.array(fc.oneof(fc.string(), fc.constantFrom('--home', '--hidden', '--', link, '--x=1')));
    fc.assert(
      fc.property(words, (argv) => {
        const once = argumentsToStartAgain(argv);
        expect(argumentsToStartAgain(once)).toEqual(once);
        expect(hostArguments(once, folder).brought).toEqual(nothingBrought);
        expect(hostArguments(once, folder).hidden).toBe(false);
        expect(hostArguments(once, folder).homes).toEqual(hostArguments(argv, folder).homes);
      }),
    );
  });
});

describe('what a program was brought too late to show', () => {
  const late = (...words: string[]) => ({
    with: (brought: Brought) =>
      startsWithBrought(words, brought).map((start) => hostArguments(start, folder)),
  });

  it('is what its next start was started with, in the same home', () => {
    const trip = join(folder, 'Trip');
    const [files, ...noMore] = late('--hidden', '--home=/h', link).with({ link: null, files: [plan, trip] });
    expect(files).toMatchObject({ brought: { link: null, files: [plan, trip] }, hidden: false });
    expect(files?.homes).toEqual(started('--home=/h').homes);
    expect(noMore).toEqual([]);
    expect(
      late(plan)
        .with({ link, files: [] })
        .map(({ brought }) => brought),
    ).toEqual([{ link, files: [] }]);
  });

  it('is of two starts where there are files and a link, since a link comes alone', () => {
    const starts = late('--home=/h').with({ link, files: [plan] });
    expect(starts.map(({ brought }) => brought)).toEqual([
      { link: null, files: [plan] },
      { link, files: [] },
    ]);
    for (const { homes } of starts) expect(homes).toEqual(started('--home=/h').homes);
  });

  it('is a start all the same where it is nothing', () => {
    expect(startsWithBrought(['--home=/h', link], nothingBrought)).toEqual([['--home=/h']]);
  });

  it('gives no switch, whatever a link says', () => {
    const links = fc.string().map((rest) => `dockercomms:${rest}`);
    fc.assert(
      fc.property(links, (clicked) => {
        const [start] = late('--home=/h').with({ link: clicked, files: [] });
        expect(start).toEqual({ ...started('--home=/h'), brought: { link: clicked, files: [] } });
      }),
    );
  });
});

describe('what was brought', () => {
  it('waits until it is taken, and is taken once', () => {
    const things = new BroughtThings();
    expect(things.add(nothingBrought)).toBe(false);
    expect(things.add({ link: null, files: ['/a', '/b'] })).toBe(true);
    expect(things.add({ link, files: ['/b', '/c'] })).toBe(true);
    expect(things.takeFiles()).toEqual(['/a', '/b', '/c']);
    expect(things.takeFiles()).toEqual([]);
    expect(things.takeLink()).toBe(link);
    expect(things.takeLink()).toBeNull();
  });

  it('is the last link of several, and a bounded number of files', () => {
    const things = new BroughtThings();
    things.add({ link, files: Array.from({ length: 5_000 }, (_, index) => `/${index}`) });
    things.add({ link: `${link}&x`, files: [] });
    expect(things.takeLink()).toBe(`${link}&x`);
    expect(things.takeFiles().length).toBeLessThanOrEqual(1_000);
  });
});
