import { expect, test } from 'vitest';
import { Store } from '../../main/store/store.ts';
import { temporaryStore } from './temporary-store.ts';

test('what was learnt about a registry is there after the next start, each repository for itself', async () => {
  const { store, path } = await temporaryStore();
  store.capabilities.set('r.example/mail', 'referrers', { works: true, at: 1 });
  store.capabilities.set('r.example/mail', 'referrers', { works: false, at: 2 });
  store.close();
  const reopened = Store.open(path);
  expect(reopened.capabilities.get('r.example/mail', 'referrers')).toEqual({ works: false, at: 2 });
  expect(reopened.capabilities.get('r.example/mail', 'last')).toBeNull();
  expect(reopened.capabilities.get('r.example/other', 'referrers')).toBeNull();
  reopened.close();
});
