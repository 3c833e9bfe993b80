import { isAbsolute, join } from 'node:path';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What decides where container tools look; handed in, so that tests can be anybody on any system. */
export interface ToolSurroundings {
  readonly environment: Environment;
  /** The user's own folder. Absolute. */
  readonly home: string;
  readonly platform: NodeJS.Platform;
  /** The user's number; undefined where users have none. */
  readonly uid: number | undefined;
}

/** Whose logins a configuration has; `other` where only the person knows. */
export type ContainerTool = 'docker' | 'podman' | 'other';

/** One configuration: a file, or a variable that holds what a file would. */
export interface ConfigPlace {
  /** Path, or the variable's name. For errors. */
  readonly name: string;
  /** Words for a person. */
  readonly source: string;
  readonly tool: ContainerTool;
  /** `legacy`: `~/.dockercfg`, which is what stands under `auths` elsewhere. */
  readonly format: 'current' | 'legacy';
  /** Undefined: read the file. A function, so that logging a place shows no logins. */
  readonly content?: () => string;
}

const docker = { source: "Docker's configuration", tool: 'docker' } as const;
const podman = { source: "Podman's configuration", tool: 'podman' } as const;

/**
 * Where logins are looked for, first to last: what a variable names explicitly, then the order that
 * containers-auth.json(5) documents, in which Docker's own files come last. `DOCKER_CONFIG` comes before Podman's files
 * because Podman, too, then reads it instead of its own (containers/common, `GetDefaultAuthFile`), and it replaces
 * `~/.docker` for both.
 */
export function configPlaces(where: ToolSurroundings): readonly ConfigPlace[] {
  const places = [...chosenPlaces(where.environment), ...podmanPlaces(where), ...dockerPlaces(where)];
  return places.filter((place, index) => places.findIndex(({ name }) => name === place.name) === index);
}

function chosenPlaces(environment: Environment): readonly ConfigPlace[] {
  const { REGISTRY_AUTH_FILE: authFile, DOCKER_AUTH_CONFIG: content, DOCKER_CONFIG: folder } = environment;
  return [
    ...(authFile
      ? [file(authFile, { source: 'the file that REGISTRY_AUTH_FILE names', tool: 'other' })]
      : []),
    ...(content ? [variable('DOCKER_AUTH_CONFIG', content)] : []),
    ...(folder ? [file(join(folder, 'config.json'), docker)] : []),
  ];
}

function podmanPlaces({ environment, home, platform, uid }: ToolSurroundings): readonly ConfigPlace[] {
  const below = (folder: string) => file(join(folder, 'containers/auth.json'), podman);
  const runtime = absolute(environment.XDG_RUNTIME_DIR);
  const usual = below(absolute(environment.XDG_CONFIG_HOME) ?? join(home, '.config'));
  if (platform === 'win32' || platform === 'darwin') return [below(join(home, '.config')), usual];
  if (runtime !== undefined) return [below(runtime), usual];
  return uid === undefined ? [usual] : [file(`/run/containers/${uid}/auth.json`, podman), usual];
}

function dockerPlaces({ environment, home }: ToolSurroundings): readonly ConfigPlace[] {
  const current = environment.DOCKER_CONFIG ? [] : [file(join(home, '.docker/config.json'), docker)];
  return [...current, { ...file(join(home, '.dockercfg'), docker), format: 'legacy' }];
}

function file(name: string, owner: Pick<ConfigPlace, 'source' | 'tool'>): ConfigPlace {
  return { name, ...owner, format: 'current' };
}

function variable(name: string, content: string): ConfigPlace {
  return { name, source: `the variable ${name}`, tool: 'other', format: 'current', content: () => content };
}

/** The XDG base directory specification: a relative path is to be ignored. */
function absolute(path: string | undefined): string | undefined {
  return path !== undefined && isAbsolute(path) ? path : undefined;
}
