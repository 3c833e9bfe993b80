/**
 * The names under which container tools keep logins. The same registry is written in many ways: `ghcr.io`,
 * `https://ghcr.io/v2/`, `https://index.docker.io/v1/` for Docker Hub, and Podman's `quay.io/team/mail`, which holds
 * for repositories below that path only (containers-auth.json(5), "FORMAT").
 * Must-fail vectors: test/credentials/registry-key.test.ts.
 */
import type { RepositoryReference } from '../oci/reference.ts';

export interface RegistryKey {
  /** `host` or `host:port` in lower case; Docker Hub is always `docker.io`. */
  readonly host: string;
  /** Null: the whole registry. Else this repository and all below it. */
  readonly path: string | null;
}

const dockerHub = 'docker.io';
const dockerHubHosts: ReadonlySet<string> = new Set([dockerHub, 'index.docker.io', 'registry-1.docker.io']);
/** What Docker calls its hub in its configuration and to its helpers, since its first days. */
const dockerHubServer = 'https://index.docker.io/v1/';

const written = /^(https?:\/\/)?([^/?#@\s]+)(?:\/([^?#\s]*))?$/i;
const hostAndPort = /^(?:\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/;
/** Left over from configurations that named the API's address instead of the registry. */
const apiPath = /^v[12]\/$/;

/** The registry, or part of one, that `key` means; null for what is no such name. */
export function parseRegistryKey(key: string): RegistryKey | null {
  const [, scheme, host = '', path = ''] = written.exec(key) ?? [];
  const lower = host.toLowerCase();
  if (!hostAndPort.test(lower)) return null;
  const registry = canonicalHost(lower);
  // Only Podman writes paths that count, and never behind a scheme.
  if (scheme !== undefined || apiPath.test(path)) return { host: registry, path: null };
  const bare = path.replace(/\/+$/, '');
  return { host: registry, path: bare === '' ? null : bare };
}

/** One name for each registry: Docker Hub has several. */
export function canonicalHost(host: string): string {
  return dockerHubHosts.has(host) ? dockerHub : host;
}

/** What Docker asks its helpers for when it wants the login of `host` (as `canonicalHost` gives it). */
export function serverName(host: string): string {
  return host === dockerHub ? dockerHubServer : host;
}

/** Whether a login kept under `key` is meant for this repository: never on another host, never for half a name. */
export function covers({ host, path }: RegistryKey, reference: RepositoryReference): boolean {
  if (host !== canonicalHost(reference.host)) return false;
  return path === null || reference.path === path || reference.path.startsWith(`${path}/`);
}
