/** An https address as people write it; any other one in full, since how it is reached matters then. */
export function addressOf(url: string): string {
  return url.replace(/^https:\/\//u, '').replace(/\/$/u, '');
}
