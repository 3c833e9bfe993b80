import { app, type Session } from 'electron';
import { dictionaryFolders, linkDictionaries } from './dictionaries.ts';

/**
 * Checks what is written, by what each system has for it: macOS and Windows a checker of their own, which Chromium asks; Linux
 * dictionaries, where they are installed. Nothing is fetched.
 */
export class Spelling {
  readonly #platform: NodeJS.Platform;
  /** Codes of the languages that there are dictionaries of; null: the system decides. */
  readonly #dictionaries: readonly string[] | null;

  /** Has to be called before the application is ready. `chromium`: the folder of Chromium's own files. */
  static prepare(chromium: string, platform = process.platform): Spelling {
    return new Spelling(
      platform,
      platform === 'linux' ? linkDictionaries(chromium, dictionaryFolders()) : null,
    );
  }

  private constructor(platform: NodeJS.Platform, dictionaries: readonly string[] | null) {
    this.#platform = platform;
    this.#dictionaries = dictionaries;
  }

  /** In the languages of the person, as far as there is something for them; false where there is for none. */
  start(session: Session): boolean {
    // It finds out by itself in which language something is written.
    if (this.#platform === 'darwin') return true;
    const known = this.#dictionaries ?? session.availableSpellCheckerLanguages;
    const languages = languagesToCheck(app.getPreferredSystemLanguages(), known);
    if (languages.length > 0) session.setSpellCheckerLanguages([...languages]);
    return languages.length > 0;
  }
}

/** Those of `wanted`, such as `de-AT`, that are `known`, else the language as it is written elsewhere; each once, in their order. */
export function languagesToCheck(wanted: readonly string[], known: readonly string[]): readonly string[] {
  const found = wanted.map((tag) => {
    const language = languageOf(tag);
    return (
      [tag, language].find((code) => known.includes(code)) ??
      known.find((code) => languageOf(code) === language)
    );
  });
  return [...new Set(found)].filter((code) => code !== undefined);
}

const languageOf = (tag: string) => tag.split('-')[0] ?? tag;
