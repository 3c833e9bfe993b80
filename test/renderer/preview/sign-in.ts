import type { CertifierView } from '../../../preload/contract/people.ts';
import type { RequestInput } from '../../../preload/contract/requests.ts';
import { Refusal } from './refusal.ts';

/** Who signs in at the scripted provider. */
export const signedIn: CertifierView = {
  subject: 'alice@example.com',
  issuer: 'https://accounts.example.com',
  since: Date.now() - 3_600_000,
};

/** A sign-in in which the person comes back once `comeBack` was called, or a code was pasted. */
export class ScriptedSignIn {
  certifiedBy: CertifierView | null = null;
  /** Whether somebody waits for the person. */
  waiting = false;
  readonly #onchange: () => void;
  #answer: PromiseWithResolvers<CertifierView> = Promise.withResolvers();

  constructor(onchange: () => void) {
    this.#onchange = onchange;
  }

  comeBack(): void {
    this.#answer.resolve(signedIn);
  }

  /** The provider says no. */
  refuse(): void {
    this.#answer.reject(
      new Refusal('invalid', 'You could not be signed in: the answer was refused. Try again.'),
    );
  }

  handlers() {
    return {
      'signIn.begin': ({ answer }: RequestInput<'signIn.begin'>) => {
        this.#answer = Promise.withResolvers();
        this.#answer.promise.catch(() => undefined);
        return { url: 'https://accounts.example.com/auth?client_id=sigstore', answer };
      },
      'signIn.open': () => null,
      'signIn.paste': () => {
        this.comeBack();
        return null;
      },
      'signIn.cancel': () => null,
      'signIn.finish': async () => {
        this.waiting = true;
        this.certifiedBy = await this.#answer.promise.finally(() => (this.waiting = false));
        this.#onchange();
        return this.certifiedBy;
      },
      'signIn.withdraw': () => {
        this.certifiedBy = null;
        this.#onchange();
        return null;
      },
    };
  }
}
