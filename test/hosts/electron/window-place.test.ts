import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { leastSize, rememberedPlace } from '../../../main/hosts/electron/window-place.ts';

/** A large screen, and beside it a smaller one that begins a bit lower. */
const large = { x: 0, y: 0, width: 1920, height: 1080 };
const small = { x: 1920, y: 40, width: 1280, height: 984 };
const both = [large, small];

describe('where the window was', () => {
  const home = mkdtempSync(join(tmpdir(), 'dockercomms-place-'));
  afterAll(() => {
    rmSync(home, { recursive: true });
  });
  const say = (text: string, screens = both) => {
    writeFileSync(join(home, 'window.json'), text);
    return rememberedPlace(home, screens);
  };
  const was = (place: object, screens = both) => say(JSON.stringify(place), screens);
  const usual = say('');
  const size = { width: 1000, height: 700 };

  it.each([
    { x: 100, y: 100 },
    { x: 2100, y: 300 },
    // On both.
    { x: 1500, y: 200 },
  ])('is kept at %j', (at) => {
    expect(was({ ...at, ...size })).toMatchObject({ ...at, ...size });
  });

  it.each([
    ['the screen is gone', { x: 2500, y: 100 }, [large]],
    ['its title bar is above all screens', { x: 100, y: -10 }, both],
    ['nearly all of it is beside all screens', { x: -990, y: 100 }, both],
    ['its title bar is below the screen', { x: 100, y: 1070 }, both],
    ['its title bar is above the lower of two screens', { x: 2000, y: 10 }, both],
  ])('is given up when %s', (_, at, screens) => {
    expect(was({ ...at, ...size, zoom: 1, maximized: true }, screens)).toEqual({
      ...usual,
      zoom: 1,
      maximized: true,
    });
  });

  it('is moved so far that all of it is on its screen', () => {
    expect(was({ x: 1400, y: 600, ...size }, [large])).toMatchObject({ x: 920, y: 380, ...size });
    expect(was({ x: -200, y: 100, ...size })).toMatchObject({ x: 0, y: 100 });
    expect(was({ x: 2900, y: 200, ...size })).toMatchObject({ x: 2200, y: 200 });
  });

  it('is no larger than the screen that it is on', () => {
    expect(was({ x: 0, y: 0, width: 5000, height: 3000 })).toMatchObject(large);
    expect(was({ x: 2000, y: 60, width: 1800, height: 1000 })).toMatchObject(small);
    // It was the only one, and larger.
    expect(
      was({ x: 300, y: 20, width: 1900, height: 1000 }, [{ ...large, width: 1366, height: 728 }]),
    ).toMatchObject({
      ...{ x: 0, y: 0, width: 1366, height: 728 },
    });
  });

  it('is on a screen that is smaller than the smallest window as large as that', () => {
    const tiny = { x: 0, y: 0, width: 320, height: 240 };
    expect(was({ x: 10, y: 10, ...size }, [tiny])).toMatchObject({ x: 0, y: 0, ...leastSize });
  });

  it('where nobody knows it, fits the first screen', () => {
    expect(say('', [{ ...large, width: 1024, height: 728 }, small])).toMatchObject({
      width: 1024,
      height: 728,
    });
    expect(usual).not.toHaveProperty('x');
  });

  it.each(['', '{', '{"width":1e9,"height":600}', '{"width":10,"height":10}', '[]', 'null'])(
    'is the usual place for a file that says %j',
    (text) => {
      expect(say(text)).toEqual(usual);
    },
  );

  it('comes with how it was shown, as far as that makes sense', () => {
    expect(was({ ...size, zoom: 1.5, fullScreen: true })).toMatchObject({ zoom: 1.5, fullScreen: true });
    expect(was({ ...size, zoom: 400 }).zoom).toBeLessThan(10);
  });
});
