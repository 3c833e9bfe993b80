import { limits } from '../base/limits.ts';
import type { ContainerTool } from './config-places.ts';
import type { ContainerConfig } from './config.ts';
import { helperSource } from './helper-program.ts';
import { parseRegistryKey, serverName } from './registry-key.ts';

/** The login that container tools would use for one repository, without its secret. */
export interface LoginOffer {
  readonly tool: ContainerTool;
  /** Null: only the helper knows. */
  readonly username: string | null;
  /** Words for a person. */
  readonly source: string;
}

/** A login that could be used, without its secret. */
export interface LoginSuggestion {
  /** `host` or `host:port`; Docker Hub is `docker.io`. */
  readonly host: string;
  /** Null: for the whole registry. Else for this repository and those below it. */
  readonly path: string | null;
  /** Null: only the helper knows. */
  readonly username: string | null;
  /** Words for a person. */
  readonly source: string;
}

/** What the helpers answered to `list`, by helper; a helper that failed is not in it. */
export type HelperLists = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** Docker Desktop keeps its own tokens beside the logins; nobody logs in with them. */
const inner = /\/(?:access|refresh)-token\/?$/;
/** The helpers whose lists make this configuration's suggestions complete. */
export function helpersOf({ helpers, store }: ContainerConfig): readonly string[] {
  return [...new Set([...helpers.map(({ helper }) => helper), store ?? ''])].filter((name) => name !== '');
}

/** The logins that `questionsFor` would find in this configuration, in its order of preference. Pure. */
export function suggestionsIn(config: ContainerConfig, lists: HelperLists): readonly LoginSuggestion[] {
  return onePerRegistry([
    ...fromHelperRules(config, lists),
    ...fromStore(config, lists),
    ...fromEntries(config),
  ]);
}

/** Keeps the first for each registry and path: it is the one that would be used. */
export function onePerRegistry(suggestions: readonly LoginSuggestion[]): readonly LoginSuggestion[] {
  const seen = new Map<string, LoginSuggestion>();
  for (const suggestion of suggestions) {
    const name = `${suggestion.host}/${suggestion.path ?? ''}`;
    if (!seen.has(name)) seen.set(name, suggestion);
  }
  return [...seen.values()];
}

function fromHelperRules({ helpers }: ContainerConfig, lists: HelperLists): readonly LoginSuggestion[] {
  return helpers
    .filter(({ key, helper }) => helper !== '' && key.path === null)
    .map(({ key, written, helper }) => {
      const known = lists.get(helper);
      const username = known?.get(serverName(key.host)) ?? known?.get(written);
      return { host: key.host, path: null, username: shown(username), source: helperSource(helper) };
    });
}

/** What the store lists, and what Docker marked as being in there: not every helper can list. */
function fromStore({ entries, store }: ContainerConfig, lists: HelperLists): readonly LoginSuggestion[] {
  if (store === null) return [];
  const source = helperSource(store);
  const listed = [...(lists.get(store) ?? [])].flatMap(([server, username]) => {
    const host = inner.test(server) ? undefined : parseRegistryKey(server)?.host;
    return host === undefined ? [] : [{ host, path: null, username: shown(username), source }];
  });
  const marked = entries.filter(({ login }) => login.isEmpty);
  return [...listed, ...marked.map(({ key }) => ({ host: key.host, path: null, username: null, source }))];
}

function fromEntries({ entries, place }: ContainerConfig): readonly LoginSuggestion[] {
  return entries
    .filter(({ login }) => !login.isEmpty)
    .map(({ key, login }) => ({
      host: key.host,
      path: key.path,
      username: shown(login.username),
      source: place.source,
    }));
}

/** The user name that one of the helper's answers to `list` gives for these servers; undefined: it has none of them. */
export function listedUsername(
  list: ReadonlyMap<string, string>,
  servers: readonly string[],
): string | null | undefined {
  const server = servers.find((name) => list.has(name));
  return server === undefined ? undefined : shown(list.get(server));
}

/** A user name as it may be shown, of no more than such a name may have; `<token>` and the nil UUID (Azure) stand for no name. */
export function shown(username: string | null | undefined): string | null {
  if (!username || username.length > limits.usernameCharacters || /\p{Cc}/u.test(username)) return null;
  return username === '<token>' || /^[0-]+$/.test(username) ? null : username;
}
