/**
 * Whether two identities look the same (protocol, section 3, "Identities"), after the skeletons of Unicode Technical
 * Standard 39, section 4 (https://www.unicode.org/reports/tr39/#Confusable_Detection).
 * Vectors, those that must not be alike among them: test/protocol/look-alike.test.ts.
 */
import { rectifyConfusion } from 'unicode-confusables';

/**
 * What `identity` looks like: two identities with the same one are hard to tell apart by eye. Never shown and never
 * compared as an identity. Beyond the standard, letters are the same in either case, and *i* is *l*: people read both as
 * they expect them, and a capital *I* is one of them in either case.
 */
export function skeletonOf(identity: string): string {
  return rectifyConfusion(identity.normalize('NFD')).normalize('NFD').toLowerCase().replaceAll('i', 'l');
}

/** The first of `known` that is another identity than this one and looks the same; null: none. */
export function lookAlikeOf(identity: string, known: readonly string[]): string | null {
  const skeleton = skeletonOf(identity);
  return known.find((other) => other !== identity && skeletonOf(other) === skeleton) ?? null;
}
