import { z } from 'zod';
import type { CertifierView } from '../../../preload/contract/people.ts';
import { DockerCommsError } from '../../base/errors.ts';
import type { Account } from '../../store/accounts.ts';
import type { RequestInput } from '../../../preload/contract/requests.ts';
import type { Signer } from '../../trust/signer.ts';
import { tokenOnce } from './public-signers.ts';
import type { SignIn, SignInOptions } from '../../trust/sign-in.ts';
import type { CertificateIdentity } from '../../trust/policy.ts';
import { certifiedAuthor, subjectOf } from '../../trust/verify.ts';
import type { EngineContext } from '../context.ts';

type Parts = Pick<
  EngineContext,
  'host' | 'sigstore' | 'publicSigners' | 'ownKeys' | 'ownProfiles' | 'store' | 'clock' | 'events'
>;

interface Begun {
  /** Null once it has ended: it holds a token. */
  readonly signIn: SignIn | null;
  readonly stop: AbortController;
  readonly certified: Promise<CertifierView>;
}

type Purpose = RequestInput<'signIn.begin'>['purpose'];

interface Asked {
  readonly account: Account;
  readonly purpose: Purpose;
  readonly token: Promise<string>;
  readonly signal: AbortSignal;
}

/**
 * Sign-ins by which people certify the key of this device, or go on signing each message: one at a time for each account.
 */
export class SignIns {
  readonly #parts: Parts;
  readonly #onSignedIn: () => void;
  readonly #begun = new Map<string, Begun>();

  /** `onSignedIn` is told that messages which waited can be signed now. */
  constructor(parts: Parts, onSignedIn: () => void) {
    this.#parts = parts;
    this.#onSignedIn = onSignedIn;
  }

  /** Whoever signs in is published and logged for ever: only on a person's wish. Fails as `beginSignIn` and `ensureIn`. */
  async begin(account: Account, answer: SignInOptions['answer'], purpose: Purpose): Promise<SignIn> {
    if (purpose === 'messages') await this.#confirmed(account.id);
    // What cannot be published must not be logged.
    else await this.#parts.ownProfiles.ensureIn(account, account.repository);
    const signIn = await this.#parts.sigstore.signIn(answer);
    this.cancel(account.id);
    const stop = new AbortController();
    const certified = this.#finish({ account, purpose, token: signIn.token, signal: stop.signal });
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
    this.forget(account.id);
    this.#parts.events.emit({ type: 'accounts.changed' });
  }

  /** Nothing is kept of who signed in for this account. */
  forget(accountId: string): void {
    const { store, publicSigners } = this.#parts;
    this.cancel(accountId);
    store.facts.delete(factOf(accountId));
    publicSigners.end(accountId);
  }

  /** Who this account is to certificate authorities; empty: nobody confirmed its key. Fails as `OwnKeys.signingKey`. */
  async certificatesOf(accountId: string): Promise<readonly CertificateIdentity[]> {
    const { verifying } = await this.#parts.ownKeys.signingKey(accountId);
    const by = this.certifierOf(accountId, verifying.fingerprint);
    return by === null ? [] : [{ identity: by.subject, issuer: by.issuer }];
  }

  /** Who certified the key `fingerprint` of this account; null: nobody. */
  certifierOf(accountId: string, fingerprint: string): CertifierView | null {
    const kept = certified.safeParse(this.#parts.store.facts.get(factOf(accountId)));
    if (!kept.success || kept.data.fingerprint !== fingerprint) return null;
    const { subject, issuer, since } = kept.data;
    return { subject, issuer, since };
  }

  async #finish({ account, purpose, token, signal }: Asked): Promise<CertifierView> {
    const { sigstore, publicSigners } = this.#parts;
    const identityToken = tokenOnce(await token);
    const expected = purpose === 'messages' ? await this.#confirmed(account.id) : null;
    const signer = sigstore.signer({ identityToken, expected: expected?.subject });
    if (expected !== null) await signer.prepare();
    const by = expected ?? (await this.#confirm(account, signer, signal));
    // Given up in the last moment: what waits goes on waiting.
    signal.throwIfAborted();
    publicSigners.hold(account.id, signer);
    this.#onSignedIn();
    return by;
  }

  async #confirm(account: Account, signer: Signer, signal: AbortSignal): Promise<CertifierView> {
    const { sigstore, ownKeys, ownProfiles, store, clock, events } = this.#parts;
    const { verifying } = await ownKeys.signingKey(account.id);
    const trustedRoot = await sigstore.trustedRoot();
    const key = subjectOf(verifying.spki);
    const bundle = await signer.sign(key.digest, signal);
    const author = certifiedAuthor(key, bundle, trustedRoot);
    if (author === null) throw notProven();
    await ownProfiles.certify(account, bundle, signal);
    const by = { subject: author.identity, issuer: author.issuer, since: clock.now() };
    store.facts.set(factOf(account.id), { ...by, fingerprint: verifying.fingerprint });
    events.emit({ type: 'accounts.changed' });
    return by;
  }

  /** Who confirmed the key of this account. Fails `conflict` where nobody did. */
  async #confirmed(accountId: string): Promise<CertifierView> {
    const { verifying } = await this.#parts.ownKeys.signingKey(accountId);
    const by = this.certifierOf(accountId, verifying.fingerprint);
    if (by !== null) return by;
    throw new DockerCommsError('conflict', 'Confirm first who you are: Settings → Your key and devices.');
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
