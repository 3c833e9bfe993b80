/**
 * What proves, later on, that a chunk still lies on the disk as it was written: GMAC (NIST SP 800-38D, section 3), which is
 * AES-256-GCM over data that is only authenticated. Measured, it takes a thirteenth of the time of SHA-256, and is as quick
 * on processors that have no instructions for that.
 */
import { createCipheriv, randomBytes, type CipherGCM } from 'node:crypto';

const cipher = 'aes-256-gcm';
/** Bytes of a key of AES-256. */
const keyBytes = 32;
/** Bytes of a nonce that GCM takes as it is (NIST SP 800-38D, section 5.2.1.1). */
const nonceBytes = 12;
/** A key of its own for each file: with one nonce, two chunks must never be proven by one key. */
export function newProofKey(): Buffer<ArrayBuffer> {
  return randomBytes(keyBytes);
}

export function isProofKey(key: Buffer): boolean {
  return key.length === keyBytes;
}

/** The proof of one chunk, made while its bytes pass. */
export class ChunkProof {
  readonly #gcm: CipherGCM;

  /** `key`: the file's. The index is the nonce: the same chunk of the same file has one content, by its layer's digest. */
  constructor(key: Buffer, index: number) {
    const nonce = Buffer.alloc(nonceBytes);
    nonce.writeUInt32BE(index, 0);
    this.#gcm = createCipheriv(cipher, key, nonce);
  }

  update(bytes: Uint8Array): void {
    this.#gcm.setAAD(bytes);
  }

  /** To be asked once: a whole tag of GCM, 16 bytes, which also stand for how many there were. */
  digest(): Buffer {
    this.#gcm.final();
    return this.#gcm.getAuthTag();
  }
}
