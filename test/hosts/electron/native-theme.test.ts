import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { ScriptedEngine } from '../scripted-engine.ts';

const { nativeTheme } = vi.hoisted(() => ({ nativeTheme: { themeSource: 'system' } }));
vi.mock('electron', () => ({ nativeTheme }));
const { followTheme, isDark, recallTheme } = await import('../../../main/hosts/electron/native-theme.ts');

const settings = (theme: string) => Promise.resolve({ appearance: { theme } });

describe('what the system draws around the window', () => {
  const engine = new ScriptedEngine();
  beforeEach(() => {
    nativeTheme.themeSource = 'system';
    engine.answer = () => settings('dark');
  });

  it('looks as the person chose, at once and whenever they choose anew', async () => {
    await followTheme(engine, 'darwin');
    expect(nativeTheme.themeSource).toBe('dark');
    engine.answer = () => settings('light');
    engine.tell({ type: 'settings.changed' });
    await expect.poll(() => nativeTheme.themeSource).toBe('light');
  });

  it('is left to the desktop on Linux, and to the system while the home is locked', async () => {
    await followTheme(engine, 'linux');
    engine.answer = () => Promise.reject(new Error('locked'));
    await followTheme(engine, 'win32');
    expect(nativeTheme.themeSource).toBe('system');
  });

  it('looks before the home is open as it did when its window was closed last', async () => {
    const home = await mkdtemp(join(tmpdir(), 'dockercomms-theme-'));
    onTestFinished(() => rm(home, { recursive: true }));
    const recalled = async (text: string, platform: NodeJS.Platform) => {
      nativeTheme.themeSource = 'system';
      await writeFile(join(home, 'window.json'), text);
      recallTheme(home, platform);
      return nativeTheme.themeSource;
    };
    const dark = '{"width":900,"height":700,"theme":"dark"}';
    expect(await recalled(dark, 'darwin')).toBe('dark');
    expect(await recalled(dark, 'linux')).toBe('system');
    for (const text of ['', '{"width":900,"height":700}', '{"theme":"loud"}'])
      expect(await recalled(text, 'win32')).toBe('system');
  });
});

describe('what is behind the icon in the tray', () => {
  const theme = (window: boolean, bar: boolean) => ({
    shouldUseDarkColors: window,
    shouldUseDarkColorsForSystemIntegratedUI: bar,
  });
  it.each([
    // Programs light, task bar dark: how Windows comes.
    ['win32', '', theme(false, true), true],
    ['win32', '', theme(true, false), false],
    ['linux', 'KDE', theme(false, false), false],
    ['linux', 'KDE', theme(true, false), true],
    ['linux', 'ubuntu:GNOME', theme(false, false), true],
    ['linux', 'Unity', theme(false, false), true],
    ['linux', 'X-Cinnamon', theme(false, false), false],
    ['linux', '', theme(false, false), false],
  ] as const)('on %s %j is dark or light as that is drawn: %j', (platform, desktop, colours, dark) => {
    expect(isDark({ platform, desktop, theme: colours })).toBe(dark);
  });
});
