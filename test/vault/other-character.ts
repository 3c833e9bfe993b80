const base64url = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** A character of base64url that decodes differently wherever it stands: the last character of a part has low bits that mean nothing. */
export function otherCharacter(character: string): string {
  const highestBit = 32;
  return base64url[base64url.indexOf(character) ^ highestBit] ?? 'A';
}

/** One that differs in the lowest bit only, which at the end of a part may mean nothing. */
export function neighbourOf(character: string): string {
  return base64url[base64url.indexOf(character) ^ 1] ?? 'A';
}
