import { expect, test } from 'vitest';
import { Store } from '../../main/store/store.ts';
import { temporaryStore } from './temporary-store.ts';

test('settings start empty, merge part by part, and null brings the default back', async () => {
  const { store, path } = await temporaryStore();
  expect(store.settings.get()).toEqual({});
  store.settings.patch({ appearance: { theme: 'dark' }, downloads: { folder: '/home/alice/“Ä”' } });
  const merged = store.settings.patch({ appearance: { contrast: 'high' }, downloads: { folder: null } });
  expect(merged).toEqual({ appearance: { theme: 'dark', contrast: 'high' }, downloads: {} });
  const again = Store.open(path);
  expect(again.settings.get()).toEqual(merged);
  again.close();
});

test('parts that are undefined stay as they are', async () => {
  const { store } = await temporaryStore();
  store.settings.patch({ appearance: { theme: 'dark' } });
  expect(store.settings.patch({ appearance: { theme: undefined } })).toEqual({
    appearance: { theme: 'dark' },
  });
});

test('facts are kept by name and replaced', async () => {
  const { store } = await temporaryStore();
  expect(store.facts.get('port')).toBeUndefined();
  store.facts.set('port', 5000);
  store.facts.set('port', { port: 5001, folder: 'x' });
  store.facts.set('nothing', null);
  expect(store.facts.get('port')).toEqual({ port: 5001, folder: 'x' });
  expect(store.facts.get('nothing')).toBeNull();
  store.facts.delete('port');
  expect(store.facts.get('port')).toBeUndefined();
});

test('facts are found by how their names begin, and by nothing else', async () => {
  const { store } = await temporaryStore();
  for (const name of ['by:one', 'by:two', 'BY:three', 'b%', 'about by:one']) store.facts.set(name, { name });
  expect(Object.fromEntries(store.facts.under('by:'))).toEqual({
    'by:one': { name: 'by:one' },
    'by:two': { name: 'by:two' },
  });
  expect(store.facts.under('b%').size).toBe(1);
  expect(store.facts.under('none:').size).toBe(0);
});
