import { randomBytes } from 'node:crypto';
import { chmod, copyFile, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { keyFileSlot } from '../../main/vault/key-file-slot.ts';
import { describeKeySlot } from './key-slot-contract.ts';
import { temporaryFolder } from './temporary-folder.ts';

const posix = process.platform !== 'win32';

describeKeySlot('The key file', async () => {
  const path = join(await temporaryFolder(), 'vault.key');
  return { slot: () => keyFileSlot(path), loseKey: () => rm(path) };
});

describe('the key file', () => {
  test('is made when it is first needed, and never by looking', async () => {
    const folder = await temporaryFolder();
    const slot = keyFileSlot(join(folder, 'vault.key'));
    expect(await slot.available()).toBe(true);
    expect(await readdir(folder)).toEqual([]);
    await slot.wrap(randomBytes(32));
    expect(await readdir(folder)).toEqual(['vault.key']);
  });

  test('is one key even when two make it at once', async () => {
    const path = join(await temporaryFolder(), 'vault.key');
    const keys = Array.from({ length: 6 }, () => randomBytes(32));
    const wrapped = await Promise.all(keys.map((key) => keyFileSlot(path).wrap(key)));
    for (const [index, text] of wrapped.entries()) {
      expect(Buffer.from((await keyFileSlot(path).unwrap(text)).key)).toEqual(keys[index]);
    }
  });

  test.runIf(posix)('is readable by its owner only', async () => {
    const path = join(await temporaryFolder(), 'vault.key');
    await keyFileSlot(path).wrap(randomBytes(32));
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test.runIf(posix).each([0o644, 0o640, 0o602, 0o660])(
    'is refused when others have any right to it: %o',
    async (mode) => {
      const path = join(await temporaryFolder(), 'vault.key');
      const wrapped = await keyFileSlot(path).wrap(randomBytes(32));
      await chmod(path, mode);
      expect(await keyFileSlot(path).available()).toBe(false);
      await expect(keyFileSlot(path).unwrap(wrapped)).rejects.toMatchObject({ code: 'storage' });
      await expect(keyFileSlot(path).wrap(randomBytes(32))).rejects.toMatchObject({ code: 'storage' });
    },
  );

  test.runIf(posix)('is refused when it belongs to somebody else', async () => {
    const path = join(await temporaryFolder(), 'vault.key');
    const wrapped = await keyFileSlot(path).wrap(randomBytes(32));
    pretendToBeSomebodyElse();
    await expect(keyFileSlot(path).unwrap(wrapped)).rejects.toMatchObject({ code: 'storage' });
  });

  test.runIf(posix)('is not followed when it is a symbolic link', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'vault.key');
    const wrapped = await keyFileSlot(path).wrap(randomBytes(32));
    await symlink(path, join(folder, 'link'));
    await expect(keyFileSlot(join(folder, 'link')).unwrap(wrapped)).rejects.toMatchObject({
      code: 'storage',
    });
  });

  test('opens on another computer when it is taken along', async () => {
    const [here, there] = [await temporaryFolder(), await temporaryFolder()];
    const key = randomBytes(32);
    const wrapped = await keyFileSlot(join(here, 'vault.key')).wrap(key);
    await copyFile(join(here, 'vault.key'), join(there, 'vault.key'));
    expect(Buffer.from((await keyFileSlot(join(there, 'vault.key')).unwrap(wrapped)).key)).toEqual(key);
  });

  test.each(['', 'short', `${'A'.repeat(44)}\n`, `${'!'.repeat(43)}\n`])(
    'that holds no key fails "auth" and is left as it is: %j',
    async (content) => {
      const path = join(await temporaryFolder(), 'vault.key');
      await writeFile(path, content, { mode: 0o600 });
      await expect(keyFileSlot(path).wrap(randomBytes(32))).rejects.toMatchObject({ code: 'auth' });
      expect(await readFile(path, 'utf8')).toBe(content);
    },
  );

  test('that cannot be made fails "storage"', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'vault.key'));
    for (const path of [join(folder, 'vault.key'), join(folder, 'missing', 'vault.key')]) {
      await expect(keyFileSlot(path).wrap(randomBytes(32))).rejects.toMatchObject({ code: 'storage' });
    }
  });
});

/** Only root could give a file away; this works for everybody. */
function pretendToBeSomebodyElse(): void {
  const own = process.getuid?.() ?? 0;
  const spy = vi.spyOn(process as Required<NodeJS.Process>, 'getuid').mockReturnValue(own + 1);
  onTestFinished(() => spy.mockRestore());
}
