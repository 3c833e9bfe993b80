/**
 * For the heading of a pane that somebody opened: whoever goes on with the keyboard goes on there, and comes back to where
 * they were when the pane is gone. An attachment.
 */
export function takeFocus(heading: HTMLElement): () => void {
  return focusUntilGone(heading);
}

/** The same for a form: whoever opens one wants to fill it in. An attachment. */
export function takeFocusInside(form: HTMLElement): () => void {
  const field = 'textarea, select, input:not([type="radio"]), input:checked';
  return focusUntilGone(form.querySelector<HTMLElement>(field));
}

function focusUntilGone(element: HTMLElement | null): () => void {
  const before = document.activeElement;
  // Whoever clicked went on elsewhere already.
  const back = before instanceof HTMLElement && before.matches(':focus-visible') ? before : null;
  element?.focus({ preventScroll: true });
  return () =>
    queueMicrotask(() => {
      if (document.activeElement === document.body && back?.isConnected === true) {
        back.focus({ preventScroll: true });
      }
    });
}
