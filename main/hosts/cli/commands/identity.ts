import { systemClock } from '../../../base/clock.ts';
import { DockerCommsError } from '../../../base/errors.ts';
import { OwnKeys } from '../../../messenger/trust/own-keys.ts';
import { formatRepositoryReference, parseRepositoryReference } from '../../../oci/reference.ts';
import { parseIdentity } from '../../../protocol/identity.ts';
import { acquireHome } from '../../../store/home-lock.ts';
import type { Account } from '../../../store/accounts.ts';
import type { Store } from '../../../store/store.ts';
import { parseProfile } from '../../../trust/profile.ts';
import type { VerifyingKey } from '../../../trust/signing-key.ts';
import { homeFolder } from '../../places.ts';
import type { CliContext } from '../context.ts';
import { HomeTrust } from '../home-trust.ts';
import { printable } from '../terminal.ts';

export interface IdentityCreateOptions {
  /** The mailbox of this identity. */
  readonly repo: string;
  readonly json: boolean;
}

export interface IdentityShowOptions {
  readonly pem: boolean;
  readonly json: boolean;
}

/**
 * `dockercomms identity create`: an account of the home with a key of its own, sealed in the home's vault: the same that
 * the messenger makes. Fails `invalid` when the home has this identity, `conflict` while a messenger runs on the home.
 */
export async function createIdentity(
  context: CliContext,
  name: string,
  { repo, json }: IdentityCreateOptions,
): Promise<void> {
  const identity = parseIdentity(name);
  const repository = formatRepositoryReference(parseRepositoryReference(repo));
  const lock = await acquireHome(homeFolder());
  try {
    const store = await context.store();
    requireNew(store, identity);
    const createdAt = systemClock.now();
    const login = { kind: 'registry', loginKind: 'none', username: null } as const;
    const account = store.accounts.insert({ identity, repository, ...login, createdAt });
    const { verifying } = await (await ownKeys(context)).signingKey(account.id);
    const { fingerprint } = verifying;
    const text = `${printable(identity)} signs with ${fingerprint} and is written to at ${repository}.`;
    context.terminal.out(json ? JSON.stringify({ identity, repository, fingerprint }) : text);
  } finally {
    await lock.release();
  }
}

/** Fails `invalid`. */
export function requireNew({ accounts }: Store, identity: string): void {
  if (!accounts.list().some((account) => account.identity === identity)) return;
  throw new DockerCommsError('invalid', 'This home has this identity already: “identity show” shows it.');
}

/** `dockercomms identity show`: the home's identities with their keys, or one of them. Fails `invalid` for none. */
export async function showIdentity(
  context: CliContext,
  name: string | undefined,
  { pem, json }: IdentityShowOptions,
): Promise<void> {
  const accounts = name === undefined ? await context.accounts() : [await context.account(name)];
  if (accounts.length === 0) {
    throw new DockerCommsError(
      'invalid',
      'This home has no identity. Make one with “dockercomms identity create”.',
    );
  }
  const shown = await Promise.all(accounts.map((account) => identityOf(context, account)));
  if (json) context.terminal.out(JSON.stringify({ identities: shown }));
  else for (const identity of shown) context.terminal.out(pem ? identity.pem : describe(identity));
}

/**
 * `dockercomms identity begin-anew`: a new key in place of one that is lost. Fails `conflict` while the key is there, and while
 * a messenger runs on the home; else as `OwnProfiles.beginAnew`.
 */
export async function beginAnew(context: CliContext, name: string): Promise<void> {
  const account = await context.account(name);
  const lock = await acquireHome(homeFolder());
  try {
    const repository = await context.repository({ repo: account.repository, account: account.id });
    const { ownProfiles, ownKeys } = await HomeTrust.open(context, repository);
    await ownProfiles.beginAnew(account, context.signal);
    const { verifying } = await ownKeys.signingKey(account.id);
    context.terminal.out(
      `${printable(account.identity)} signs with ${verifying.fingerprint} from now on. Whoever knew the old key is warned of it.`,
    );
  } finally {
    await lock.release();
  }
}

interface ShownIdentity {
  readonly identity: string;
  readonly repository: string;
  readonly fingerprint: string;
  /** Fingerprints of all devices in the published profile; this one's alone while there is none. */
  readonly devices: readonly string[];
  readonly published: boolean;
  /** The public key of this device, for `--key` of others. */
  readonly pem: string;
}

async function identityOf(context: CliContext, account: Account): Promise<ShownIdentity> {
  const { verifying } = await (await ownKeys(context)).signingKey(account.id);
  const own = (await context.store()).pins.own(account.id);
  const devices = own === null ? [verifying] : parseProfile(own.document).devices.map(({ key }) => key);
  const { identity, repository } = account;
  return {
    identity,
    repository,
    fingerprint: verifying.fingerprint,
    devices: devices.map(({ fingerprint }) => fingerprint),
    published: own !== null,
    pem: pemOf(verifying),
  };
}

function describe({ identity, repository, fingerprint, devices, published }: ShownIdentity): string {
  const others = devices.filter((device) => device !== fingerprint);
  return [
    `${printable(identity)}  ${repository}`,
    `  this device   ${fingerprint}`,
    ...others.map((device) => `  other device  ${device}`),
    ...(published ? [] : ['  not published yet: the first message or receipt does that']),
  ].join('\n');
}

function pemOf({ key }: VerifyingKey): string {
  return key.export({ format: 'pem', type: 'spki' }).toString().trim();
}

export async function ownKeys(context: CliContext): Promise<OwnKeys> {
  return new OwnKeys({ vault: await context.vault(), accounts: (await context.store()).accounts });
}
