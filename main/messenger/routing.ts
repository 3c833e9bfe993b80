import { formatRepositoryReference, isLoopbackHost, parseRepositoryReference } from '../oci/reference.ts';
import type { Account } from '../store/accounts.ts';
import type { LocalNetwork } from './local-network.ts';

/**
 * Where a message to somebody is put (protocol, "Routing"). Others know the registry of this computer by its address on
 * the network; from here it is reached by loopback, whatever they called it.
 */
export function mailboxFor(account: Account, theirs: string | null, network: LocalNetwork): string {
  if (theirs === null) return account.repository;
  const canonical = formatRepositoryReference(parseRepositoryReference(theirs));
  const isHere = account.kind === 'this-computer' && network.addresses().includes(canonical);
  return isHere ? account.repository : theirs;
}

/**
 * What a message that lies in `mailbox` says about where its answers go: null where that is beside it, or where nobody
 * else can reach it. No loopback address is ever announced: on another computer it would mean that computer.
 */
export function announcedMailbox(account: Account, mailbox: string, network: LocalNetwork): string | null {
  const own = account.kind === 'this-computer' ? (network.addresses()[0] ?? null) : account.repository;
  if (own === null || isSame(account.repository, mailbox)) return null;
  return isLoopbackHost(parseRepositoryReference(own).host) ? null : own;
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => formatRepositoryReference(parseRepositoryReference(text)));
  return a === b;
}
