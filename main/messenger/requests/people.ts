import { DockerCommsError } from '../../base/errors.ts';
import { formatRepositoryReference, parseRepositoryReference } from '../../oci/reference.ts';
import { personView } from '../views.ts';
import type { EngineServices, HandlersOf } from './services.ts';

export function peopleRequests({ context }: EngineServices): HandlersOf<'people'> {
  const { store, events } = context;
  return {
    'people.list': () => store.people.list().map(personView),
    'people.update': ({ personId, name, mailbox }) => {
      const changed = store.people.update(personId, {
        ...(name !== undefined && { name: name === '' ? null : name }),
        ...(mailbox !== undefined && { mailbox: canonicalMailbox(mailbox) }),
      });
      const person = store.people.get(personId);
      if (!changed || person === null)
        throw new DockerCommsError('not-found', 'This person is no longer here.');
      events.emit({ type: 'people.changed' });
      return personView(person);
    },
  };
}

/** The mailbox as it is stored: canonical, or null for one's own repository. Fails `invalid`. */
export function canonicalMailbox(mailbox: string | null): string | null {
  return mailbox === null ? null : formatRepositoryReference(parseRepositoryReference(mailbox));
}
