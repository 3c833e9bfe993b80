import type { RequestName } from '../../preload/contract/requests.ts';
import type { Clock } from '../base/clock.ts';

/** What a window asks to draw itself, and a conversation that is opened in it. Whoever asks for anything else does something. */
const drawing: ReadonlySet<string> = new Set<RequestName>([
  'app.status',
  'app.lookingAt',
  'app.glance',
  'settings.get',
  'accounts.list',
  'conversations.list',
  'conversations.markRead',
  'conversations.saveDraft',
  'messages.list',
  'messages.preview',
  'updates.status',
  'brought.takeLink',
  'brought.takeFiles',
]);

/** Milliseconds without a question after which the window has drawn what it asked for. */
const quietMilliseconds = 300;
/** Milliseconds after which nothing waits for the window any more: one that hangs must not keep messages away. */
const patienceMilliseconds = 2_000;

/**
 * The first moments of a start belong to the window that a person waits for: whatever else is done then takes the processor from
 * it. They end when it has drawn itself, when somebody does something, or soon in any case.
 */
export class FirstMoments {
  readonly #clock: Clock;
  readonly #begin: () => void;
  readonly #cancelPatience: () => void;
  #cancelQuiet: () => void = () => undefined;
  #over = false;

  /** `begin` is called once, at their end. */
  constructor(clock: Clock, begin: () => void) {
    this.#clock = clock;
    this.#begin = begin;
    this.#cancelPatience = clock.after(patienceMilliseconds, () => {
      this.end();
    });
  }

  /** The window asks for something. */
  noteRequest(method: string): void {
    if (this.#over) return;
    this.#cancelQuiet();
    if (!drawing.has(method)) this.end();
    else
      this.#cancelQuiet = this.#clock.after(quietMilliseconds, () => {
        this.end();
      });
  }

  /** Ends them at once, for whoever decides otherwise when things run. */
  end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#cancelPatience();
    this.#cancelQuiet();
    this.#begin();
  }
}
