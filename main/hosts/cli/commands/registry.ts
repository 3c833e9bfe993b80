import { isIP } from 'node:net';
import { join } from 'node:path';
import { DockerCommsError } from '../../../base/errors.ts';
import { limits } from '../../../base/limits.ts';
import type { Network } from '../../../registry/network.ts';
import { startRegistry } from '../../../registry/server.ts';
import { homeFolder } from '../../places.ts';
import type { CliContext } from '../context.ts';

export interface RegistryOptions {
  readonly listen: string;
  readonly data?: string;
  /** Where people on the network reach it. */
  readonly network?: string;
  /** The one repository that they see. */
  readonly share: string;
  readonly quotaBytes?: number;
  readonly invite: readonly string[];
  readonly revoke: readonly string[];
}

/**
 * `dockercomms registry`: serves the embedded registry until it is interrupted: on loopback without a login, and, where
 * asked to, on the network over TLS for those who were invited.
 */
export async function registry(context: CliContext, options: RegistryOptions): Promise<void> {
  const { terminal, signal } = context;
  const { host, port } = parseListen(options.listen);
  const network = options.network === undefined ? null : parseNetwork(options.network);
  const folder = options.data ?? join(homeFolder(), 'registry');
  const running = await startRegistry({ folder, host, port });
  try {
    await changePeople(context, running.network, options);
    terminal.out(`Registry on http://${running.host} (this computer only). Ctrl+C ends it.`);
    if (network !== null) await openToNetwork(context, running.network, { ...options, ...network });
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  } finally {
    await running.close();
  }
}

/** Revoked first: who is to have a new password is revoked and invited in one go. */
async function changePeople(
  { terminal }: CliContext,
  network: Network,
  { revoke, invite }: RegistryOptions,
): Promise<void> {
  for (const name of revoke) {
    await network.revoke(name);
    terminal.out(`${name}: revoked.`);
  }
  for (const name of invite) {
    const { password } = await network.invite(name);
    terminal.out(`${name}: ${password} (shown this once)`);
  }
}

async function openToNetwork(
  { terminal }: CliContext,
  network: Network,
  options: RegistryOptions & { readonly address: string | null; readonly port: number },
): Promise<void> {
  const { address, port, share, quotaBytes = null } = options;
  const { hosts, fingerprint } = await network.open({ address, port, repository: share, quotaBytes });
  for (const host of hosts) terminal.out(`On the network: ${host}/${share}`);
  terminal.out(`Fingerprint of its certificate (SHA-256): ${fingerprint}`);
  if (network.people().length === 0) terminal.err('Nobody is invited yet: see --invite.');
}

function parseListen(text: string): { readonly host: '127.0.0.1'; readonly port: number } {
  const match = /^(?:127\.0\.0\.1|localhost):(\d{1,5})$/u.exec(text);
  const port = Number(match?.[1]);
  if (match === null || port > limits.port) {
    throw new DockerCommsError(
      'invalid',
      'Without a password, this computer only: 127.0.0.1:PORT. See --network.',
      { detail: { listen: text.slice(0, limits.detailCharacters) } },
    );
  }
  return { host: '127.0.0.1', port };
}

/** `192.168.1.5:5443`, `[fd00::5]:5443`, or `:5443` for every address of this computer. */
function parseNetwork(text: string): { readonly address: string | null; readonly port: number } {
  const [, bracketed, plain = '', digits] = /^(?:\[([^\]]+)\]|([^:]*)):(\d{1,5})$/u.exec(text) ?? [];
  const address = bracketed ?? plain;
  const port = Number(digits);
  if (digits === undefined || port > limits.port || (address !== '' && isIP(address) === 0)) {
    throw new DockerCommsError('invalid', 'The network is ADDRESS:PORT, or :PORT for every address.', {
      detail: { network: text.slice(0, limits.detailCharacters) },
    });
  }
  return { address: address === '' ? null : address, port };
}
