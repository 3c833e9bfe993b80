/** The stand-in is as strict as Electron where the program could lean on something that is not there. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { carrier } from './cloneable.ts';
import { Menu } from './desktop/menu.ts';
import { Notification } from './desktop/notification.ts';
import { Tray } from './desktop/tray.ts';
import { perform } from './gestures.ts';
import { ipcMain } from './ipc.ts';
import { makeSafeStorage } from './safe-storage.ts';
import { defaultSession, session } from './session.ts';

const anything = (object: object) => object as Record<string, (...values: unknown[]) => unknown>;

describe('what Electron does not have', () => {
  it('is an error where it is asked for, and not undefined', () => {
    expect(() => anything(Menu).popupEverywhere).toThrow('popupEverywhere');
    expect(() => anything(session).fromNowhere).toThrow('fromNowhere');
  });

  it('is an error as an option and as an event', () => {
    const options = { title: 'Title', body: 'Words', colour: 'red' };
    expect(() => new Notification(options)).toThrow('colour');
    expect(() => Menu.buildFromTemplate([{ label: 'Open', colour: 'red' } as object])).toThrow('colour');
    expect(() => new Tray({ path: 'tray.png' }).on('levitate', () => undefined)).toThrow('levitate');
  });

  it('includes the functions of safeStorage that do not wait: Electron has deprecated them', () => {
    const safeStorage = anything(makeSafeStorage({ backend: 'gnome_libsecret', file: '' }, () => true));
    for (const name of ['encryptString', 'decryptString', 'isEncryptionAvailable']) {
      expect(() => safeStorage[name]).toThrow(name);
    }
  });

  it('includes what a test cannot do to a desktop', () => {
    expect(() => {
      perform({ levitate: true } as object);
    }).toThrow('levitate');
  });
});

describe('what Electron refuses', () => {
  it('is a second handler for a channel, and a call that nobody handles', async () => {
    ipcMain.handle('strict:once', () => 1);
    expect(() => {
      ipcMain.handle('strict:once', () => 2);
    }).toThrow('second handler');
    await expect(ipcMain.dispatch('strict:nobody', {}, [])).rejects.toThrow('No handler registered');
  });

  it('is a scheme that is served without having been registered before', () => {
    expect(() => {
      defaultSession.protocol.handle('unregistered', () => new Response());
    }).toThrow('registered');
  });

  it('is encryption before the application is ready', async () => {
    const safeStorage = makeSafeStorage({ backend: 'gnome_libsecret', file: '' }, () => false);
    await expect(safeStorage.encryptStringAsync('words')).rejects.toThrow('ready');
    expect(safeStorage.getSelectedStorageBackend()).toBe('unknown');
  });
});

describe('what crosses between page and program', () => {
  const { encode, decode } = carrier();
  const across = (value: unknown): unknown => decode(JSON.parse(JSON.stringify(encode(value))));

  it('arrives as the structured clone algorithm would give it', () => {
    const leaf = fc.oneof(
      ...[fc.string(), fc.double(), fc.boolean(), fc.bigInt(), fc.uint8Array()],
      ...[fc.constant(null), fc.constant(undefined), fc.date({ noInvalidDate: true })],
    );
    const key = fc.string().filter((name) => name !== '$' && name !== '__proto__');
    const { value: values } = fc.letrec((tie) => ({
      value: fc.oneof({ depthSize: 'small' }, leaf, fc.array(tie('value')), fc.dictionary(key, tie('value'))),
    }));
    fc.assert(
      fc.property(values, (value) => {
        expect(across(value)).toEqual(structuredClone(value));
      }),
    );
  });

  it('is refused where it could only be guessed', () => {
    for (const value of [new Map(), new Set(), /words/, new URL('app:'), { $: 'disguise' }]) {
      expect(() => encode({ value })).toThrow('carries no');
    }
  });
});
