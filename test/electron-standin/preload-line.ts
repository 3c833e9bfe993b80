import { readFileSync } from 'node:fs';
import { carrier } from './cloneable.ts';
import { mainWorld, preloadWorld } from './page-worlds.ts';
import type { RemotePage } from './remote-page.ts';

const worldName = 'preload';
const carry = carrier();

interface InvokeMessage {
  readonly id: number;
  readonly kind: 'invoke';
  readonly channel: string;
  readonly values: unknown;
}
interface PathsMessage {
  readonly id: number;
  readonly kind: 'paths';
  readonly place: number;
  readonly count: number;
}
interface TitleMessage {
  readonly kind: 'title';
  readonly title: string;
}
type Question = InvokeMessage | PathsMessage;
type PageMessage = Question | TitleMessage;

export interface PageListener {
  /** Answers what the preload invokes. */
  readonly invoked: (channel: string, values: unknown[]) => Promise<unknown>;
  readonly titled: (title: string) => void;
}

/** A page's preload in a world of its own, and what goes to and fro between it and the main process. */
export class PreloadLine {
  readonly #devtools: RemotePage['devtools'];
  readonly #listener: PageListener;
  #context = 0;

  constructor(page: RemotePage, listener: PageListener) {
    this.#devtools = page.devtools;
    this.#listener = listener;
  }

  /** Before the page loads anything. */
  async lay(preload: string): Promise<void> {
    const source = readFileSync(preload, 'utf8');
    this.#devtools.on('Runtime.executionContextCreated', ({ context }) => {
      if (context.name === worldName) this.#context = context.id;
    });
    this.#devtools.on('Runtime.bindingCalled', ({ name, payload }) => {
      if (name === 'standinHost') void this.#take(JSON.parse(payload) as PageMessage);
    });
    const { send } = this.#devtools;
    await Promise.all([
      send('Runtime.enable'),
      send('Runtime.addBinding', { name: 'standinHost', executionContextName: worldName }),
      send('Page.addScriptToEvaluateOnNewDocument', { source: onlyInWindow(`(${mainWorld.toString()})()`) }),
      send('Page.addScriptToEvaluateOnNewDocument', {
        worldName,
        source: onlyInWindow(
          `(${preloadWorld.toString()})((${carrier.toString()})());(function(require,module,exports){${source}\n})(standinRequire,{exports:{}},{});`,
        ),
      }),
    ]);
  }

  /** Throws for what cannot be cloned, as Electron does. */
  send(channel: string, values: unknown[]): void {
    const carried = carry.encode(structuredClone(values));
    void this.#evaluate(`standin.event(${JSON.stringify(channel)}, ${JSON.stringify(carried)})`);
  }

  async #take(message: PageMessage): Promise<void> {
    if (message.kind === 'title') {
      this.#listener.titled(message.title);
      return;
    }
    const [value, error] = await this.#answer(message).then(
      (answer) => [JSON.stringify(carry.encode(structuredClone(answer))), 'null'],
      // Electron's own words around what a handler threw.
      (thrown: unknown) => ['null', JSON.stringify(`Error invoking remote method: ${String(thrown)}`)],
    );
    await this.#evaluate(`standin.answer(${message.id}, ${value}, ${error})`);
  }

  #answer(message: Question): Promise<unknown> {
    if (message.kind === 'paths') return this.#paths(message);
    return this.#listener.invoked(message.channel, carry.decode(message.values) as unknown[]);
  }

  /** The path behind each File: '' for one that a script made. */
  async #paths({ place, count }: PathsMessage): Promise<string[]> {
    const found: string[] = [];
    for (let index = 0; index < count; index += 1) {
      const { result } = await this.#devtools.send('Runtime.evaluate', {
        contextId: this.#context,
        expression: `standin.files[${place}][${index}]`,
      });
      const { objectId = '' } = result;
      const info = await this.#devtools.send('DOM.getFileInfo', { objectId }).catch(() => null);
      found.push(info?.path ?? '');
    }
    return found;
  }

  /** What is said to a page that has gone is lost, as it is there. */
  async #evaluate(expression: string): Promise<void> {
    await this.#devtools
      .send('Runtime.evaluate', { contextId: this.#context, expression })
      .catch(() => undefined);
  }
}

/** Frames inside the page have no preload. */
function onlyInWindow(source: string): string {
  return `if (window.top === window) {${source}}`;
}
