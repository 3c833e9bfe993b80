/**
 * Renders every bitmap of the mark from the SVGs in assets/icons: `npm run icons`. The results are committed, so that
 * building and packaging need no browser; run this after changing an SVG and look at what came out.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { chromium } from '@playwright/test';
import { findChromium, launchOptions } from '../test/browser.ts';

const root = join(import.meta.dirname, '..');
const icons = join(root, 'assets/icons');

/** Up to this many pixels the drawing that lies on whole pixels is the better one. */
const largestSmallSize = 32;
/** Pixels: the sizes of icon themes, from lists to dialogues, and larger ones for pages about programs. */
const linuxSizes = [16, 24, 32, 48, 64, 128, 256, 512, 1024];
/** Pixels: what Windows asks an .ico for, from title bars to large tiles. */
const windowsSizes = [16, 24, 32, 48, 64, 128, 256];
/** Pixels: 16 at 100, 125, 150, 200 and 300 % of the screen. */
const traySizes = [16, 20, 24, 32, 48];
/** Apple Icon Image types that hold PNGs, by size in pixels. The two 16 and 32 px types misdraw PNGs on some systems. */
const icnsTypes: readonly (readonly [type: string, size: number])[] = [
  ['ic11', 32],
  ['ic12', 64],
  ['ic07', 128],
  ['ic13', 256],
  ['ic08', 256],
  ['ic14', 512],
  ['ic09', 512],
  ['ic10', 1024],
];
/** Apple's grid: the shape takes 824 of 1024 pixels. Our drawing takes 480 of its 512. */
const appleScale = 824 / 1024 / (480 / 512);

interface SizedPng {
  /** Pixels on each side. */
  readonly size: number;
  readonly png: Buffer;
}

/** An ICO container (directory of 16-byte entries, then the PNGs). A size of 256 is written as 0. */
function ico(images: readonly SizedPng[]): Buffer {
  const header = Buffer.alloc(6 + 16 * images.length);
  header.writeUInt16LE(1, 2);
  header.writeUInt16LE(images.length, 4);
  let offset = header.length;
  for (const [index, { size, png }] of images.entries()) {
    const entry = 6 + 16 * index;
    header.writeUInt8(size % 256, entry);
    header.writeUInt8(size % 256, entry + 1);
    header.writeUInt16LE(1, entry + 4);
    header.writeUInt16LE(32, entry + 6);
    header.writeUInt32LE(png.length, entry + 8);
    header.writeUInt32LE(offset, entry + 12);
    offset += png.length;
  }
  return Buffer.concat([header, ...images.map(({ png }) => png)]);
}

/** An ICNS container: `icns`, the length of everything, then {type, length, PNG}. All numbers big-endian. */
function icns(images: readonly { readonly type: string; readonly png: Buffer }[]): Buffer {
  const block = (type: string, content: Buffer) => {
    const head = Buffer.alloc(8);
    head.write(type, 'latin1');
    head.writeUInt32BE(8 + content.length, 4);
    return Buffer.concat([head, content]);
  };
  return block('icns', Buffer.concat(images.map(({ type, png }) => block(type, png))));
}

const found = await findChromium();
if (found === null) throw new Error('Drawing needs a Chromium; CHROMIUM_PATH can name one.');
const browser = await chromium.launch(launchOptions(found));
const page = await browser.newPage();

/** The SVG as a PNG of size × size; `scale` draws it smaller, in the middle. */
async function render(svg: string, size: number, scale = 1): Promise<Buffer> {
  await page.setViewportSize({ width: size, height: size });
  const side = size * scale;
  const source = `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
  await page.setContent(
    `<style>*{margin:0}body{display:grid;place-items:center;width:${size}px;height:${size}px}</style>` +
      `<img width="${side}" height="${side}" src="${source}">`,
  );
  await page.locator('img').evaluate((image) => (image as HTMLImageElement).decode());
  return page.screenshot({ omitBackground: true });
}

async function write(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
}

const read = (name: string) => readFile(join(icons, name), 'utf8');
const app = await read('app.svg');
const appSmall = await read('app-small.svg');
const renderApp = (size: number) => render(size <= largestSmallSize ? appSmall : app, size);

for (const size of linuxSizes)
  await write(join(icons, 'linux', `${size}x${size}.png`), await renderApp(size));

const windows: SizedPng[] = [];
for (const size of windowsSizes) windows.push({ size, png: await renderApp(size) });
await write(join(icons, 'icon.ico'), ico(windows));

const apple: { type: string; png: Buffer }[] = [];
for (const [type, size] of icnsTypes) apple.push({ type, png: await render(app, size, appleScale) });
await write(join(icons, 'icon.icns'), icns(apple));

// Trays. macOS colours a template itself; elsewhere the brightness of the panel decides which of the two fits.
const tray = join(root, 'assets/tray');
const colours = { Template: '#000', OnLight: '#1c1917', OnDark: '#fff' };
for (const [state, file] of Object.entries({ tray: 'tray.svg', trayUnread: 'tray-unread.svg' })) {
  const drawing = await read(file);
  for (const [name, colour] of Object.entries(colours)) {
    const svg = drawing.replace('<svg ', `<svg color="${colour}" `);
    await write(join(tray, `${state}${name}.png`), await render(svg, 16));
    await write(join(tray, `${state}${name}@2x.png`), await render(svg, 32));
    if (name === 'Template') continue;
    const images: SizedPng[] = [];
    for (const size of traySizes) images.push({ size, png: await render(svg, size) });
    await write(join(tray, `${state}${name}.ico`), ico(images));
  }
}

// Over the button in the task bar of Windows.
const overlay = await read('overlay.svg');
await write(join(tray, 'overlay.png'), await render(overlay, 16));
await write(join(tray, 'overlay@2x.png'), await render(overlay, 32));
await browser.close();
