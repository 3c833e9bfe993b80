/**
 * Splits a name so that its end always stays visible: the first part may be cut with an ellipsis by the layout, the
 * second (the last characters before the extension, and the extension) never is.
 */
export function splitForElision(name: string, kept = 12): readonly [start: string, end: string] {
  const characters = [...new Intl.Segmenter().segment(name)].map((segment) => segment.segment);
  if (characters.length <= kept + 4) return [name, ''];
  return [characters.slice(0, -kept).join(''), characters.slice(-kept).join('')];
}
