import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DockerCommsError, systemErrorCode } from '../base/errors.ts';
import { limits } from '../base/limits.ts';
import type { HostTls } from '../oci/trust-store.ts';

export interface CertificateFoldersOptions {
  /** XDG_CONFIG_HOME and ProgramData are looked at. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The user's own folder. */
  readonly home: string;
  /** Left out: this system's. */
  readonly platform?: NodeJS.Platform;
}

/**
 * Files of one host that are looked at: certificates of one host are a handful; more is a folder that is something
 * else.
 */
const mostFiles = 100;

/**
 * Where container tools keep certificates for single registries, the user's own first: `certs.d` folders of Podman and
 * Docker, with one folder for each `host[:port]`.
 */
export function certificateFolders(options: CertificateFoldersOptions): readonly string[] {
  const { environment, home, platform = process.platform } = options;
  const config = environment.XDG_CONFIG_HOME ?? join(home, '.config');
  const own = [
    join(config, 'containers', 'certs.d'),
    join(config, 'docker', 'certs.d'),
    join(home, '.docker', 'certs.d'),
  ];
  if (platform === 'win32') {
    return [...own, join(environment.ProgramData ?? 'C:\\ProgramData', 'docker', 'certs.d')];
  }
  return [...own, '/etc/containers/certs.d', '/etc/docker/certs.d'];
}

/**
 * What these folders say of `host` (`host[:port]`), as the tools read them: every `*.crt` is an authority, `x.cert` with
 * `x.key` a client certificate. Authorities of all folders count, of client certificates the first. Fails `invalid` for
 * a certificate without its key, and for files that are no certificates. What this user may not read (the tools' own
 * service may) is left out. Read at once: a few small files, once for each host.
 */
export function certificatesInFolders(folders: readonly string[], host: string): HostTls {
  const found = folders.flatMap((folder) => namesOf(host).map((name) => readFolder(join(folder, name))));
  return {
    authorities: found.flatMap(({ authorities }) => authorities),
    client: found.find(({ client }) => client !== null)?.client ?? null,
  };
}

/** Windows allows no colon in names, so the tools leave it out there. Hosts are checked: nothing else is in them. */
function namesOf(host: string): readonly string[] {
  if (!/^[a-z0-9.:[\]-]+$/i.test(host) || /^\.+$/.test(host)) return [];
  return host.includes(':') ? [host, host.replaceAll(':', '')] : [host];
}

function readFolder(folder: string): HostTls {
  const names = filesOf(folder);
  const authorities = names
    .filter((name) => name.endsWith('.crt'))
    .flatMap((name) => readCertificate(join(folder, name)) ?? []);
  return { authorities, client: clientIn(folder, names) };
}

function clientIn(folder: string, names: readonly string[]): HostTls['client'] {
  for (const name of names.filter((each) => each.endsWith('.cert'))) {
    const path = join(folder, name);
    const keyName = `${name.slice(0, -'.cert'.length)}.key`;
    if (!names.includes(keyName)) throw unusable(path, `has no key beside it (${keyName})`);
    const certificate = readCertificate(path);
    const key = readSmall(join(folder, keyName));
    if (certificate !== null && key !== null) return { kind: 'pem', certificate, key };
  }
  return null;
}

function filesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort().slice(0, mostFiles);
  } catch (error) {
    nothingIfAbsent(error);
    return [];
  }
}

function readCertificate(path: string): string | null {
  const text = readSmall(path);
  if (text === null || text.includes('-----BEGIN CERTIFICATE-----')) return text;
  throw unusable(path, 'holds no certificate in PEM');
}

function readSmall(path: string): string | null {
  try {
    const facts = statSync(path);
    if (!facts.isFile() || facts.size > limits.certificateFileBytes)
      throw unusable(path, 'is too large for a certificate');
    return readFileSync(path, 'utf8');
  } catch (error) {
    return nothingIfAbsent(error);
  }
}

function nothingIfAbsent(error: unknown): null {
  const code = systemErrorCode(error) ?? '';
  if (['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM'].includes(code)) return null;
  throw error;
}

function unusable(path: string, why: string): DockerCommsError {
  return new DockerCommsError('invalid', `The certificate file ${path} ${why}. Correct or remove it.`, {
    detail: { file: path },
  });
}
