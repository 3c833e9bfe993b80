import { EventEmitter } from 'node:events';
import { tellTest } from './test-line.ts';

/** Tells the test's process what the program did to its surroundings. */
export function journal(what: string, facts: Readonly<Record<string, unknown>> = {}): void {
  tellTest({ kind: 'journal', entry: { what, ...facts } });
}

/**
 * `object` where everything that it does not have is an error: a stand-in that guesses would prove nothing. (Instances of
 * classes are strict by themselves: a method that they do not have cannot be called.)
 */
export function strict<T extends object>(name: string, object: T): T {
  return new Proxy(object, {
    get(target, property, receiver) {
      if (typeof property === 'string' && property !== 'then' && !(property in target)) {
        throw new Error(`The stand-in for Electron has no ${name}.${property}`);
      }
      const value: unknown = Reflect.get(target, property, receiver);
      return value;
    },
  });
}

/** Throws for options that are not in `known`. */
export function strictOptions(name: string, options: object, known: readonly string[]): void {
  const unknown = Object.keys(options).filter((key) => !known.includes(key));
  if (unknown.length > 0) throw new Error(`The stand-in for ${name} does not know ${unknown.join(', ')}`);
}

/** An emitter of these events and no others. */
export class StrictEmitter extends EventEmitter {
  readonly #name: string;
  readonly #events: readonly string[];

  constructor(name: string, events: readonly string[]) {
    super();
    this.#name = name;
    this.#events = events;
  }

  override on(event: string, listener: (...facts: never[]) => void): this {
    this.#check(event);
    return super.on(event, listener as (...facts: unknown[]) => void);
  }

  override once(event: string, listener: (...facts: never[]) => void): this {
    this.#check(event);
    return super.once(event, listener as (...facts: unknown[]) => void);
  }

  #check(event: string): void {
    if (!this.#events.includes(event)) throw new Error(`The stand-in for ${this.#name} never emits ${event}`);
  }
}

/** An event object whose default can be prevented. */
export class Preventable {
  defaultPrevented = false;

  preventDefault(): void {
    this.defaultPrevented = true;
  }
}
