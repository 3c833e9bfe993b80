/**
 * Links to a conversation (protocol, section 6): they name somebody, and prove nothing. Who follows one is shown the
 * conversation that is there, or the form for a new one; nothing is started, accepted, changed or sent by it.
 * Must-fail vectors: test/trust/conversation-link.test.ts.
 */
import { DockerCommsError } from '../base/errors.ts';
import { formatRepositoryReference, type RepositoryReference } from '../oci/reference.ts';
import { type LinkFailures, linkIdentity, linkRepository, readLink, writeLink } from './link-fields.ts';

export interface ConversationLink {
  readonly identity: string;
  /** Where they are written to, for somebody who does not know them yet. */
  readonly repository?: RepositoryReference;
}

const what = 'conversation';
const fieldNames = ['id', 'repo'];

const failures: LinkFailures = {
  refused: () =>
    new DockerCommsError('invalid', 'This is not a link to a conversation in DockerComms, or it is damaged.'),
  newer: () => new DockerCommsError('unsupported', 'This link was made by a newer version of DockerComms.'),
};

/** The link. Throws `invalid` for an identity that `parseConversationLink` would refuse. */
export function buildConversationLink({ identity, repository }: ConversationLink): string {
  const link = writeLink(what, [
    ['id', identity],
    ['repo', repository === undefined ? undefined : formatRepositoryReference(repository)],
  ]);
  parseConversationLink(link);
  return link;
}

/** What the link says. Throws `invalid`, or `unsupported` for a later version. */
export function parseConversationLink(text: string): ConversationLink {
  const { id, repo } = readLink(what, text, fieldNames, failures);
  return {
    identity: linkIdentity(id, failures),
    ...(repo === undefined ? {} : { repository: linkRepository(repo, failures) }),
  };
}
