import type { ErrorView } from '../../../preload/contract/answer.ts';

/** What the scripted engine says no with. */
export class Refusal extends Error {
  readonly view: ErrorView;
  constructor(code: ErrorView['code'], message: string, detail: ErrorView['detail'] = {}) {
    super(message);
    this.view = { code, message, detail };
  }
}
