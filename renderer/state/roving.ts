/** Rows that a page of the keyboard goes: about what a list shows at once, so that nothing is passed unseen. */
const pageRows = 10;

/** Where the arrows lead in a vertical list of `length` items; null when the key is not for the list. */
export function nextIndex(key: string, current: number, length: number): number | null {
  if (length === 0) return null;
  switch (key) {
    case 'ArrowDown':
      return Math.min(current + 1, length - 1);
    case 'ArrowUp':
      return Math.max(current - 1, 0);
    case 'Home':
      return 0;
    case 'End':
      return length - 1;
    case 'PageDown':
      return Math.min(current + pageRows, length - 1);
    case 'PageUp':
      return Math.max(current - pageRows, 0);
    default:
      return null;
  }
}
