import type { UpdatesView, UpdateStep } from '../../../preload/contract/updates.ts';

/** Updates whose steps a test chooses; where none come from a registry unless it says so. */
export class ScriptedUpdates {
  #view: UpdatesView = {
    ...{ from: 'elsewhere', repository: null, checkedAt: null, failure: null },
    ...{ step: { kind: 'idle' }, isNews: false },
  };
  readonly #onchange: () => void;

  constructor(onchange: () => void) {
    this.#onchange = onchange;
  }

  tell(change: Partial<UpdatesView>): void {
    this.#view = { ...this.#view, ...change };
    this.#onchange();
  }

  handlers() {
    const to = (step: UpdateStep) => () => {
      this.tell({ step });
      return null;
    };
    const offered = { version: '0.2.0', bytes: 112_000_000 };
    return {
      'updates.status': () => this.#view,
      'updates.check': to({ kind: 'offered', ...offered }),
      'updates.download': to({ kind: 'downloading', ...offered, done: 40_000_000 }),
      'updates.cancel': to({ kind: 'idle' }),
      'updates.dismiss': () => {
        this.tell({ isNews: false });
        return null;
      },
      'updates.install': () => null,
    };
  }
}
