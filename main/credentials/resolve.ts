import { DockerCommsError } from '../base/errors.ts';
import type { RepositoryReference } from '../oci/reference.ts';
import type { ConfigEntry, ContainerConfig } from './config.ts';
import { isHelperName } from './helper-program.ts';
import { canonicalHost, covers, serverName } from './registry-key.ts';
import type { StoredLogin } from './stored-login.ts';

/** Something to try, in order, until a login comes of it. */
export type Question =
  | { readonly kind: 'stored'; readonly login: StoredLogin }
  | {
      readonly kind: 'helper';
      /** Checked: safe to put behind `docker-credential-`. */
      readonly helper: string;
      /** The names under which the helper may know the login, likeliest first. */
      readonly servers: readonly string[];
      /** Whether the configuration says that this helper has this registry's login. */
      readonly expected: boolean;
    };

/**
 * A helper reads its question line by line: a name with a line break in it would be two. Of 1,024 characters at most: an
 * address that a tool made of a host and a path is far shorter.
 */
const askable = /^[\x21-\x7e]{1,1024}$/;

/**
 * What to ask for the login of `reference` in one configuration. Pure. The order is that of the tools: a registry's own
 * helper, and then nothing else (containers-auth.json(5)); logins for parts of the registry, longest path first; the
 * store (docker/cli, `getConfiguredCredentialStore`); the registry's login in the file itself. Throws `invalid` when a
 * helper has a name that no helper can have.
 */
export function questionsFor(config: ContainerConfig, reference: RepositoryReference): readonly Question[] {
  const host = canonicalHost(reference.host);
  const rule = config.helpers.find(({ key }) => key.host === host && key.path === null);
  if (rule !== undefined && rule.helper !== '') {
    return [helperQuestion(config, rule.helper, [serverName(host), rule.written], true)];
  }
  const matching = config.entries.filter(({ key }) => covers(key, reference)).sort(bySpecificity);
  const own = matching.filter(({ key }) => key.path === null);
  const parts = matching.filter(({ key }) => key.path !== null);
  const servers = [serverName(host), ...own.map(({ written }) => written)];
  return [
    ...parts.map(storedQuestion),
    ...(config.store !== null && rule === undefined
      ? [helperQuestion(config, config.store, servers, own.length > 0)]
      : []),
    ...own.map(storedQuestion),
  ].filter((question) => question.kind === 'helper' || !question.login.isEmpty);
}

/** Longest path first; then the name that the tools write today; then as in the file. */
function bySpecificity(one: ConfigEntry, other: ConfigEntry): number {
  const byPath = (other.key.path?.length ?? 0) - (one.key.path?.length ?? 0);
  return byPath === 0 ? Number(isUsualName(other)) - Number(isUsualName(one)) : byPath;
}

function isUsualName({ key, written }: ConfigEntry): boolean {
  return written === serverName(key.host);
}

function storedQuestion({ login }: ConfigEntry): Question {
  return { kind: 'stored', login };
}

function helperQuestion(
  config: ContainerConfig,
  helper: string,
  servers: readonly string[],
  expected: boolean,
): Question {
  if (!isHelperName(helper)) throw impossibleHelper(config);
  const names = [...new Set(servers)].filter((server) => askable.test(server));
  return { kind: 'helper', helper, servers: names, expected };
}

/** Does not repeat the name: it is not one, so who knows what it is. */
function impossibleHelper({ place }: ContainerConfig): DockerCommsError {
  return new DockerCommsError('invalid', `${place.name} names a credential helper that cannot exist.`, {
    detail: { file: place.name },
  });
}
