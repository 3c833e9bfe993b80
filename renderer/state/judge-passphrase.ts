import { limits } from '../../main/base/limits.ts';

/** Below this a text says the same few characters over and over. */
const fewCharacters = 6;

/**
 * What can honestly be said of a new passphrase. Nobody can measure how hard one is to guess: only that it is too short
 * (`missing` characters), or that it repeats itself.
 */
export type PassphraseJudgement =
  | { readonly kind: 'empty' | 'repetitive' | 'long-enough' }
  | { readonly kind: 'short'; readonly missing: number };

export function judgePassphrase(passphrase: string): PassphraseJudgement {
  if (passphrase === '') return { kind: 'empty' };
  const missing = limits.passphraseCharacters - passphrase.length;
  if (missing > 0) return { kind: 'short', missing };
  return { kind: new Set(passphrase).size < fewCharacters ? 'repetitive' : 'long-enough' };
}
