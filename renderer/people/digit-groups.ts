/** Digits in groups of five, as people read them to each other. */
export function digitGroups(digits: string): readonly string[] {
  return digits.match(/.{1,5}/gu) ?? [];
}
