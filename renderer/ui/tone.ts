/** How many avatar colours `styles/tokens.css` has. */
const toneCount = 10;

/** The avatar colour of an identity: always the same one, on every computer (FNV-1a over its UTF-16 units). */
export function toneOf(identity: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < identity.length; index += 1) {
    hash = Math.imul(hash ^ identity.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0) % toneCount;
}

/** One or two letters for an avatar: of the first two words of a name, or of what stands before the `@`. */
export function initialsOf(name: string): string {
  const local = name.split('@')[0] ?? name;
  const words = local.split(/[\s._\-+/]+/u).filter((word) => word !== '');
  const letters = words.slice(0, 2).map((word) => firstLetter(word));
  return letters.join('').toLocaleUpperCase() || '?';
}

function firstLetter(word: string): string {
  return [...new Intl.Segmenter().segment(word)][0]?.segment ?? '';
}
