/** Which row of a list had the focus last, and which one has its place when it is gone. */
export class FocusedRow {
  #last: { readonly key: string; readonly index: number } | null = null;

  /** The focus is on the row with this key, or on none. */
  is(key: string | undefined, index: number): void {
    this.#last = key === undefined ? null : { key, index };
  }

  /** Index of the row that has the place of the one that is gone, once; null: it is not gone, or there is nothing left. */
  successorIn(keys: readonly string[]): number | null {
    const last = this.#last;
    if (last === null || keys.length === 0 || keys.includes(last.key)) return null;
    this.#last = null;
    return Math.min(last.index, keys.length - 1);
  }
}
