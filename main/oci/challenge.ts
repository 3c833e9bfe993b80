/**
 * The header `WWW-Authenticate` (RFC 9110, section 11.6.1).
 * Must-fail vectors: test/oci/challenge.test.ts.
 */
import { limits } from '../base/limits.ts';

/** One challenge of a `WWW-Authenticate` header (RFC 9110, section 11.6.1). */
export interface Challenge {
  /** Lower case: `bearer`, `basic`, … */
  readonly scheme: string;
  /** Names in lower case. The first of several equal names counts. */
  readonly parameters: ReadonlyMap<string, string>;
}

interface OpenChallenge {
  readonly scheme: string;
  readonly parameters: Map<string, string>;
  /** The last parameter, while its unquoted value may still go on behind a comma. */
  unquoted: string | null;
}

/**
 * The challenges in one or several `WWW-Authenticate` headers, in their order. Tolerant of what registries really
 * send: several challenges in one header, unquoted values, missing or doubled commas, unknown schemes, an unclosed
 * quotation mark. Never throws; what makes no sense is skipped.
 */
export function parseChallenges(headers: string | readonly string[] | undefined): Challenge[] {
  if (headers === undefined) return [];
  const list = typeof headers === 'string' ? [headers] : headers;
  return list.flatMap((header) => parseHeader(header.slice(0, limits.headerCharacters)));
}

const separators = /[\s,]*/y;
const parameter = /([\w!#$%&'*+.^`|~-]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)(?:"|$)|([^\s,"]*))/y;
const word = /[^\s,]+/y;

function parseHeader(header: string): Challenge[] {
  const challenges: OpenChallenge[] = [];
  let position = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = position;
    const match = pattern.exec(header);
    if (match !== null) position = pattern.lastIndex;
    return match;
  };
  for (take(separators); position < header.length; take(separators)) {
    const current = challenges.at(-1);
    const pair = current === undefined ? null : take(parameter);
    if (current !== undefined && pair !== null) {
      addParameter(current, pair);
      continue;
    }
    addWord(challenges, take(word)?.[0] ?? '');
  }
  return challenges;
}

function addParameter(challenge: OpenChallenge, match: RegExpExecArray): void {
  const [, name = '', quoted, plain] = match;
  const key = name.toLowerCase();
  challenge.unquoted = quoted === undefined ? key : null;
  if (challenge.parameters.has(key)) return;
  challenge.parameters.set(key, quoted === undefined ? (plain ?? '') : quoted.replace(/\\(.)/g, '$1'));
}

/**
 * A word without `=` begins a challenge, except for the rest of an unquoted scope: in `scope=repository:a:pull,push`
 * the comma belongs to the value. Actions are lower case, schemes in the wild are not.
 */
function addWord(challenges: OpenChallenge[], text: string): void {
  const current = challenges.at(-1);
  const scope = current?.parameters.get('scope');
  if (current?.unquoted === 'scope' && scope !== undefined && /^(?:[a-z]+|\*)$/.test(text)) {
    current.parameters.set('scope', `${scope},${text}`);
    return;
  }
  if (/^[A-Za-z][A-Za-z0-9-]*$/.test(text)) {
    challenges.push({ scheme: text.toLowerCase(), parameters: new Map(), unquoted: null });
  }
}
