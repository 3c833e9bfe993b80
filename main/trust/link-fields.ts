/**
 * How links of DockerComms are written: `dockercomms:<what>?name=value&…` (protocol, section 6). Anybody may have made one,
 * and a web page chooses every character: so nothing is forgiven but spaces around it. No field twice, none unknown, each in
 * its one canonical form. A mistake is told with `refused`, and never by quoting the link, which may hold a secret.
 */
import { limits } from '../base/limits.ts';
import {
  formatRepositoryReference,
  parseRepositoryReference,
  type RepositoryReference,
} from '../oci/reference.ts';
import { parseIdentity } from '../protocol/identity.ts';

export const linkScheme = 'dockercomms';

/** What every link of this version says. */
const versionField = ['v', '1'] as const;

export type LinkFields = Partial<Record<string, string>>;

/** What is thrown for a link that breaks the rules. */
export interface LinkFailures {
  readonly refused: () => Error;
  /** Of a link that a later version made. */
  readonly newer: () => Error;
}

/** Whether a text was meant as a link that says `what`; whether it is one, `readLink` knows. */
export function isLinkTo(what: string, text: string): boolean {
  return text.trimStart().startsWith(`${linkScheme}:${what}?`);
}

/** `fields` in their order; those that are undefined are left out. */
export function writeLink(what: string, fields: readonly (readonly [string, string | undefined])[]): string {
  const written = [versionField, ...fields].flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(value.toWellFormed())}`],
  );
  return `${linkScheme}:${what}?${written.join('&')}`;
}

/** The fields of a link that says `what`, without its version. Throws as `failures` say. */
export function readLink(
  what: string,
  text: string,
  known: readonly string[],
  failures: LinkFailures,
): LinkFields {
  const link = text.trim();
  const prefix = `${linkScheme}:${what}?`;
  if (!isLinkTo(what, link) || link.length > limits.invitationCharacters) throw failures.refused();
  const { v, ...fields } = readFields(link.slice(prefix.length), failures);
  if (v !== undefined && v !== versionField[1]) throw failures.newer();
  if (v === undefined || Object.keys(fields).some((name) => !known.includes(name))) throw failures.refused();
  return fields;
}

function readFields(query: string, failures: LinkFailures): LinkFields {
  const fields = new Map<string, string>();
  for (const part of query.split('&')) {
    const [name = '', value, ...more] = part.split('=');
    if (value === undefined || more.length > 0 || fields.has(name)) throw failures.refused();
    fields.set(name, decoded(value, failures));
  }
  return Object.fromEntries(fields);
}

function decoded(value: string, { refused }: LinkFailures): string {
  try {
    return decodeURIComponent(value);
  } catch {
    throw refused();
  }
}

/** A repository as links name it: what a person may type is more than that. */
export function linkRepository(text: string | undefined, { refused }: LinkFailures): RepositoryReference {
  const repository = parsed(parseRepositoryReference, text, refused);
  if (formatRepositoryReference(repository) !== text) throw refused();
  return repository;
}

export function linkIdentity(text: string | undefined, { refused }: LinkFailures): string {
  return parsed(parseIdentity, text, refused);
}

/** The parsers' own errors speak to whoever typed; nobody typed this. */
function parsed<T>(parse: (text: string) => T, text: string | undefined, refused: () => Error): T {
  if (text === undefined) throw refused();
  try {
    return parse(text);
  } catch {
    throw refused();
  }
}
