import type { z } from 'zod';
import { credentialsSchema } from '../../../preload/contract/login.ts';
import { clientCertificateSchema } from '../../../preload/contract/network.ts';
import type { Settings } from '../../../preload/contract/settings.ts';
import { DockerCommsError } from '../../base/errors.ts';
import { certificateFolders, certificatesInFolders } from '../../credentials/certificate-folders.ts';
import type { ClientCertificate } from '../../oci/certificates.ts';
import type { BasicCredentials } from '../../oci/credentials.ts';
import type { Network } from '../../oci/network.ts';
import {
  noProxies,
  parseProxy,
  proxiesOfEnvironment,
  proxyForAll,
  wordOfEnvironment,
} from '../../oci/proxy.ts';
import type { Vault } from '../../vault/vault.ts';
import type { SystemProxies } from './system-proxies.ts';

/** What this computer says about its network, besides our settings. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The user's own folder. */
  readonly home: string;
  /** What the system's own settings say; left out: this host cannot ask them. */
  readonly systemProxies?: SystemProxies | undefined;
}

/** The vault's names for what the network's settings must not hold. */
export const proxySecret = 'proxy';
const clientCertificatePrefix = 'client-certificate:';
export const clientCertificateSecret = (host: string): string => `${clientCertificatePrefix}${host}`;

type Secrets = Pick<Vault, 'get' | 'names'>;

/**
 * How hosts are reached: by our settings, with `secrets` (null: there is no vault yet), and by what container tools
 * keep in their `certs.d`, so that what works there works here. A secret that cannot be read fails `auth`.
 */
export async function networkRules(
  settings: Settings['network'],
  secrets: Secrets | null,
  surroundings: Surroundings,
): Promise<Omit<Network, 'pinnedCertificate'>> {
  const clients = secrets === null ? new Map<string, ClientCertificate>() : await clientCertificates(secrets);
  const login = secrets === null ? null : await proxyLogin(secrets);
  const folders = certificateFolders(surroundings);
  const plain = new Set(settings.plainHttpHosts.map((host) => hostAsInUrl('http', host)));
  return {
    proxyFor: proxyChoice(settings.proxy, login, surroundings),
    usesPlainHttp: (host) => plain.has(hostAsInUrl('http', host)),
    tlsFor: (host) => {
      const tools = certificatesInFolders(folders, host);
      const ours = settings.authorities.filter(
        (authority) => authority.host === null || hostAsInUrl('https', authority.host) === host,
      );
      return {
        authorities: [...tools.authorities, ...ours.map(({ pem }) => pem)],
        client: clients.get(host) ?? tools.client,
      };
    },
  };
}

function proxyChoice(
  { mode, address, exceptions }: Settings['network']['proxy'],
  login: BasicCredentials | null,
  surroundings: Surroundings,
): Network['proxyFor'] {
  if (mode === 'none') return noProxies;
  if (mode === 'system' || address === null) return systemChoice(surroundings);
  return proxyForAll({ ...parseProxy(address), login }, exceptions);
}

/** The environment's word counts, as container tools follow it; where it has none, the system's settings do. */
export function systemChoice({ environment, systemProxies }: Surroundings): Network['proxyFor'] {
  if (systemProxies === undefined) return proxiesOfEnvironment(environment);
  const word = wordOfEnvironment(environment);
  return (target) => {
    const said = word(target);
    return said === undefined ? systemProxies.for(target) : said;
  };
}

/** The login of the proxy that was entered; null: none. */
export async function proxyLogin(secrets: Secrets): Promise<BasicCredentials | null> {
  return readSecret(secrets, proxySecret, credentialsSchema);
}

/** Every client certificate that was chosen, by host as in a URL. */
async function clientCertificates(secrets: Secrets): Promise<Map<string, ClientCertificate>> {
  const chosen = await chosenClientCertificates(secrets);
  return new Map([...chosen].map(([host, certificate]) => [hostAsInUrl('https', host), certificate]));
}

/** Every client certificate that was chosen, by host as it was written. */
export async function chosenClientCertificates(secrets: Secrets): Promise<Map<string, ClientCertificate>> {
  const found = new Map<string, ClientCertificate>();
  for (const name of await secrets.names()) {
    if (!name.startsWith(clientCertificatePrefix)) continue;
    const certificate = await readSecret(secrets, name, clientCertificateSchema);
    if (certificate !== null) found.set(name.slice(clientCertificatePrefix.length), certificate);
  }
  return found;
}

async function readSecret<T>(secrets: Secrets, name: string, schema: z.ZodType<T>): Promise<T | null> {
  try {
    const saved = await secrets.get(name);
    return saved === null ? null : schema.parse(JSON.parse(saved));
  } catch {
    // Without the cause: parsers quote what they found. As `auth`, because entering it again is what helps.
    throw new DockerCommsError(
      'auth',
      'What was saved for the network cannot be read. Enter it again under Settings → Network.',
      { detail: { secret: name, reason: 'network-unreadable' } },
    );
  }
}

/** Without the port that the scheme has anyway. */
function hostAsInUrl(scheme: 'http' | 'https', host: string): string {
  return new URL(`${scheme}://${host}`).host;
}
