/**
 * Asks one question at a time: whoever wants it asked while it is being asked has it asked once more at its end, so that a
 * burst of events asks twice and not a hundred times. Resolves when there is nothing left to ask; fails as `ask` does.
 */
export function oneAtATime(ask: () => Promise<unknown>): () => Promise<void> {
  let running: Promise<void> | null = null;
  let wanted = false;
  const askWhileWanted = async () => {
    while (wanted) {
      wanted = false;
      await ask();
    }
  };
  return () => {
    wanted = true;
    running ??= askWhileWanted().finally(() => (running = null));
    return running;
  };
}
