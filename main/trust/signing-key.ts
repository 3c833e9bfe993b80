/**
 * Key identities (protocol, section 6): ECDSA on P-256 with SHA-256, through node:crypto alone.
 * Must-fail vectors: test/trust/signing-key.test.ts.
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  type KeyObject,
} from 'node:crypto';
import { DockerCommsError } from '../base/errors.ts';

/** A public key that somebody signs with. Two of them are the same when their fingerprints are. */
export interface VerifyingKey {
  /** SubjectPublicKeyInfo, DER: 91 bytes. */
  readonly spki: Uint8Array;
  /** SHA-256 of `spki`, lower-case hex: what the store, the protocol and a device's id name the key by. */
  readonly fingerprint: string;
  /** SHA-256 of `spki`, base64: what a bundle names the key by. */
  readonly hint: string;
  readonly key: KeyObject;
}

/** A key that we sign with. Its private half is a `KeyObject`: it prints and serialises as nothing. */
export interface SigningKey {
  readonly verifying: VerifyingKey;
  readonly privateKey: KeyObject;
}

/** Bytes of a P-256 SubjectPublicKeyInfo with an uncompressed point (RFC 5480). */
const spkiBytes = 91;

/** A new random signing key. */
export function createSigningKey(): SigningKey {
  return signingKey(generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey);
}

/** The signing key in `pkcs8` (DER), as `sealableKey` gave it. Throws `invalid` for anything but P-256. */
export function openSigningKey(pkcs8: Uint8Array): SigningKey {
  try {
    return signingKey(createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' }));
  } catch {
    // The parser's error may quote what it was given.
    throw new DockerCommsError('invalid', 'This is not a signing key of DockerComms.');
  }
}

/** The private key as PKCS#8 (DER). A secret: for the vault and for a sealed export, nowhere else. */
export function sealableKey({ privateKey }: SigningKey): Buffer {
  return privateKey.export({ format: 'der', type: 'pkcs8' });
}

/** The ECDSA signature (ASN.1 DER, as Sigstore wants it) over SHA-256 of `bytes`. */
export function signBytes({ privateKey }: SigningKey, bytes: Uint8Array): Buffer {
  return sign('sha256', bytes, privateKey);
}

/**
 * The public key in `spki` (DER). Throws `protocol` for anything but a P-256 key in its one canonical encoding: a key
 * that could be written in two ways would have two fingerprints.
 */
export function parseVerifyingKey(spki: Uint8Array): VerifyingKey {
  const key = spki.byteLength === spkiBytes ? readPublicKey(spki) : null;
  if (key === null) throw new DockerCommsError('protocol', 'This is not a P-256 public key.');
  return verifyingKey(key, Buffer.from(spki));
}

function readPublicKey(spki: Uint8Array): KeyObject | null {
  try {
    const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
    return isP256(key) && key.export({ format: 'der', type: 'spki' }).equals(spki) ? key : null;
  } catch {
    return null;
  }
}

function signingKey(privateKey: KeyObject): SigningKey {
  if (!isP256(privateKey)) throw new DockerCommsError('invalid', 'This is not a P-256 key.');
  const key = createPublicKey(privateKey);
  return { verifying: verifyingKey(key, key.export({ format: 'der', type: 'spki' })), privateKey };
}

/** `spki`: of `key`. */
function verifyingKey(key: KeyObject, spki: Buffer): VerifyingKey {
  const hash = createHash('sha256').update(spki).digest();
  return { spki, fingerprint: hash.toString('hex'), hint: hash.toString('base64'), key };
}

function isP256(key: KeyObject): boolean {
  return key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1';
}
