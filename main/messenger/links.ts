/** Finds the addresses of pages in what somebody wrote. Pure; the text is attacker-controlled, its length is bounded. */
import { LinkifyIt } from 'linkify-it';
import type { TextLink } from '../../preload/contract/messages.ts';

/** Whoever writes more addresses than this wrote a list: the rest stays words, and the window stays quick. */
const mostLinks = 100;

/** Beyond this many characters of a text nobody looks for links: a page of long ones has to be shown at once. */
const searchedCharacters = 20_000;

/** Longer than what browsers take, an address is no address. In characters. */
const longestAddress = 2048;

/**
 * Only what says itself that it is a page: names with a dot in them are often names of files. A name before the host is read with
 * it, to be refused as one.
 */
const finder = new LinkifyIt({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false, urlAuth: true });
for (const other of ['ftp:', 'mailto:', '//']) finder.add(other, null);

/** Signs that are not seen or turn the direction of writing: with them an address looks like another one. */
const disguise = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}]/u;

/**
 * The pages that a text names, in its order, none within another: `http:` and `https:` only, written out. What is left out
 * stays words: addresses with a name or password before the host (`https://bank.example@elsewhere.example`), and disguised ones.
 */
export function linksIn(text: string): readonly TextLink[] {
  const links: TextLink[] = [];
  for (const { index, lastIndex, url } of finder.match(text.slice(0, searchedCharacters)) ?? []) {
    const address = pageAt(url);
    if (address === null) continue;
    links.push({ start: index, end: lastIndex, address });
    if (links.length === mostLinks) break;
  }
  return links;
}

function pageAt(written: string): string | null {
  if (written.length > longestAddress || disguise.test(written) || !URL.canParse(written)) return null;
  const { protocol, username, password, href } = new URL(written);
  const page = protocol === 'https:' || protocol === 'http:';
  return page && username === '' && password === '' ? href : null;
}
