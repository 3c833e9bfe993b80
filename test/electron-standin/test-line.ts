/** The line to the process of the test: what the program does is told there, and its windows come from there. */
import type { FromProgram, PageRequest, ToProgram } from './messages.ts';

const waiting = new Map<number, PromiseWithResolvers<unknown>>();
const listeners = new Set<(message: ToProgram) => void>();
let nextId = 0;

export function tellTest(message: FromProgram, told: () => void = () => undefined): void {
  if (process.connected) process.send?.(message, undefined, undefined, told);
  else told();
}

/** Asks for something about a window's page; rejects with the words of what went wrong there. */
export function askTest(window: number, request: PageRequest): Promise<unknown> {
  const id = nextId++;
  const answer = Promise.withResolvers<unknown>();
  waiting.set(id, answer);
  tellTest({ kind: 'ask', id, window, request });
  return answer.promise;
}

export function hearTest(listener: (message: ToProgram) => void): void {
  listeners.add(listener);
}

process.on('message', (message: ToProgram) => {
  if (message.kind !== 'answer') {
    for (const listener of listeners) listener(message);
    return;
  }
  const answer = waiting.get(message.id);
  waiting.delete(message.id);
  if (message.error === undefined) answer?.resolve(message.value);
  else answer?.reject(new Error(message.error));
});
