import { join } from 'node:path';
import type { Settings } from '../../../preload/contract/settings.ts';
import type { SigstoreSettings } from '../../../preload/contract/sigstore.ts';
import type { Clock } from '../../base/clock.ts';
import { DockerCommsError } from '../../base/errors.ts';
import { MiB } from '../../base/limits.ts';
import type { Fetch } from '../../oci/fetch-through.ts';
import { keylessSigner, type KeylessServices, type KeylessSigner } from '../../trust/keyless-signer.ts';
import { beginSignIn, type IdentityProvider, type SignIn, type SignInOptions } from '../../trust/sign-in.ts';
import type { TrustedRoot } from '../../trust/trusted-root.ts';
import type { EngineContext } from '../context.ts';
import { sigstoreInstance, type SigstoreInstance } from './instance.ts';
import { TrustedRoots } from './trusted-roots.ts';

/** Bytes of an answer: the largest is a TUF target, of which more than `limits.trustDocumentBytes` is not believed anyway. */
export const largestAnswer = 4 * MiB;

export interface SigstoreOptions {
  /** As they are now; null: nothing is asked of anybody. */
  readonly settings: () => SigstoreSettings | null;
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
    settings: () => instanceOf(settings.get()),
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

  /** What signatures are checked with. Asked for once a day at most. Fails as `TrustedRoots.of`, and `unsupported`. */
  async trustedRoot(): Promise<TrustedRoot> {
    return this.#roots.of(this.#instance().trust);
  }

  /** Signs publicly: one certificate for all that it signs within ten minutes. Throws `invalid` for unsafe services, `unsupported`. */
  signer({ identityToken, expected, services }: KeylessOptions): KeylessSigner {
    const { fetch, clock } = this.#options;
    return keylessSigner({
      services: services ?? this.#instance().services,
      identityToken,
      expected,
      fetch,
      clock,
    });
  }

  /** Asks a person to sign in. Fails as `beginSignIn`, and `unsupported`. */
  async signIn(
    answer: SignInOptions['answer'],
    {
      signal,
      provider,
    }: { readonly signal?: AbortSignal; readonly provider?: IdentityProvider | undefined } = {},
  ): Promise<SignIn> {
    const { fetch, clock } = this.#options;
    return beginSignIn({ provider: provider ?? this.#instance().provider, answer, fetch, clock, signal });
  }

  #instance(): SigstoreInstance {
    const settings = this.#options.settings();
    if (settings !== null) return sigstoreInstance(settings);
    throw new DockerCommsError(
      'unsupported',
      'Public signatures are switched off. Settings → Public signatures switches them on.',
      { detail: { reason: 'public-signatures-off' } },
    );
  }
}

/** The instance that counts; null: public signatures are switched off. */
export function instanceOf({ publicSignatures, sigstore }: Settings): SigstoreSettings | null {
  return publicSignatures.enabled ? sigstore : null;
}
