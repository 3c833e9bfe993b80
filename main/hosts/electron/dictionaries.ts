/**
 * Dictionaries for Chromium's spelling checker on Linux. It would fetch them from the internet, which no part of it may here
 * (no-network.ts), but it takes one that lies in its own folder under the name that it looks for. Distributions have them in its
 * format, for programs that are made with Qt.
 */
import { lstatSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * What Chromium calls the dictionary of a language, by the code that it is switched on with: language, region and the version of
 * the file. As Chromium 156 asks for them; where a later one asks for another version, there is no dictionary of that language.
 */
const fileNames: readonly (readonly [code: string, fileName: string])[] = `
  af:af-ZA-3-0 bg:bg-BG-3-0 ca:ca-ES-3-0 cs:cs-CZ-3-0 cy:cy-GB-1-0 da:da-DK-3-0 de:de-DE-3-0
  el:el-GR-3-0 en-AU:en-AU-10-2 en-CA:en-CA-10-2 en-GB:en-GB-10-2 en-US:en-US-10-2 es:es-ES-3-0
  et:et-EE-3-0 fa:fa-IR-9-0 fo:fo-FO-3-0 fr:fr-FR-3-0 gl:gl-1-0 he:he-IL-3-0 hi:hi-IN-3-0
  hr:hr-HR-3-0 hu:hu-HU-3-0 hy:hy-1-0 id:id-ID-3-0 it:it-IT-3-0 ko:ko-3-0 lt:lt-LT-3-0
  lv:lv-LV-3-0 nb:nb-NO-3-0 nl:nl-NL-3-0 pl:pl-PL-3-0 pt-BR:pt-BR-3-0 pt-PT:pt-PT-3-0 ro:ro-RO-3-0
  ru:ru-RU-3-0 sh:sh-4-0 sk:sk-SK-3-0 sl:sl-SI-3-0 sq:sq-3-0 sr:sr-4-0 sv:sv-SE-3-0 ta:ta-IN-3-0
  tg:tg-TG-5-0 tr:tr-TR-4-0 uk:uk-UA-5-0 vi:vi-VN-3-0 xh:xh-3-0
`
  .trim()
  .split(/\s+/u)
  .map((pair) => {
    const [code = '', fileName = ''] = pair.split(':');
    return [code, fileName];
  });

/** Where Debian, Arch and Fedora have them, in a folder for data (XDG Base Directory Specification). */
const places = [
  'hunspell-bdic',
  'qt6/qtwebengine_dictionaries',
  'qt/qtwebengine_dictionaries',
  'qt5/qtwebengine_dictionaries',
];

/** Of `XDG_DATA_DIRS`, or its default. */
export function dictionaryFolders({ XDG_DATA_DIRS }: NodeJS.ProcessEnv = process.env): readonly string[] {
  const data = (XDG_DATA_DIRS ?? '').split(delimiter).filter((folder) => folder.startsWith('/'));
  const folders = data.length === 0 ? ['/usr/local/share', '/usr/share'] : data;
  return folders.flatMap((folder) => places.map((place) => join(folder, place)));
}

/**
 * Links the system's dictionaries into Chromium's folder and gives the codes of their languages. Has to be called before the
 * application is ready: then Chromium looks for that of the system's language. What cannot be linked is left out.
 */
export function linkDictionaries(chromium: string, folders: readonly string[]): readonly string[] {
  const found = new Map(folders.toReversed().flatMap((folder) => dictionariesIn(folder)));
  const own = join(chromium, 'Dictionaries');
  return fileNames.flatMap(([code, name]) => {
    const path = dictionaryOf(code, name, found);
    return isLinked(own, `${name}.bdic`, path) ? [code] : [];
  });
}

/** By their names, such as `de_DE`. */
function dictionariesIn(folder: string): readonly (readonly [name: string, path: string])[] {
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith('.bdic'));
    return names.map((name) => [name.slice(0, -'.bdic'.length), join(folder, name)] as const);
  } catch {
    return [];
  }
}

/** That of the language and region, of the language alone, or of its only other region. */
function dictionaryOf(
  code: string,
  fileName: string,
  found: ReadonlyMap<string, string>,
): string | undefined {
  const [language = '', region = ''] = fileName.split('-');
  const exact = found.get(`${language}_${region}`) ?? (code === language ? found.get(language) : undefined);
  if (exact !== undefined || code !== language) return exact;
  return [...found].find(([name]) => name.startsWith(`${language}_`))?.[1];
}

/** Makes the link what it has to be; one to what is gone goes too. A file that is no link is not ours, and is there. */
function isLinked(folder: string, name: string, target: string | undefined): boolean {
  const link = join(folder, name);
  try {
    const before = lstatSync(link, { throwIfNoEntry: false });
    if (before?.isSymbolicLink() === false) return true;
    if (before !== undefined) rmSync(link);
    if (target === undefined) return false;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    symlinkSync(target, link);
    return true;
  } catch {
    return false;
  }
}
