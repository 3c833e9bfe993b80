import { app } from 'electron';
import { argumentsToStartAgain } from '../arguments.ts';
import { ownProgram } from './installed-as.ts';

/** Words of the command line that say what runs: from source, the program itself is one of them. */
export const ownWords = app.isPackaged ? 1 : 2;

let isWanted = false;

/** Once this program has ended, it starts again in the same home, with its window. */
export function startAgainAtEnd(): void {
  if (isWanted) return;
  isWanted = true;
  const own = process.argv.slice(1, ownWords);
  app.relaunch({
    execPath: ownProgram(),
    args: [...own, ...argumentsToStartAgain(process.argv.slice(ownWords))],
  });
}
