import { z } from 'zod';
import type { CertifierView } from '../../../preload/contract/people.ts';
import { DockerCommsError } from '../../base/errors.ts';
import type { Account } from '../../store/accounts.ts';
import type { SignIn, SignInOptions } from '../../trust/sign-in.ts';
import { certifiedAuthor, subjectOf } from '../../trust/verify.ts';
import type { EngineContext } from '../context.ts';

type Parts = Pick<
  EngineContext,
  'host' | 'sigstore' | 'ownKeys' | 'ownProfiles' | 'store' | 'clock' | 'events'
>;

interface Begun {
  /** Null once it has ended: it holds a token. */
  readonly signIn: SignIn | null;
  readonly stop: AbortController;
  readonly certified: Promise<CertifierView>;
}

/** Sign-ins by which people certify the key of this device: one at a time for each account. */
export class SignIns {
  readonly #parts: Parts;
  readonly #begun = new Map<string, Begun>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Whoever signs in is published and logged for ever: only on a person's wish. Fails as `beginSignIn` and `ensureIn`. */
  async begin(account: Account, answer: SignInOptions['answer']): Promise<SignIn> {
    // What cannot be published must not be logged.
    await this.#parts.ownProfiles.ensureIn(account, account.repository);
    const signIn = await this.#parts.sigstore.signIn(answer);
    this.cancel(account.id);
    const stop = new AbortController();
    const certified = this.#certify(account, signIn.token, stop.signal);
    const begun = { signIn, stop, certified };
    this.#begun.set(account.id, begun);
    const end = () => {
      if (this.#begun.get(account.id) === begun) this.#begun.set(account.id, { ...begun, signIn: null });
    };
    certified.then(end, end);
    return signIn;
  }

  /** Shows the page to the person. Fails `not-found` when no sign-in waits, `unsupported` where the host cannot. */
  async open(accountId: string): Promise<void> {
    const { openPage } = this.#parts.host;
    if (openPage === undefined) throw new DockerCommsError('unsupported', 'Open the page in your browser.');
    await openPage(this.#waitingFor(accountId).url);
  }

  /** Fails `not-found` when no sign-in waits, `invalid` for what cannot be a code. */
  paste(accountId: string, code: string): void {
    this.#waitingFor(accountId).paste(code);
  }

  /** Fails `not-found` when no sign-in waits, else as the sign-in, the services and publishing do. */
  finish(accountId: string): Promise<CertifierView> {
    return this.#begunFor(accountId).certified;
  }

  /** Nothing is published any more; what the log has by then stays there. */
  cancel(accountId: string): void {
    const begun = this.#begun.get(accountId);
    begun?.signIn?.cancel();
    begun?.stop.abort();
    this.#begun.delete(accountId);
  }

  cancelAll(): void {
    for (const accountId of this.#begun.keys()) this.cancel(accountId);
  }

  /** Fails as publishing does. */
  async withdraw(account: Account): Promise<void> {
    await this.#parts.ownProfiles.certify(account, null);
    this.#parts.store.facts.delete(factOf(account.id));
    this.#parts.events.emit({ type: 'accounts.changed' });
  }

  /** Who certified the key `fingerprint` of this account; null: nobody. */
  certifierOf(accountId: string, fingerprint: string): CertifierView | null {
    const kept = certified.safeParse(this.#parts.store.facts.get(factOf(accountId)));
    if (!kept.success || kept.data.fingerprint !== fingerprint) return null;
    const { subject, issuer, since } = kept.data;
    return { subject, issuer, since };
  }

  async #certify(account: Account, token: Promise<string>, signal: AbortSignal): Promise<CertifierView> {
    const { sigstore, ownKeys, ownProfiles, store, clock, events } = this.#parts;
    const identityToken = await token;
    const { verifying } = await ownKeys.signingKey(account.id);
    const trustedRoot = await sigstore.trustedRoot();
    const key = subjectOf(verifying.spki);
    const signer = sigstore.signer({ identityToken: () => Promise.resolve(identityToken) });
    const bundle = await signer.sign(key.digest, signal);
    const author = certifiedAuthor(key, bundle, trustedRoot);
    if (author === null) throw notProven();
    await ownProfiles.certify(account, bundle, signal);
    const by = { subject: author.identity, issuer: author.issuer, since: clock.now() };
    store.facts.set(factOf(account.id), { ...by, fingerprint: verifying.fingerprint });
    events.emit({ type: 'accounts.changed' });
    return by;
  }

  #waitingFor(accountId: string): SignIn {
    const { signIn } = this.#begunFor(accountId);
    if (signIn === null) throw nobodyWaits();
    return signIn;
  }

  #begunFor(accountId: string): Begun {
    const begun = this.#begun.get(accountId);
    if (begun !== undefined) return begun;
    throw nobodyWaits();
  }
}

const certified = z.object({
  ...{ subject: z.string(), issuer: z.string(), fingerprint: z.string() },
  since: z.number(),
});

function factOf(accountId: string): string {
  return `certified:${accountId}`;
}

function nobodyWaits(): DockerCommsError {
  return new DockerCommsError('not-found', 'Nobody is signing in here. Begin again.');
}

function notProven(): DockerCommsError {
  return new DockerCommsError(
    'verification-failed',
    'What these services signed does not fit their trusted root, so nobody would believe it. It was not published.',
    { detail: { reason: 'certificate' } },
  );
}
