/** Secrets that the system's keyring keeps for the built program, through Electron's safe storage as the stand-in has it. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { afterAll, describe, expect, it } from 'vitest';
import type { VaultView } from '../../preload/contract/vault.ts';
import { launchShell } from '../browser.ts';
import { call, useDesk } from './desk.ts';

const chromium = await launchShell();
afterAll(() => chromium?.close());

describe.runIf(chromium !== null)('safe storage', () => {
  const desk = useDesk(chromium);

  const vaultOf = async (page: Page) =>
    ((await call(page, 'vault.get', {})) as unknown as { value: VaultView }).value;
  const phaseOf = async (page: Page) =>
    ((await call(page, 'app.status', {})) as unknown as { value: { phase: string } }).value.phase;
  const safeStorageIn = ({ slots }: VaultView) => slots.find(({ id }) => id === 'safe-storage');

  it('opens the secrets by itself where the key file is taken away, and another keyring does not', async () => {
    const keyring = join(desk.folder, 'keyring');
    const withKeyring = { env: { STANDIN_KEYRING_FILE: keyring } };
    const first = await desk.start(withKeyring);
    const account = { kind: 'this-computer', identity: 'me@example.org' };
    expect(await call(first.page, 'accounts.create', account)).toMatchObject({ ok: true });
    await expect
      .poll(async () => safeStorageIn(await vaultOf(first.page)))
      .toMatchObject({ state: 'opens', protects: true });
    expect(await call(first.page, 'vault.removeSlot', { slot: 'key-file' })).toMatchObject({ ok: true });
    await first.standin.close();

    const second = await desk.start(withKeyring);
    expect(await phaseOf(second.page)).toBe('ready');
    expect((await vaultOf(second.page)).openedBy).toBe('safe-storage');
    expect(await call(second.page, 'accounts.list', {})).toMatchObject({
      value: [{ identity: 'me@example.org' }],
    });
    await second.standin.close();

    await rm(keyring);
    const third = await desk.start(withKeyring);
    expect(await phaseOf(third.page)).toBe('locked');
  });

  it('without a keyring protects nothing, and is given nothing', async () => {
    const { standin, page } = await desk.start();
    expect(safeStorageIn(await vaultOf(page))).toMatchObject({ state: 'off', protects: false });
    const called = standin.journal.flatMap((entry) => (entry.what === 'safe-storage' ? [entry.called] : []));
    expect(called).not.toContain('encryptStringAsync');
  });
});
