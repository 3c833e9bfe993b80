import type { ErrorView } from '../../preload/contract/answer.ts';
import type { CertifierView } from '../../preload/contract/people.ts';
import type { SignInView } from '../../preload/contract/sign-in.ts';
import type { RequestInput } from '../../preload/contract/requests.ts';
import { asErrorView, type Client } from '../state/client.svelte.ts';
import { Task } from '../state/task.svelte.ts';

type Begin = RequestInput<'signIn.begin'>;

/** One sign-in, as a person goes through it: begin, sign in in the browser, done. */
export class SignInFlow {
  /** Waits for the person; null: nothing waits. */
  page = $state.raw<SignInView | null>(null);
  /** As whom they signed in; null: not yet. */
  certifier = $state.raw<CertifierView | null>(null);
  error = $state.raw<ErrorView | null>(null);
  readonly beginning = new Task();
  readonly opening = new Task();
  readonly pasting = new Task();
  readonly #client: Client;
  readonly #accountId: string;
  readonly #purpose: Begin['purpose'];
  /** Whether this computer can open the page by itself. */
  readonly #opens: boolean;

  constructor(client: Client, { accountId, purpose }: Omit<Begin, 'answer'>, opens: boolean) {
    this.#client = client;
    this.#accountId = accountId;
    this.#purpose = purpose;
    this.#opens = opens;
  }

  /** Begins, or begins again: whatever waited before is given up. */
  async begin(answer: Begin['answer']): Promise<void> {
    this.error = null;
    const asked = { accountId: this.#accountId, purpose: this.#purpose, answer };
    const begun = await this.beginning.run(async () => {
      const page = await this.#client.call('signIn.begin', asked);
      this.page = page;
      void this.#wait(page);
    });
    if (!begun) this.error = this.beginning.error;
    else if (this.#opens) await this.open();
  }

  /** The page in the system's browser, once more where it was closed. */
  async open(): Promise<void> {
    await this.opening.run(() => this.#client.call('signIn.open', { accountId: this.#accountId }));
  }

  async paste(code: string): Promise<void> {
    await this.pasting.run(() => this.#client.call('signIn.paste', { accountId: this.#accountId, code }));
  }

  cancel(): void {
    if (this.page === null) return;
    this.page = null;
    // Nobody waits for it any more: whether the engine heard it or not.
    this.#client.call('signIn.cancel', { accountId: this.#accountId }).catch(() => undefined);
  }

  async #wait(page: SignInView): Promise<void> {
    const ended = () => this.page !== page;
    try {
      const certifier = await this.#client.call('signIn.finish', { accountId: this.#accountId });
      if (ended()) return;
      this.certifier = certifier;
    } catch (error) {
      if (ended()) return;
      this.error = asErrorView(error);
    }
    this.page = null;
  }
}
