import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { systemClock } from '../../../base/clock.ts';
import { DockerCommsError, toDockerCommsError } from '../../../base/errors.ts';
import { limits } from '../../../base/limits.ts';
import { addDevice } from '../../../messenger/trust/add-device.ts';
import { readDeviceFile } from '../../../messenger/trust/device-file.ts';
import { joinAs } from '../../../messenger/trust/join.ts';
import { acquireHome } from '../../../store/home-lock.ts';
import { createPrivateFile } from '../../../vault/private-file.ts';
import { deviceFilePassphrase, newDeviceFilePassphrase } from '../../passphrases.ts';
import { homeFolder } from '../../places.ts';
import type { CliContext } from '../context.ts';
import { HomeTrust } from '../home-trust.ts';
import { printable } from '../terminal.ts';
import { ownKeys, requireNew } from './identity.ts';

export interface IdentityExportOptions {
  readonly out: string;
  readonly passphraseFile?: string;
}

export interface IdentityImportOptions {
  readonly passphraseFile?: string;
  readonly json: boolean;
}

/**
 * `dockercomms identity export`: makes one more device of an identity, and the sealed file with which another home becomes
 * it. Fails `conflict` for a file that is there, and while a messenger runs on the home.
 */
export async function exportIdentity(
  context: CliContext,
  name: string,
  { out, passphraseFile }: IdentityExportOptions,
): Promise<void> {
  const account = await context.account(name);
  if (existsSync(out)) throw alreadyThere(out);
  const passphrase = await newDeviceFilePassphrase(passphraseFile);
  const lock = await acquireHome(homeFolder());
  try {
    const repository = await context.repository({ repo: account.repository, account: account.id });
    const trust = await HomeTrust.open(context, repository);
    const text = await addDevice(trust, account, passphrase, context.signal);
    if (!(await createPrivateFile(out, text))) throw alreadyThere(out);
  } finally {
    await lock.release();
  }
  context.terminal.out(
    `${printable(account.identity)} has one more device. It is whoever takes ${out} in with the passphrase: “identity import”.`,
  );
}

/** `dockercomms identity import`: becomes the device that a file is for. Fails as `readDeviceFile`, `invalid` for an identity that is here. */
export async function importIdentity(
  context: CliContext,
  file: string,
  { passphraseFile, json }: IdentityImportOptions,
): Promise<void> {
  const text = await readDevice(file);
  const device = await readDeviceFile(text, await deviceFilePassphrase(passphraseFile));
  const lock = await acquireHome(homeFolder());
  try {
    const store = await context.store();
    requireNew(store, device.identity);
    const parts = { store, ownKeys: await ownKeys(context), clock: systemClock };
    const { identity, repository } = await joinAs(parts, device, { loginKind: 'none', username: null });
    const { fingerprint } = device.key.verifying;
    const said = `${printable(identity)} signs here with ${fingerprint} and is written to at ${repository}.`;
    context.terminal.out(json ? JSON.stringify({ identity, repository, fingerprint }) : said);
  } finally {
    await lock.release();
  }
}

async function readDevice(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size <= limits.deviceFileBytes) return await readFile(path, 'utf8');
  } catch (error) {
    throw toDockerCommsError(error);
  }
  throw new DockerCommsError('invalid', `${path} was not made for another device: it is too large.`);
}

function alreadyThere(path: string): DockerCommsError {
  return new DockerCommsError('conflict', `${path} is there already. Name another file.`);
}
