import type { IdentityView, InviteView } from '../../../preload/contract/identity.ts';
import { DockerCommsError } from '../../base/errors.ts';
import { formatRepositoryReference, parseRepositoryReference } from '../../oci/reference.ts';
import type { Account } from '../../store/accounts.ts';
import { buildInvite, type Invite, parseInvite } from '../../trust/invite.ts';
import { parseProfile, type Profile } from '../../trust/profile.ts';
import type { VerifyingKey } from '../../trust/signing-key.ts';
import type { EngineContext } from '../context.ts';
import { outsideMailbox } from '../routing.ts';
import { conversationView } from '../views.ts';
import { addDevice, deviceFileName } from '../trust/add-device.ts';
import { acceptRequest } from '../trust/standing.ts';
import type { EngineServices, HandlersOf } from './services.ts';

export function identityRequests(services: EngineServices): HandlersOf<'identity'> & HandlersOf<'invites'> {
  const { context, accounts } = services;
  return {
    'identity.get': ({ accountId }) => identityView(services, accounts.get(accountId)),
    'identity.restore': async ({ accountId }) => {
      const account = accounts.get(accountId);
      await context.ownProfiles.restore(account);
      return identityView(services, account);
    },
    'identity.beginAnew': async ({ accountId }) => {
      const account = accounts.get(accountId);
      await context.ownProfiles.beginAnew(account);
      // Not awaited: what waited for a key goes on behind the answer.
      void accounts.sync(accountId).catch(() => undefined);
      return identityView(services, accounts.get(accountId));
    },
    'identity.addDevice': async ({ accountId, passphrase }) => {
      const account = accounts.get(accountId);
      if (account.kind === 'this-computer') throw livesHere();
      return { name: deviceFileName(account), text: await addDevice(context, account, passphrase) };
    },
    'identity.removeDevice': async ({ accountId, fingerprint }) => {
      const account = accounts.get(accountId);
      await context.ownProfiles.removeDevice(account, fingerprint);
      return identityView(services, account);
    },
    'identity.acknowledgeDevices': ({ accountId }) => {
      context.ownProfiles.acknowledgeDevices(accounts.get(accountId).id);
      return null;
    },
    'invites.create': async ({ accountId }) => {
      const account = accounts.get(accountId);
      const { verifying } = await context.ownKeys.signingKey(accountId);
      const certificate = certificateOf(context, account);
      const link = buildInvite({
        repository: parseRepositoryReference(outsideMailbox(account, context.localNetwork)),
        identity: account.identity,
        fingerprint: verifying.fingerprint,
        ...(certificate !== null && { certificate }),
      });
      return { link };
    },
    'invites.read': ({ link }) => inviteView(services, parseInvite(link)),
    'invites.follow': ({ accountId, link }) => follow(services, accounts.get(accountId), parseInvite(link)),
  };
}

function livesHere(): DockerCommsError {
  return new DockerCommsError(
    'unsupported',
    'This account lives on this computer, where no other device reaches it. Connect a registry first.',
  );
}

async function identityView({ context, signIns }: EngineServices, { id }: Account): Promise<IdentityView> {
  const { verifying } = await context.ownProfiles.signingKey(id);
  const own = context.store.pins.own(id);
  const profile = own && parseProfile(own.document);
  const isNew = context.ownProfiles.newDevices(id);
  const devices = profile?.devices ?? [{ key: verifying, addedAt: new Date(context.clock.now()) }];
  return {
    fingerprint: verifying.fingerprint,
    devices: devices.map(({ key: { fingerprint }, addedAt }) => ({
      fingerprint,
      addedAt: addedAt.getTime(),
      thisDevice: fingerprint === verifying.fingerprint,
      isNew: isNew.includes(fingerprint),
    })),
    published: profile !== null,
    expiresAt: profile?.expiresAt.getTime() ?? null,
    alarm: context.ownProfiles.alarmOf(id),
    restorable: profile !== null,
    certifiedBy: isSaid(profile, verifying) ? signIns.certifierOf(id, verifying.fingerprint) : null,
  };
}

/** Whether the published profile says that somebody certified this key. */
function isSaid(profile: Profile | null, { fingerprint }: VerifyingKey): boolean {
  const device = profile?.devices.find(({ key }) => key.fingerprint === fingerprint);
  return device?.certification !== undefined;
}

/** What the window is shown of an invitation. */
export function inviteView({ accounts }: EngineServices, invite: Invite): InviteView {
  const { repository, identity, certificate } = invite;
  const sameHost = accounts
    .list()
    .filter((account) => parseRepositoryReference(account.repository).host === repository.host);
  const name = formatRepositoryReference(repository);
  const account = sameHost.find((other) => other.repository === name) ?? sameHost[0];
  return {
    identity,
    repository: name,
    host: repository.host,
    accountId: account?.id ?? null,
    certificate: certificate ?? null,
  };
}

/** What others have to trust this account's registry by, where no authority vouches for it. */
function certificateOf({ localNetwork, pinned }: EngineContext, account: Account): string | null {
  if (account.kind === 'registry') return pinned.ofRepository(account.repository);
  return localNetwork.addresses().length === 0 ? null : localNetwork.status().fingerprint;
}

/** The inviter's key is pinned as verified as soon as their profile is seen with it, and never another one. */
function follow(services: EngineServices, account: Account, invite: Invite) {
  const { context, accounts } = services;
  const { store, clock, events, knownKeys } = context;
  const repository = formatRepositoryReference(invite.repository);
  const now = clock.now();
  const conversation = store.transaction(() => {
    const person = store.people.ensure(invite.identity, now);
    knownKeys.invite(person, invite.fingerprint);
    store.people.update(person.id, { mailbox: repository === account.repository ? null : repository });
    return store.conversations.ensure(account.id, person.id, now);
  });
  if (conversation.standing !== 'accepted') acceptRequest(services, conversation);
  accounts.noteActivity(account.id);
  events.emit({ type: 'people.changed' });
  events.conversationChanged(conversation.id);
  return conversationView(store.conversations.get(conversation.id) ?? conversation, knownKeys.trustOf);
}
