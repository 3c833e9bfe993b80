import { cannotAsk, keeperSlot, type KeyKeeper } from './keeper-slot.ts';
import type { KeySlot } from './key-slot.ts';

/** What is used of Electron's `safeStorage`: its asynchronous functions alone, which notice a key that the system has replaced. */
export interface SafeStorage {
  isAsyncEncryptionAvailable(): Promise<boolean>;
  encryptStringAsync(plainText: string): Promise<Buffer>;
  decryptStringAsync(
    encrypted: Buffer,
  ): Promise<{ readonly result: string; readonly shouldReEncrypt: boolean }>;
  /** Linux only. */
  getSelectedStorageBackend(): string;
}

/** Encrypts with a password that is the same everywhere: whoever has the file has the key. */
const noProtection = 'basic_text';

/**
 * Electron's safe storage, once the application is ready: the key is encrypted with one that the system's keyring keeps
 * for this program.
 */
export function safeStorageSlot(
  safeStorage: SafeStorage,
  platform: NodeJS.Platform = process.platform,
): KeySlot {
  const backend = backendOf(safeStorage, platform);
  const label = `Safe storage (${backend === noProtection ? `${backend}: protects nothing` : backend})`;
  const available = async () => backend !== noProtection && (await safeStorage.isAsyncEncryptionAvailable());
  const asked = async <T>(question: () => Promise<T>): Promise<T> => {
    if (!(await available().catch(() => false))) throw cannotAsk(label, undefined);
    return question();
  };
  const keeper: KeyKeeper = {
    id: 'safe-storage',
    label,
    protects: backend !== noProtection,
    available: () => available().catch(() => false),
    keep: (fresh) =>
      asked(async () => {
        const encrypted = await safeStorage.encryptStringAsync(fresh).catch((error: unknown) => {
          throw cannotAsk(label, error);
        });
        return { kept: fresh, receipt: encrypted.toString('base64') };
      }),
    // What it cannot decrypt was encrypted with a key that the system no longer has.
    fetch: (receipt) =>
      asked(() =>
        safeStorage.decryptStringAsync(Buffer.from(receipt, 'base64')).then(
          ({ result, shouldReEncrypt }) => ({ kept: result, isStale: shouldReEncrypt }),
          () => null,
        ),
      ),
  };
  return keeperSlot(keeper);
}

function backendOf(safeStorage: SafeStorage, platform: NodeJS.Platform): string {
  if (platform === 'darwin') return 'Keychain';
  return platform === 'win32' ? 'DPAPI' : safeStorage.getSelectedStorageBackend();
}
