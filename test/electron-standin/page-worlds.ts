/**
 * What runs inside the page: the two ends of `contextBridge`. Each function is sent to the page as text, so it uses
 * nothing from outside itself. The worlds share the document and no objects; what crosses is cloned by the browser.
 */
import type { Carrier } from './cloneable.ts';

/** The page's own world: builds what the preload exposes. */
export function mainWorld(): void {
  interface Outcome {
    readonly id: number;
    readonly promise?: boolean;
    readonly error?: string;
    readonly value?: unknown;
  }
  const callbacks: ((...values: unknown[]) => void)[] = [];
  const pending = new Map<number, PromiseWithResolvers<unknown>>();
  let nextId = 0;
  let latest: Outcome | null = null;

  const detail = (event: Event) => (event as CustomEvent<Outcome>).detail;
  const isRecord = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  const unpack = (value: unknown): unknown => {
    if (!isRecord(value)) return value;
    if (typeof value.$function === 'number') return exposed(value.$function);
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unpack(inner)]));
  };
  // Cloned here already, so that what cannot be cloned (a proxy, a function inside) fails where it is passed.
  const pack = (value: unknown): unknown =>
    typeof value === 'function'
      ? { $callback: callbacks.push(value as () => void) - 1 }
      : structuredClone(value);
  const exposed =
    (fn: number) =>
    (...args: unknown[]): unknown => {
      const id = nextId++;
      document.dispatchEvent(new CustomEvent('standin-call', { detail: { id, fn, args: args.map(pack) } }));
      const outcome = latest;
      if (outcome?.promise === true) {
        const promise = Promise.withResolvers<unknown>();
        pending.set(id, promise);
        return promise.promise;
      }
      if (outcome?.error !== undefined) throw new Error(outcome.error);
      return unpack(outcome?.value);
    };

  document.addEventListener('standin-return', (event) => {
    latest = detail(event);
  });
  document.addEventListener('standin-settle', (event) => {
    const { id, error, value } = detail(event);
    if (error === undefined) pending.get(id)?.resolve(unpack(value));
    else pending.get(id)?.reject(new Error(error));
    pending.delete(id);
  });
  document.addEventListener('standin-callback', (event) => {
    const { id, value } = detail(event);
    callbacks[id]?.(...(value as unknown[]));
  });
  document.addEventListener('standin-expose', (event) => {
    const { key, api } = (event as CustomEvent<{ key: string; api: unknown }>).detail;
    Object.defineProperty(window, key, { value: Object.freeze(unpack(api)), enumerable: true });
  });
}

/** The preload's world: `require('electron')` for it, and the way to the main process (the binding `standinHost`). */
export function preloadWorld(carry: Carrier): void {
  type Anything = (...values: unknown[]) => unknown;
  const here = globalThis as unknown as {
    standinHost: (message: string) => void;
    standin: object;
    standinRequire: (name: string) => unknown;
  };
  const functions: Anything[] = [];
  const listeners = new Map<string, Set<Anything>>();
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  const paths = new WeakMap<File, string>();
  const asked: File[][] = [];
  const exposedKeys = new Set<string>();
  let nextId = 0;

  const tell = (message: object) => {
    here.standinHost(JSON.stringify(message));
  };
  const dispatch = (type: string, detail: object) =>
    document.dispatchEvent(new CustomEvent(type, { detail }));
  const isRecord = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  const pack = (value: unknown): unknown => {
    if (typeof value === 'function') return { $function: functions.push(value as Anything) - 1 };
    if (!isRecord(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, pack(inner)]));
  };
  const unpack = (value: unknown): unknown => {
    // What crossed the worlds has this world's own prototypes.
    if (!isRecord(value) || typeof value.$callback !== 'number') return value;
    const id = value.$callback;
    return (...values: unknown[]) => dispatch('standin-callback', { id, value: structuredClone(values) });
  };
  const filesIn = (value: unknown): File[] => {
    if (value instanceof File) return [value];
    if (typeof value !== 'object' || value === null) return [];
    return Object.values(value).flatMap(filesIn);
  };
  const words = (error: unknown) => (error instanceof Error ? error.message : String(error));
  const ask = (message: object): Promise<unknown> => {
    const id = nextId++;
    const answer = Promise.withResolvers<unknown>();
    waiting.set(id, answer);
    tell({ id, ...message });
    return answer.promise;
  };
  // Only the browser knows the path behind a File, and only asynchronously: so it is asked before the preload is.
  const learnPaths = async (files: File[]): Promise<void> => {
    const place = asked.push(files) - 1;
    const found = (await ask({ kind: 'paths', place, count: files.length })) as string[];
    files.forEach((file, index) => paths.set(file, found[index] ?? ''));
  };
  const settle = (id: number, work: Promise<unknown>) => {
    dispatch('standin-return', { id, promise: true });
    work.then(
      (value) => dispatch('standin-settle', { id, value: pack(value) }),
      (error: unknown) => dispatch('standin-settle', { id, error: words(error) }),
    );
  };

  document.addEventListener('standin-call', (event) => {
    const { id, fn, args } = (event as CustomEvent<{ id: number; fn: number; args: unknown[] }>).detail;
    const run = () => functions[fn]?.(...args.map(unpack));
    const files = filesIn(args);
    if (files.length > 0) {
      settle(id, learnPaths(files).then(run));
      return;
    }
    try {
      const value = run();
      if (value instanceof Promise) settle(id, value);
      else dispatch('standin-return', { id, value: pack(value) });
    } catch (error) {
      dispatch('standin-return', { id, error: words(error) });
    }
  });

  here.standin = {
    files: asked,
    answer(id: number, value: unknown, error: string | null) {
      if (error === null) waiting.get(id)?.resolve(carry.decode(value));
      else waiting.get(id)?.reject(new Error(error));
      waiting.delete(id);
    },
    event(channel: string, carried: unknown) {
      const values = carry.decode(carried) as unknown[];
      for (const listener of listeners.get(channel) ?? []) listener({ sender: null }, ...values);
    },
  };
  const strictly = (name: string, object: object) =>
    new Proxy(object, {
      get(target, property) {
        if (!(property in target)) throw new Error(`The stand-in has no ${name}.${String(property)}`);
        const value: unknown = Reflect.get(target, property);
        return value;
      },
    });
  const electron = strictly('electron', {
    contextBridge: strictly('contextBridge', {
      exposeInMainWorld: (key: string, api: unknown) => {
        if (exposedKeys.has(key))
          throw new Error('Cannot bind an API on top of an existing property on the window object');
        exposedKeys.add(key);
        dispatch('standin-expose', { key, api: pack(api) });
      },
    }),
    ipcRenderer: strictly('ipcRenderer', {
      invoke: (channel: string, ...values: unknown[]) =>
        ask({ kind: 'invoke', channel, values: carry.encode(structuredClone(values)) }),
      on: (channel: string, listener: Anything) => {
        listeners.set(channel, (listeners.get(channel) ?? new Set()).add(listener));
      },
      off: (channel: string, listener: Anything) => listeners.get(channel)?.delete(listener),
    }),
    webUtils: strictly('webUtils', {
      getPathForFile: (file: unknown) => {
        if (!(file instanceof File)) throw new TypeError('getPathForFile needs a File');
        return paths.get(file) ?? '';
      },
    }),
  });
  document.addEventListener('DOMContentLoaded', () => {
    let known = '';
    const look = () => {
      if (document.title !== known) tell({ kind: 'title', title: (known = document.title) });
    };
    look();
    new MutationObserver(look).observe(document.head, {
      childList: true,
      subtree: true,
      characterData: true,
    });
  });
  here.standinRequire = (name) => {
    if (name === 'electron') return electron;
    throw new Error(`A sandboxed preload cannot require ${name}`);
  };
}
