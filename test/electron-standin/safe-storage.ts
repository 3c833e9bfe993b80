import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { journal, strict } from './strict.ts';

export interface StandinKeyring {
  /** What `getSelectedStorageBackend` says. */
  readonly backend: string;
  /** The file that stands for the system's keyring: whoever takes it away changes the keyring. */
  readonly file: string;
}

/** Before the application is ready Electron knows no backend and encrypts nothing. */
type Ready = () => boolean;

/**
 * Electron's `safeStorage` over a keyring that is a file: without the functions that Electron has deprecated, so that whoever
 * calls one fails. What was encrypted with a key that is gone does not decrypt.
 */
export function makeSafeStorage(keyring: StandinKeyring | null, isReady: Ready) {
  const requireReady = (called: string) => {
    journal('safe-storage', { called });
    if (!isReady()) throw new Error(`safeStorage.${called} cannot be used before the application is ready`);
    if (keyring === null) throw new Error(`safeStorage.${called}: there is no keyring`);
    return keyring;
  };
  return strict('safeStorage', {
    isAsyncEncryptionAvailable() {
      journal('safe-storage', { called: 'isAsyncEncryptionAvailable' });
      return Promise.resolve(isReady() && keyring !== null);
    },
    async encryptStringAsync(plainText: string) {
      const key = await keyIn(requireReady('encryptStringAsync'), 'make');
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      const encrypted = Buffer.concat([cipher.update(plainText, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), encrypted]);
    },
    async decryptStringAsync(encrypted: Buffer) {
      const key = await keyIn(requireReady('decryptStringAsync'), 'read');
      const decipher = createDecipheriv('aes-256-gcm', key, encrypted.subarray(0, 12));
      decipher.setAuthTag(encrypted.subarray(12, 28));
      const result = Buffer.concat([decipher.update(encrypted.subarray(28)), decipher.final()]);
      return { result: result.toString('utf8'), shouldReEncrypt: false };
    },
    getSelectedStorageBackend: () => (isReady() ? (keyring?.backend ?? 'basic_text') : 'unknown'),
  });
}

function keyIn({ file }: StandinKeyring, mode: 'make' | 'read'): Promise<Buffer> {
  if (mode === 'make' && !existsSync(file)) writeFileSync(file, randomBytes(32), { mode: 0o600 });
  return Promise.resolve(readFileSync(file));
}
