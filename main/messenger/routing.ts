import { formatRepositoryReference, isLoopbackHost, parseRepositoryReference } from '../oci/reference.ts';
import type { Account } from '../store/accounts.ts';
import type { Person } from '../store/people.ts';
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

/** Where others write to this account: its likeliest address on the network, if it lives on this computer and is open to it. */
export function outsideMailbox(account: Pick<Account, 'kind' | 'repository'>, network: LocalNetwork): string {
  return (account.kind === 'this-computer' ? network.addresses()[0] : undefined) ?? account.repository;
}

/**
 * What a message that lies in `mailbox` says about where its answers go: null where that is beside it, or where nobody
 * else can reach it. No loopback address is ever announced: on another computer it would mean that computer.
 */
export function announcedMailbox(account: Account, mailbox: string, network: LocalNetwork): string | null {
  if (isSame(account.repository, mailbox)) return null;
  const own = outsideMailbox(account, network);
  return isLoopbackHost(parseRepositoryReference(own).host) ? null : own;
}

/** What a signed message that names its author's mailbox changes. */
export type ToldMailbox = { readonly mailbox: string } | { readonly proposedMailbox: string };

/**
 * What follows when `person`, and nobody else, said in a signed message to `account` that they are written to at `told`
 * (protocol, "Routing"); null: nothing. On the account's own host it is taken, unless somebody chose another repository for
 * them: no login goes anywhere new. Any other host has to be agreed to first, and a loopback address means another computer.
 */
export function toldMailbox(
  account: Account,
  person: Pick<Person, 'mailbox' | 'declinedMailbox'>,
  told: string,
  network: LocalNetwork,
): ToldMailbox | null {
  const mailbox = canonical(told);
  if (mailbox === null) return null;
  const { host } = parseRepositoryReference(mailbox);
  const current = mailboxFor(account, person.mailbox, network);
  if (isLoopbackHost(host) || isSame(mailboxFor(account, mailbox, network), current)) return null;
  const isOwnHost = host === parseRepositoryReference(account.repository).host;
  if (isOwnHost && person.mailbox === null) return { mailbox };
  return mailbox === person.declinedMailbox ? null : { proposedMailbox: mailbox };
}

/** As it is written by us: nothing that asks for plain HTTP, or that a person might have typed. Null for anything else. */
function canonical(told: string): string | null {
  try {
    const reference = formatRepositoryReference(parseRepositoryReference(told));
    return reference === told ? told : null;
  } catch {
    return null;
  }
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => formatRepositoryReference(parseRepositoryReference(text)));
  return a === b;
}
