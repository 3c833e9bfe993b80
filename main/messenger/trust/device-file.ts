/**
 * The file with which another device of the same person joins (protocol, section 8): an identity with a key that was made for
 * that device, sealed with a passphrase (scrypt, RFC 7914; JWE, RFC 7516). The key of the device that wrote it never leaves that
 * one, so that a file that is lost is taken back by removing one device.
 * Must-fail vectors: test/messenger/device-file.test.ts.
 */
import { z } from 'zod';
import { DockerCommsError, isDockerCommsError } from '../../base/errors.ts';
import { readJson } from '../../base/json.ts';
import { limits } from '../../base/limits.ts';
import type { StoredProfile } from '../../store/pins.ts';
import type { SignedProfile } from '../../trust/profile-succession.ts';
import { openSigningKey, sealableKey, type SigningKey } from '../../trust/signing-key.ts';
import { sealWithPassphrase, unsealWithPassphrase } from '../../vault/passphrase-sealing.ts';
import { restoredProfile } from './stored-profiles.ts';

/** What a new device is told. */
export interface NewDevice {
  readonly identity: string;
  /** `host[:port]/path`. */
  readonly repository: string;
  /** Of the new device; a secret. */
  readonly key: SigningKey;
  /** The profile that names it. */
  readonly profile: StoredProfile;
}

const purpose = 'device';
const format = 'dockercomms-device';

const fileSchema = z.strictObject({ [format]: z.literal(1), sealed: z.string().max(limits.deviceFileBytes) });
const contentSchema = z.strictObject({
  identity: z.string().min(1),
  repository: z.string().min(1),
  key: z.base64().min(1),
  profile: z.strictObject({
    digest: z.string().min(1),
    document: z.base64().min(1),
    signedBy: z.array(z.string()),
  }),
});

/** The file's text. `costExponent` as of `sealWithPassphrase`. */
export async function writeDeviceFile(
  { identity, repository, key, profile }: NewDevice,
  passphrase: string,
  costExponent?: number,
): Promise<string> {
  const content: z.input<typeof contentSchema> = {
    identity,
    repository,
    key: sealableKey(key).toString('base64'),
    profile: {
      digest: profile.digest,
      document: Buffer.from(profile.document).toString('base64'),
      signedBy: [...profile.signedBy],
    },
  };
  const plain = Buffer.from(JSON.stringify(content));
  const sealed = await sealWithPassphrase(plain, passphrase, purpose, costExponent);
  return `${JSON.stringify({ [format]: 1, sealed }, null, 2)}\n`;
}

/**
 * Fails `invalid` for another kind of file, `auth` (`reason: 'wrong-passphrase'`), `verification-failed` for one that was
 * changed.
 */
export async function readDeviceFile(text: string, passphrase: string): Promise<NewDevice> {
  const file = fileSchema.safeParse(readJson(text)).data;
  if (file === undefined) {
    throw new DockerCommsError('invalid', 'This file was not made for another device of DockerComms.');
  }
  const content = contentSchema.safeParse(readJson(await unsealed(file.sealed, passphrase))).data;
  if (content === undefined) {
    throw new DockerCommsError('unsupported', 'This file was made by a newer DockerComms. Update this one.');
  }
  const { identity, repository } = content;
  const key = openSigningKey(Buffer.from(content.key, 'base64'));
  const profile = { ...content.profile, document: Buffer.from(content.profile.document, 'base64') };
  if (!isFor(profile, identity, key)) throw doesNotFit();
  return { identity, repository, key, profile };
}

/** Whoever knows the passphrase may have written anything: no device is made of a profile that does not name it. */
function isFor(stored: StoredProfile, identity: string, { verifying }: SigningKey): boolean {
  const { profile, signedBy } = restored(stored);
  const { fingerprint } = verifying;
  const isNamed = profile.devices.some(({ key }) => key.fingerprint === fingerprint);
  return isNamed && signedBy.has(fingerprint) && profile.identity === identity;
}

function restored(stored: StoredProfile): SignedProfile {
  try {
    return restoredProfile(stored);
  } catch (cause) {
    throw doesNotFit(cause);
  }
}

function doesNotFit(cause?: unknown): DockerCommsError {
  const message = 'This file does not fit together. Make a new one on your other device.';
  return new DockerCommsError('invalid', message, { cause });
}

async function unsealed(sealed: string, passphrase: string): Promise<string> {
  try {
    return Buffer.from(await unsealWithPassphrase(sealed, passphrase, purpose)).toString('utf8');
  } catch (error) {
    if (!isDockerCommsError(error, 'auth')) throw error;
    throw new DockerCommsError('auth', 'This is not the passphrase of this file.', {
      detail: { reason: 'wrong-passphrase' },
      cause: error,
    });
  }
}
