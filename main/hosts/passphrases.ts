import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { DockerCommsError, toDockerCommsError } from '../base/errors.ts';
import { limits } from '../base/limits.ts';

/** Where a passphrase may come from, besides the terminal. Never an argument: those are seen by everybody on a computer. */
interface PassphraseSources {
  /** A file that holds it in its first line. */
  readonly file: string | undefined;
  readonly environment: string | undefined;
  /** What the terminal asks; null: it does not. */
  readonly question: string | null;
}

/** Of the home's vault: `DOCKERCOMMS_PASSPHRASE`, else the file in `DOCKERCOMMS_PASSPHRASE_FILE`, else asked; null: nobody is there. */
export function vaultPassphrase(
  question: string | null = 'Passphrase of this home: ',
): Promise<string | null> {
  return passphraseFrom({
    environment: process.env.DOCKERCOMMS_PASSPHRASE,
    file: process.env.DOCKERCOMMS_PASSPHRASE_FILE,
    question,
  });
}

/** The same for hosts with a window, which asks a person itself. */
export function vaultPassphraseOfWindow(): Promise<string | null> {
  return vaultPassphrase(null);
}

/** Of a file for another device, which is there: `DOCKERCOMMS_DEVICE_PASSPHRASE`, else `file`, else asked. Fails `invalid` for none. */
export async function deviceFilePassphrase(file: string | undefined): Promise<string> {
  const environment = process.env.DOCKERCOMMS_DEVICE_PASSPHRASE;
  const told = await passphraseFrom({ environment, file, question: 'Passphrase of this file: ' });
  if (told !== null) return told;
  throw new DockerCommsError('invalid', 'Tell the passphrase of this file.');
}

/** A new one for a file for another device; as `newVaultPassphrase`. */
export function newDeviceFilePassphrase(file: string | undefined): Promise<string> {
  return newPassphrase(file, process.env.DOCKERCOMMS_DEVICE_PASSPHRASE);
}

/** A new one for the home's vault; asked twice on a terminal. Fails `invalid` for none, for a short one, and for two that differ. */
export function newVaultPassphrase(file: string | undefined): Promise<string> {
  return newPassphrase(file, process.env.DOCKERCOMMS_NEW_PASSPHRASE);
}

async function newPassphrase(file: string | undefined, environment: string | undefined): Promise<string> {
  const told = await passphraseFrom({ environment, file, question: 'New passphrase: ' });
  if (told === null || told.length < limits.passphraseCharacters) {
    throw new DockerCommsError(
      'invalid',
      `A passphrase has at least ${limits.passphraseCharacters} characters.`,
    );
  }
  const isTyped = file === undefined && !environment;
  if (!isTyped || (await askWithoutEcho('Once more: ')) === told) return told;
  throw new DockerCommsError('invalid', 'These were two different passphrases. Nothing was changed.');
}

/** Fails `not-found`, `storage`, `invalid` where a file holds none. */
async function passphraseFrom({ file, environment, question }: PassphraseSources): Promise<string | null> {
  if (environment) return environment;
  if (file) return readPassphrase(file);
  const canAsk = process.stdin.isTTY && process.stderr.isTTY;
  return question !== null && canAsk ? askWithoutEcho(question) : null;
}

async function readPassphrase(path: string): Promise<string> {
  const text = await firstBytes(path).catch((error: unknown) => {
    throw toDockerCommsError(error);
  });
  const [line = ''] = text.split(/\r?\n/);
  if (line !== '') return line;
  throw new DockerCommsError('invalid', `The file ${path} holds no passphrase in its first line.`);
}

async function firstBytes(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(
      Buffer.alloc(limits.longestPassphraseCharacters),
      0,
      limits.longestPassphraseCharacters,
      0,
    );
    return buffer.subarray(0, bytesRead).toString('utf8');
  } finally {
    await file.close();
  }
}

async function askWithoutEcho(question: string): Promise<string | null> {
  process.stderr.write(question);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true });
  try {
    return (await terminal.question('')) || null;
  } finally {
    terminal.close();
    process.stderr.write('\n');
  }
}
