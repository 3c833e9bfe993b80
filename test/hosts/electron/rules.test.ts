import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isTrustedSender } from '../../../main/hosts/electron/trusted-sender.ts';
import { isLocal } from '../../../main/hosts/electron/window-address.ts';
import { isReachable, rememberedPlace } from '../../../main/hosts/electron/window-place.ts';

type Sent = Parameters<typeof isTrustedSender>[0];

function sent(url: string, frame = 1): Sent {
  const mainFrame = { frameTreeNodeId: 1 };
  return { sender: { mainFrame }, senderFrame: { url, frameTreeNodeId: frame } } as unknown as Sent;
}

describe('who may call the main process', () => {
  const everyWindow = () => true;

  it('the main frame of our window with our page', () => {
    expect(isTrustedSender(sent('app://dockercomms/index.html'), everyWindow)).toBe(true);
  });

  it.each([
    'app://dockercomms.evil/index.html',
    'app://evil/',
    'app://dockercomms',
    'https://evil.example/app://dockercomms/',
    'file:///index.html',
    'about:blank',
    'data:text/html,x',
    'blob:app://dockercomms/1',
    '',
  ])('no page at %j', (url) => {
    expect(isTrustedSender(sent(url), everyWindow)).toBe(false);
  });

  it('no frame inside our page', () => {
    expect(isTrustedSender(sent('app://dockercomms/index.html', 2), everyWindow)).toBe(false);
  });

  it('no frame that is gone already', () => {
    expect(isTrustedSender({ ...sent('app://dockercomms/'), senderFrame: null }, everyWindow)).toBe(false);
  });

  it('no window that we did not open', () => {
    expect(isTrustedSender(sent('app://dockercomms/index.html'), () => false)).toBe(false);
  });
});

it('lets Chromium load our own files and memory, and nothing from any network', () => {
  for (const url of ['app://dockercomms/assets/a.js', 'blob:app://dockercomms/1', 'data:image/png;base64,']) {
    expect(isLocal(url)).toBe(true);
  }
  for (const scheme of ['http', 'https', 'ws', 'wss', 'ftp', 'file', 'chrome', 'app']) {
    expect(isLocal(`${scheme}://evil.example/app://dockercomms/`)).toBe(false);
  }
});

describe('where the window was', () => {
  const screens = [
    { x: 0, y: 0, width: 1920, height: 1080 },
    { x: 1920, y: 0, width: 1280, height: 1024 },
  ];
  const size = { width: 1000, height: 700, maximized: false };

  it('is kept while its title bar can be taken hold of', () => {
    expect(isReachable({ ...size, x: 100, y: 100 }, screens)).toBe(true);
    expect(isReachable({ ...size, x: 2500, y: 900 }, screens)).toBe(true);
    expect(isReachable(size, screens)).toBe(true);
  });

  it('is given up when the screen is gone, or the title bar is above or beside all screens', () => {
    expect(isReachable({ ...size, x: 2500, y: 100 }, screens.slice(0, 1))).toBe(false);
    expect(isReachable({ ...size, x: 100, y: -10 }, screens)).toBe(false);
    expect(isReachable({ ...size, x: -990, y: 100 }, screens)).toBe(false);
    expect(isReachable({ ...size, x: 100, y: 1070 }, screens)).toBe(false);
  });

  it('is what the file says, and the usual place for a file that makes no sense', () => {
    const home = mkdtempSync(join(tmpdir(), 'dockercomms-place-'));
    const say = (text: string) => {
      writeFileSync(join(home, 'window.json'), text);
      return rememberedPlace(home, screens);
    };
    const usual = rememberedPlace(home, screens);
    expect(say('{"x":5,"y":6,"width":900,"height":600}')).toMatchObject({ x: 5, y: 6, width: 900 });
    for (const text of ['', '{', '{"width":1e9,"height":600}', '{"width":10,"height":10}', '[]', 'null']) {
      expect(say(text)).toEqual(usual);
    }
    expect(say('{"width":900,"height":600,"zoom":1.5,"fullScreen":true}')).toMatchObject({
      zoom: 1.5,
      fullScreen: true,
    });
    expect(say('{"width":900,"height":600,"zoom":400}').zoom).toBeLessThan(10);
    // It was on a screen that is gone, or a larger one.
    expect(say('{"x":9000,"y":6,"width":900,"height":600,"zoom":1}')).toEqual({ ...usual, zoom: 1 });
    expect(say('{"x":0,"y":0,"width":5000,"height":3000}')).toMatchObject({ width: 1920, height: 1080 });
    rmSync(home, { recursive: true });
  });
});
