import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const assets = join(import.meta.dirname, '../../assets');
const pngSignature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Width and height of a PNG, from its first chunk (PNG specification, section 11.2.1). */
function pngSize(png: Buffer): readonly [number, number] {
  expect(png.subarray(0, 8)).toEqual(pngSignature);
  return [png.readUInt32BE(16), png.readUInt32BE(20)];
}

describe('icons', () => {
  test('the Windows icon holds a PNG of the size that each entry names', async () => {
    const ico = await readFile(join(assets, 'icons/icon.ico'));
    const sizes = Array.from({ length: ico.readUInt16LE(4) }, (_, index) => {
      const entry = 6 + 16 * index;
      const offset = ico.readUInt32LE(entry + 12);
      const size = ico.readUInt8(entry) || 256;
      expect(pngSize(ico.subarray(offset, offset + ico.readUInt32LE(entry + 8)))).toEqual([size, size]);
      return size;
    });
    expect(sizes).toEqual([16, 24, 32, 48, 64, 128, 256]);
  });

  test('the macOS icon is as long as it says and holds square PNGs up to 1024 px', async () => {
    const icns = await readFile(join(assets, 'icons/icon.icns'));
    expect(icns.toString('latin1', 0, 4)).toBe('icns');
    expect(icns.readUInt32BE(4)).toBe(icns.length);
    const sizes: number[] = [];
    for (let offset = 8; offset < icns.length; offset += icns.readUInt32BE(offset + 4)) {
      const [width, height] = pngSize(icns.subarray(offset + 8, offset + icns.readUInt32BE(offset + 4)));
      expect(width).toBe(height);
      sizes.push(width);
    }
    expect(Math.max(...sizes)).toBe(1024);
  });

  test('every Linux icon has the size in its name', async () => {
    const names = await readdir(join(assets, 'icons/linux'));
    expect(names).toContain('512x512.png');
    for (const name of names) {
      const size = Number.parseInt(name, 10);
      expect(pngSize(await readFile(join(assets, 'icons/linux', name)))).toEqual([size, size]);
    }
  });

  test('every image of the tray and of the task bar is there at 16 px and at twice that', async () => {
    const names = await readdir(join(assets, 'tray'));
    const singles = names.filter((name) => name.endsWith('.png') && !name.includes('@2x'));
    expect(singles).toHaveLength(7);
    for (const name of singles) {
      expect(pngSize(await readFile(join(assets, 'tray', name)))).toEqual([16, 16]);
      const double = await readFile(join(assets, 'tray', name.replace('.png', '@2x.png')));
      expect(pngSize(double)).toEqual([32, 32]);
    }
  });
});
