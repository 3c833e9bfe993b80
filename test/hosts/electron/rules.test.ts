import { describe, expect, it } from 'vitest';
import { isTrustedSender } from '../../../main/hosts/electron/trusted-sender.ts';
import { isLocal } from '../../../main/hosts/electron/window-address.ts';

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
