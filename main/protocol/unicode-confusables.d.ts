/** The package names a file of types that it does not hold. */
declare module 'unicode-confusables' {
  /** Each code point replaced by its prototype of Unicode's `confusables.txt`. */
  export function rectifyConfusion(text: string): string;
}
