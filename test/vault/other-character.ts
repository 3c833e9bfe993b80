const base64url = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** A character of base64url that decodes differently wherever it stands: the last character of a part has low bits that mean nothing. */
export function otherCharacter(character: string): string {
  const highestBit = 32;
  return base64url[base64url.indexOf(character) ^ highestBit] ?? 'A';
}
