import { asErrorView } from './client.svelte.ts';

export interface Notice {
  readonly id: number;
  readonly text: string;
  readonly kind: 'note' | 'problem';
}

/** That something was done needs a glance. */
const noteMilliseconds = 4000;
/** Two sentences are read. */
const problemMilliseconds = 10_000;

/** What is said so soon after something else is said together with it: one sentence must not swallow the other. */
const joinedMilliseconds = 3000;

/** Short messages without a place of their own, and what a screen reader is told. */
export class Notices {
  list = $state.raw<readonly Notice[]>([]);
  /** The sentence in the live region. */
  spoken = $state('');
  #next = 1;
  #last = { text: '', at: 0 };

  show(text: string, kind: Notice['kind'] = 'note'): void {
    const notice = { id: this.#next, text, kind };
    this.#next += 1;
    this.list = [...this.list.slice(-2), notice];
    setTimeout(() => this.dismiss(notice.id), kind === 'note' ? noteMilliseconds : problemMilliseconds);
  }

  /** For what has no place of its own: a failure becomes a notice. False when it failed. */
  async attempt(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      this.show(asErrorView(error).message, 'problem');
      return false;
    }
  }

  dismiss(id: number): void {
    this.list = this.list.filter((notice) => notice.id !== id);
  }

  announce(text: string): void {
    const { text: before, at } = this.#last;
    const now = Date.now();
    this.#last = { text, at: now };
    // The same sentence twice would not be read twice: an invisible difference makes it a new one.
    if (text === before) this.spoken = text === this.spoken ? `${text}\u00a0` : text;
    else this.spoken = now - at < joinedMilliseconds ? `${before}. ${text}` : text;
  }
}
