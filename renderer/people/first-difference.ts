/** Where two texts that look the same part ways: the character of each at the first place that differs; '' at an end. */
export function firstDifference(
  here: string,
  there: string,
): { readonly here: string; readonly there: string } {
  const [mine, theirs] = [Array.from(here), Array.from(there)];
  const at = mine.findIndex((character, index) => character !== theirs[index]);
  return { here: mine[at] ?? '', there: (at === -1 ? theirs[mine.length] : theirs[at]) ?? '' };
}
