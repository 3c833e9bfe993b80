/**
 * What the system brings from outside: files (Send to, Open with, a drop on the icon) and links that somebody clicked.
 * It waits here until a window of the unlocked messenger takes it. Bytes of strangers: links are parsed by the engine
 * (protocol, section 6), files are only ever attached, and nothing is sent before a person says so.
 * Must-fail vectors: test/hosts/brought.test.ts.
 */
import { existsSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { limits } from '../base/limits.ts';
import type { BroughtShelf } from '../messenger/engine.ts';

export interface Brought {
  /** As it came. */
  readonly link: string | null;
  /** Absolute paths of what is there. */
  readonly files: readonly string[];
}

export const nothingBrought: Brought = { link: null, files: [] };

export function isNothing({ link, files }: Brought): boolean {
  return link === null && files.length === 0;
}

/** Files that wait at most: so many that no message takes them, so that a person is told of those that do not fit. */
const mostFiles = 2 * limits.attachments;
/** Characters of a path: Windows has the longest (`MAX_PATH` with the prefix `\\\\?\\`). */
export const longestPath = 32_768;

/** Whether an argument was meant as one of our links, in whatever case systems spell schemes. */
export function isLink(argument: string): boolean {
  return /^dockercomms:/iu.test(argument);
}

/** What a command line brings: a link, or else the files among its words that are there, seen from `folder`. */
export function broughtBy(link: string | null, words: readonly string[], folder: string): Brought {
  if (link !== null) return link.length > limits.invitationCharacters ? nothingBrought : { link, files: [] };
  return { link: null, files: words.flatMap((word) => pathOf(word, folder)).slice(0, mostFiles) };
}

/**
 * What dropped text brings: a link that stands alone in it, as in what a browser makes of a link that is dragged. Other text is
 * for nobody: nothing that is sent may begin with a slip of the hand.
 */
export function broughtByText(text: string): Brought {
  const words = text.trim();
  return broughtBy(/^\S+$/u.test(words) && isLink(words) ? words : null, [], '');
}

/** File managers give paths, or addresses where the desktop entry asks for `%U`. Words that name nothing are no files. */
function pathOf(word: string, folder: string): readonly string[] {
  if (word === '') return [];
  try {
    const path = /^file:/iu.test(word) ? localPath(new URL(word)) : resolve(folder, word);
    return path !== null && existsSync(path) ? [path] : [];
  } catch {
    return [];
  }
}

/** Threat: `file://host/share` makes Windows log in to that host with the person's name and a hash of their password. */
function localPath(address: URL): string | null {
  return address.host === '' ? fileURLToPath(address) : null;
}

/** What one instance of the program tells the one that is running already: it came from a process, so it is checked again. */
export const broughtSchema: z.ZodType<Brought> = z.strictObject({
  link: z.string().max(limits.invitationCharacters).refine(isLink).nullable(),
  files: z.array(z.string().max(longestPath).refine(isAbsolute)).max(mostFiles),
});

/** Where it waits. The last link counts: whoever clicks a second one has forgotten the first. */
export class BroughtThings implements BroughtShelf {
  #files: readonly string[] = [];
  #link: string | null = null;

  /** True when there is something. */
  add(brought: Brought): boolean {
    this.#link = brought.link ?? this.#link;
    this.#files = [...new Set([...this.#files, ...brought.files])].slice(0, mostFiles);
    return !isNothing(brought);
  }

  takeAll(): Brought {
    return { link: this.takeLink(), files: this.takeFiles() };
  }

  takeFiles(): readonly string[] {
    const files = this.#files;
    this.#files = [];
    return files;
  }

  takeLink(): string | null {
    const link = this.#link;
    this.#link = null;
    return link;
  }
}
