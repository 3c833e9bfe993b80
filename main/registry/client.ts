/** Who is at the other end of a request, and what of this registry is theirs. */
import { registryError } from './errors.ts';
import type { Route } from './routes.ts';

/** Somebody on this computer, who may do everything, or a person who came over the network with a password. */
export type Client = { readonly kind: 'owner' } | Guest;

export interface Guest {
  readonly kind: 'guest';
  readonly name: string;
  /** The one repository that guests see. */
  readonly repository: string;
}

export const owner: Client = { kind: 'owner' };

/** Two requests of one guest share limits, whatever connection they came over. */
export function clientKey(client: Client): string {
  return client.kind === 'owner' ? 'owner' : `guest ${client.name}`;
}

/**
 * What guests may do: read and write in the repository that is shared, and give up uploads of their own. Not delete, and
 * nothing of what else this computer keeps: not even that it is there. Throws `DENIED`.
 */
export function requireRight(client: Client, method: string, route: Route): void {
  if (client.kind === 'owner' || route.kind === 'base') return;
  if (route.name !== client.repository) {
    throw registryError('DENIED', `Only ${client.repository} is shared here.`);
  }
  if (method === 'DELETE' && route.kind !== 'upload') {
    throw registryError('DENIED', 'Only the owner of this registry may delete.');
  }
}

/** Whether a blob may be taken over from `from` (null: from wherever it is) without being sent. */
export function mayMount(client: Client, from: string | null): boolean {
  return client.kind === 'owner' || from === client.repository;
}
