/** A windowed list needs a few frames until its rows are drawn and can take the focus. */
const patience = 8;

/** Where one goes on in a pane: at what is written, at what has to be answered, at the row where the arrows were. */
const goesOn = ['textarea', '.below button', '[data-row][tabindex="0"]'];

/**
 * Nobody who goes on with the keyboard begins again at the top because what had the focus is gone. Where what is `shown`
 * changes, the pane takes it, after whatever is new had its chance. Lives as long as the component that calls it.
 */
export function catchFocus(shown: () => string, pane: () => HTMLElement | null): void {
  let before: string | null = null;
  $effect(() => {
    const now = shown();
    const changed = before !== null && before !== now;
    before = now;
    // A field that takes the focus by itself brings up a keyboard where there is none.
    if (changed && window.matchMedia('(hover: hover)').matches) void take(pane);
  });
}

async function take(pane: () => HTMLElement | null): Promise<void> {
  for (let frame = 0; frame < patience; frame += 1) {
    await new Promise(requestAnimationFrame);
    if (isHeld() || goesOn.some((selector) => takesFocus(pane(), selector))) return;
  }
  takesFocus(pane(), 'button');
}

function takesFocus(pane: HTMLElement | null, selector: string): boolean {
  pane?.querySelector<HTMLElement>(selector)?.focus();
  return isHeld();
}

function isHeld(): boolean {
  return document.activeElement !== document.body;
}
