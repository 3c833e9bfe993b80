import type { PersonView } from '../../../preload/contract/people.ts';
import { DockerCommsError } from '../../base/errors.ts';
import { formatRepositoryReference, parseRepositoryReference } from '../../oci/reference.ts';
import { lookAlikeOf } from '../../protocol/look-alike.ts';
import { safetyNumber } from '../../trust/safety-number.ts';
import { personView } from '../views.ts';
import type { EngineServices, HandlersOf } from './services.ts';

export function peopleRequests({ context, accounts }: EngineServices): HandlersOf<'people'> {
  const { store, events, knownKeys, ownProfiles } = context;
  const view = (personId: string): PersonView => {
    const person = store.people.get(personId);
    if (person === null) throw noLongerHere();
    return personView(person, knownKeys.trustOf);
  };
  return {
    'people.list': () => {
      const trustOf = knownKeys.trustOfEverybody();
      return store.people.list().map((person) => personView(person, trustOf));
    },
    'people.update': ({ personId, name, mailbox, declineProposal }) => {
      const proposed = store.people.get(personId)?.proposedMailbox ?? null;
      const changed = store.people.update(personId, {
        ...(name !== undefined && { name: name === '' ? null : name }),
        ...(mailbox !== undefined && { mailbox: canonicalMailbox(mailbox), proposedMailbox: null }),
        ...(declineProposal === true && { proposedMailbox: null, declinedMailbox: proposed }),
      });
      if (!changed) throw noLongerHere();
      events.emit({ type: 'people.changed' });
      return view(personId);
    },
    'people.lookAlike': ({ identity }) =>
      lookAlikeOf(identity, [
        ...accounts.list().map((account) => account.identity),
        ...store.people.letIn().map((person) => person.identity),
      ]),
    'people.safetyNumber': async ({ accountId, personId }) => {
      const { identity } = accounts.get(accountId);
      const theirs = knownKeys.keysOf(personId);
      const own = { identity, keys: await ownProfiles.devices(accountId) };
      const other = { identity: view(personId).identity, keys: theirs };
      return { digits: safetyNumber(own, other), devices: theirs.length };
    },
    'people.setVerified': ({ personId, verified }) => {
      knownKeys.setVerified(personId, verified);
      return view(personId);
    },
    'people.acceptChange': ({ personId, keys }) => {
      knownKeys.acceptChange(personId, keys);
      return view(personId);
    },
  };
}

function noLongerHere(): DockerCommsError {
  return new DockerCommsError('not-found', 'This person is no longer here.');
}

/** The mailbox as it is stored: canonical, or null for one's own repository. Fails `invalid`. */
export function canonicalMailbox(mailbox: string | null): string | null {
  return mailbox === null ? null : formatRepositoryReference(parseRepositoryReference(mailbox));
}
