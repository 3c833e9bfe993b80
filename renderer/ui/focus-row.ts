import { tick } from 'svelte';

/** A windowed row may need a few frames until it is drawn. */
const patience = 8;

/** Puts the focus on the row with this index, as soon as the windowed list has drawn it. */
export async function focusRow(container: HTMLElement | null, index: number): Promise<void> {
  await tick();
  for (let attempt = 0; attempt < patience; attempt += 1) {
    const row = container?.querySelector<HTMLElement>(`[data-row="${index}"]`) ?? null;
    if (row !== null) {
      row.focus({ preventScroll: true });
      return;
    }
    await new Promise(requestAnimationFrame);
  }
}
