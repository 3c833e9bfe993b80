import { setImmediate } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { BroughtThings } from '../../../main/hosts/brought.ts';
import type { ElectronHomeOptions } from '../../../main/hosts/electron/electron-home.ts';
import { ScriptedEngine } from '../scripted-engine.ts';

const engine = new ScriptedEngine();
const offered = Promise.withResolvers<() => Promise<void>>();
vi.mock('electron', () => ({ safeStorage: {} }));
vi.mock('../../../main/vault/safe-storage-slot.ts', () => ({ safeStorageSlot: () => ({}) }));
vi.mock('../../../main/hosts/compose.ts', () => ({ openHome: () => Promise.resolve(engine) }));
vi.mock('../../../main/hosts/handover.ts', () => ({ offerHandover: () => offered.promise }));
vi.mock('../../../main/hosts/electron/abilities.ts', () => ({ electronAbilities: () => ({}) }));
vi.mock('../../../main/hosts/electron/notifications.ts', () => ({
  showNotifications: () => () => undefined,
}));
vi.mock('../../../main/hosts/electron/updating.ts', () => ({
  electronUpdates: () => Promise.resolve({ updates: null, updating: {} }),
}));
const { ElectronHome } = await import('../../../main/hosts/electron/electron-home.ts');

it('answers its window last: what is brought before is asked for, and what comes later is told', async () => {
  const answered = vi.fn();
  const options = {
    ...{ folder: '/home', logger: {}, product: { updates: null }, checksSpelling: false },
    window: { current: null, answerFrom: answered },
    brought: new BroughtThings(),
  } as unknown as ElectronHomeOptions;
  const opening = ElectronHome.open(options);
  for (let turns = 0; turns < 5; turns += 1) await setImmediate();
  // Nobody knows this home yet, so nobody would tell it of a link that comes now.
  expect(answered).not.toHaveBeenCalled();
  offered.resolve(() => Promise.resolve());
  await opening;
  expect(answered).toHaveBeenCalledWith(engine);
});
