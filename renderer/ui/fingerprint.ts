/** A fingerprint as people compare it: groups of four, in two lines of eight (where a line break is shown as one). */
export function spelledFingerprint(hex: string): string {
  const groups = hex.toUpperCase().match(/.{1,4}/g) ?? [];
  return [groups.slice(0, 8), groups.slice(8)].map((line) => line.join(' ')).join('\n');
}
