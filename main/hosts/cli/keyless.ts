import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { systemClock } from '../../base/clock.ts';
import { DockerCommsError } from '../../base/errors.ts';
import { ambientToken } from '../../trust/ambient-token.ts';
import type { IdentityProvider } from '../../trust/sign-in.ts';
import type { Signer } from '../../trust/signer.ts';
import { parseSigningConfig, type SigningConfig } from '../../trust/signing-config.ts';
import type { Sigstore } from '../../messenger/sigstore/sigstore.ts';
import { hasDisplay, openInBrowser } from '../browser/system-programs.ts';
import type { CliContext } from './context.ts';

export interface KeylessChoice {
  /** Whom the certificate has to name. */
  readonly identity: string;
  /** A file with the services; those of the home's settings where left out. */
  readonly signingConfig?: string;
}

/**
 * Signs as whoever this machine or a person can show to be `identity`: with the token of the environment or of the build
 * service, else by a sign-in in a browser where somebody sits at the terminal. Fails `invalid`, `auth`.
 */
export async function publicSigner(
  context: CliContext,
  { identity, signingConfig }: KeylessChoice,
): Promise<Signer> {
  const { sigstore, fetch } = await context.sigstore();
  const config = signingConfig === undefined ? null : await readConfig(signingConfig);
  return sigstore.signer({
    expected: identity,
    services: config?.services,
    identityToken: async () =>
      (await ambientToken(process.env, fetch, context.signal)) ?? askPerson(context, sigstore, config),
  });
}

async function readConfig(path: string): Promise<SigningConfig> {
  return parseSigningConfig(await readFile(path), systemClock.now());
}

async function askPerson(
  context: CliContext,
  sigstore: Sigstore,
  config: SigningConfig | null,
): Promise<string> {
  const { terminal, signal } = context;
  if (!terminal.interactive) {
    throw new DockerCommsError(
      'auth',
      'There is no identity token here. Set SIGSTORE_ID_TOKEN, or run this in a terminal to sign in.',
      { detail: { reason: 'no-token' } },
    );
  }
  terminal.err('Who signs is published in a public log for ever. Ctrl+C stops here.');
  const provider: IdentityProvider | undefined = config?.issuer
    ? { issuer: config.issuer, clientId: 'sigstore' }
    : undefined;
  const signIn = await sigstore.signIn(hasDisplay() ? 'loopback' : 'paste', { signal, provider });
  terminal.err(`Sign in at ${signIn.url.href}`);
  if (signIn.answer === 'paste') signIn.paste(await askForCode(signal));
  else await openInBrowser(signIn.url.href).catch(() => undefined);
  return signIn.token;
}

async function askForCode(signal: AbortSignal): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await lines.question('Code: ', { signal });
  } catch (cause) {
    throw new DockerCommsError('cancelled', 'The sign-in was given up.', { cause });
  } finally {
    lines.close();
  }
}
