import { limits } from '../../main/base/limits.ts';
import { judgePassphrase } from './judge-passphrase.ts';

/** A new passphrase that somebody types twice. */
export class PassphraseChoice {
  passphrase = $state('');
  again = $state('');
  readonly judgement = $derived(judgePassphrase(this.passphrase));
  readonly differs = $derived(this.again !== '' && this.again !== this.passphrase);
  readonly isReady = $derived(
    this.passphrase.length >= limits.passphraseCharacters && this.again === this.passphrase,
  );

  /** Nothing of it stays in the window. */
  clear(): void {
    this.passphrase = '';
    this.again = '';
  }
}
