import { setTimeout } from 'node:timers/promises';
import { type Brought, isNothing } from '../brought.ts';
import { askOwner } from '../handover.ts';

/** Milliseconds between questions to an owner that is still starting. */
const askAgainAfter = 250;
/** Questions: a start takes a few seconds on a slow disk, and nobody waits for more than that. */
const mostQuestions = 40;

/**
 * Hands what this start brought to the instance that runs already, also while that one is still starting. Where there is
 * nothing to hand on, Electron has told it of the second start already.
 */
export async function handOn(home: string, brought: Brought): Promise<void> {
  if (isNothing(brought)) return;
  for (let asked = 0; asked < mostQuestions; asked += 1) {
    if ((await askOwner(home, brought)) !== null) return;
    await setTimeout(askAgainAfter);
  }
}
