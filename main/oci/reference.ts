/**
 * Names of repositories (OCI distribution specification, "Pulling manifests").
 * Must-fail vectors: test/oci/reference.test.ts.
 */
import { isIPv4 } from 'node:net';
import { DockerCommsError } from '../base/errors.ts';
import { limits } from '../base/limits.ts';

/** One repository on one registry: `host[:port]/path`. */
export interface RepositoryReference {
  /** `host` or `host:port`, lower case; IPv6 in brackets. */
  readonly host: string;
  /** `a/b`, as the distribution specification's `<name>`. */
  readonly path: string;
}

/** Characters of the longest text we look at: host and path, with room for a scheme, a tag and blanks. */
const longestReference = 600;
/** Characters of a host name (RFC 1035, section 2.3.4). */
const longestHost = 253;

const pathComponent = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const hostName = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*\.?$/;
const hostAndPort = /^(\[[0-9a-f:.]+\]|[^:[\]]+)(?::(\d{1,5}))?$/;

/**
 * The repository that a person typed or pasted: `host[:port]/path`, also with `https://` or `http://` before it and a
 * slash behind it. How we connect does not follow from that prefix: loopback is plain HTTP, everything else TLS.
 * Throws `invalid` with a sentence that says what to change.
 */
export function parseRepositoryReference(text: string): RepositoryReference {
  const trimmed = text.trim();
  if (trimmed.length > longestReference) throw invalid('This address is too long for a repository.');
  const bare = bareAddress(trimmed);
  const slash = bare.indexOf('/');
  if (slash <= 0) {
    throw invalid('Write the repository as host/path, for example ghcr.io/you/mail.');
  }
  return { host: parseHost(bare.slice(0, slash)), path: parsePath(bare.slice(slash + 1)) };
}

function bareAddress(text: string): string {
  return text
    .trim()
    .replace(/^https?:\/\//i, '')
    .replace(/\/+$/, '');
}

/** `host[:port]/path`: what `parseRepositoryReference` reads back to the same reference. */
export function formatRepositoryReference(reference: RepositoryReference): string {
  return `${reference.host}/${reference.path}`;
}

/** `host[:port]` of a registry as a person wrote it, also with `https://` before it. Throws `invalid`. */
export function parseRegistryHost(text: string): string {
  return parseHost(bareAddress(text));
}

function parseHost(text: string): string {
  // Whoever pastes user:password@host must not see the password again in an error.
  if (text.includes('@')) {
    throw invalid('Leave the user name and password out of the address; they are asked for separately.');
  }
  const [, host, port] = hostAndPort.exec(text.toLowerCase()) ?? [];
  if (host === undefined || !isHost(host)) throw invalid('This is not a host name that a registry can have.');
  if (port === undefined && !looksLikeRegistry(host)) {
    throw invalid('Begin with the host name of the registry, for example ghcr.io/you/mail.');
  }
  if (port === undefined) return host;
  const number = Number(port);
  if (number < 1 || number > limits.port)
    throw invalid(`The port must be a number from 1 to ${limits.port}.`);
  return `${host}:${number}`;
}

function isHost(host: string): boolean {
  if (host.startsWith('[')) return URL.canParse(`http://${host}`);
  return host.length <= longestHost && hostName.test(host) && URL.canParse(`http://${host}`);
}

/** As Docker tells a host from the first part of a path: a dot, a port, or `localhost`. */
function looksLikeRegistry(host: string): boolean {
  return host === 'localhost' || host.includes('.') || host.startsWith('[');
}

function parsePath(text: string): string {
  if (text.includes('@')) throw invalid('Leave out the digest (what follows “@”): a repository has none.');
  if (text.includes(':')) throw invalid('Leave out the tag (what follows “:”): a repository has none.');
  if (/[?#]/.test(text)) throw invalid('Leave out everything from “?” or “#” on.');
  if (text.length > limits.repositoryNameCharacters)
    throw invalid(`The path of a repository has at most ${limits.repositoryNameCharacters} characters.`);
  if (text !== text.toLowerCase()) throw invalid('The path of a repository is written in lower case.');
  if (!text.split('/').every((component) => pathComponent.test(component))) {
    throw invalid(
      'The path may have letters, digits and “/”, with single dots, underscores and hyphens between them.',
    );
  }
  return text;
}

function invalid(message: string): DockerCommsError {
  return new DockerCommsError('invalid', message);
}

/**
 * True for names and addresses that cannot leave this computer: `localhost`, 127.0.0.0/8 and `[::1]`, with or without
 * a port. Deliberately narrow, because plain HTTP follows from it: `x.localhost` may be asked of a DNS server.
 */
export function isLoopbackHost(host: string): boolean {
  const name = host.toLowerCase().replace(/:\d+$/, '');
  if (name === 'localhost' || name === '[::1]' || host === '::1') return true;
  return isIPv4(name) && name.startsWith('127.');
}

/** Where Docker Hub's repositories are really served. */
const dockerHubNames: ReadonlySet<string> = new Set(['docker.io', 'index.docker.io']);

/**
 * Where this repository's API lives, ending in `/`: `http://127.0.0.1:5000/` or `https://ghcr.io/`. `plainHttp`: a
 * person chose to talk to this host without encryption.
 */
export function registryUrl(reference: RepositoryReference, plainHttp = false): URL {
  const host = dockerHubNames.has(reference.host) ? 'registry-1.docker.io' : reference.host;
  return new URL(`${plainHttp || isLoopbackHost(host) ? 'http' : 'https'}://${host}/`);
}
