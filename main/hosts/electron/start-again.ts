import { app } from 'electron';
import { startsWithBrought } from '../arguments.ts';
import { type Brought, BroughtThings, nothingBrought } from '../brought.ts';
import { ownProgram } from './installed-as.ts';

/** Words of the command line that say what runs: from source, the program itself is one of them. */
export const ownWords = app.isPackaged ? 1 : 2;

/** Once this program has ended, it starts again where somebody wants it: in the same home, with its window. */
export class StartAgain {
  readonly #brought = new BroughtThings();
  #isWanted = false;

  /** `things` came too late for this start: they are for the next one. */
  want(things: Brought = nothingBrought): void {
    this.#isWanted = true;
    this.#brought.add(things);
  }

  /** Right before the process goes: each call of `relaunch` is one start, and until here more may come. */
  atEnd(): void {
    if (!this.#isWanted) return;
    const own = process.argv.slice(1, ownWords);
    for (const words of startsWithBrought(process.argv.slice(ownWords), this.#brought.takeAll())) {
      app.relaunch({ execPath: ownProgram(), args: [...own, ...words] });
    }
  }
}
