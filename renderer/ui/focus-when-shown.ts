/** For the first field of a page or dialogue: the person can type at once. */
export function focusWhenShown(element: HTMLElement | null): void {
  element?.focus();
}
