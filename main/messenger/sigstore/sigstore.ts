import { join } from 'node:path';
import type { SigstoreSettings } from '../../../preload/contract/sigstore.ts';
import type { Clock } from '../../base/clock.ts';
import { MiB } from '../../base/limits.ts';
import type { Fetch } from '../../oci/fetch-through.ts';
import { keylessSigner, type KeylessServices } from '../../trust/keyless-signer.ts';
import { beginSignIn, type IdentityProvider, type SignIn, type SignInOptions } from '../../trust/sign-in.ts';
import type { Signer } from '../../trust/signer.ts';
import type { TrustedRoot } from '../../trust/trusted-root.ts';
import type { EngineContext } from '../context.ts';
import { sigstoreInstance } from './instance.ts';
import { TrustedRoots } from './trusted-roots.ts';

/** Bytes of an answer: a TUF target is the largest. */
const largestAnswer = 4 * MiB;

export interface SigstoreOptions {
  /** As they are now. */
  readonly settings: () => SigstoreSettings;
  readonly fetch: Fetch;
  readonly clock: Clock;
  /** Where answers of TUF mirrors are kept. */
  readonly folder: string;
  readonly onStale: (error: unknown) => void;
}

export interface KeylessOptions {
  /** A secret; asked for when a certificate is needed. */
  readonly identityToken: () => Promise<string>;
  /** Who has to sign; left out: whoever the token names. */
  readonly expected?: string | undefined;
  /** In place of those of the settings. */
  readonly services?: KeylessServices | undefined;
}

/** What the engine's own asks, and by which way. */
export function makeSigstore({
  home,
  settings,
  repositories,
  clock,
  logger,
}: Pick<EngineContext, 'home' | 'settings' | 'repositories' | 'clock' | 'logger'>): Sigstore {
  return new Sigstore({
    settings: () => settings.get().sigstore,
    fetch: repositories.fetch(largestAnswer),
    clock,
    folder: join(home, 'sigstore'),
    onStale: (error) => logger.warn({ err: error }, 'the trusted root of Sigstore could not be renewed'),
  });
}

/** Public signatures by the instance of Sigstore that the settings name. */
export class Sigstore {
  readonly #options: SigstoreOptions;
  readonly #roots: TrustedRoots;

  constructor(options: SigstoreOptions) {
    this.#options = options;
    this.#roots = new TrustedRoots(options);
  }

  /** What signatures are checked with. Asked for once a day at most. Fails as `TrustedRoots.of`. */
  trustedRoot(): Promise<TrustedRoot> {
    return this.#roots.of(sigstoreInstance(this.#options.settings()).trust);
  }

  /** Signs publicly: one certificate for all that it signs within ten minutes. Throws `invalid` for unsafe services. */
  signer({ identityToken, expected, services }: KeylessOptions): Signer {
    const { fetch, clock, settings } = this.#options;
    return keylessSigner({
      services: services ?? sigstoreInstance(settings()).services,
      identityToken,
      expected,
      fetch,
      clock,
    });
  }

  /** Asks a person to sign in. Fails as `beginSignIn`. */
  signIn(
    answer: SignInOptions['answer'],
    {
      signal,
      provider,
    }: { readonly signal?: AbortSignal; readonly provider?: IdentityProvider | undefined } = {},
  ): Promise<SignIn> {
    const { fetch, clock, settings } = this.#options;
    const at = provider ?? sigstoreInstance(settings()).provider;
    return beginSignIn({ provider: at, answer, fetch, clock, signal });
  }
}
