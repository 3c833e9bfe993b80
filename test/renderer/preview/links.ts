/** What the scripted engine knows of links. */
import type { LinkView } from '../../../preload/contract/brought.ts';
import type { InviteView } from '../../../preload/contract/identity.ts';
import type { Talk } from './scenes.ts';
import { Refusal } from './refusal.ts';

export const invitation =
  'dockercomms:invite?v=1&repo=registry.example.com%2Fteam%2Fmessages&id=alice%40example.com&key=PdJgzkYQy1n0pAq9hE0Jt1mN2c6bq7u3v5wXz8r4s6U';

/** Null: no invitation. Only `registry.example.com` can be reached with the account that is there. */
export function invitationFor(link: string, accountId: string | null): InviteView | null {
  if (!link.trim().startsWith('dockercomms:invite?')) return null;
  const fields = new URLSearchParams(link.trim().slice('dockercomms:invite?'.length));
  const [repository, identity] = [fields.get('repo'), fields.get('id')];
  if (repository === null || identity === null) return null;
  const host = repository.split('/')[0] ?? '';
  const reached = host === 'registry.example.com' ? accountId : null;
  return {
    identity,
    repository,
    host,
    accountId: reached,
    certificate: fields.has('tls') ? 'ab'.repeat(32) : null,
  };
}

export function readInvitation(link: string, accountId: string | null): InviteView {
  const read = invitationFor(link, accountId);
  if (read === null) throw new Refusal('invalid', 'This is not an invitation of DockerComms.');
  return read;
}

export function linkTo(talk: Talk): string {
  return `dockercomms:conversation?v=1&id=${encodeURIComponent(talk.person.identity)}`;
}

export function readLink(link: string, talks: readonly Talk[], accountId: string | null): LinkView {
  const [, query] = /^dockercomms:conversation\?(?<query>.*)$/u.exec(link.trim()) ?? [];
  if (query === undefined) return { kind: 'invitation', invitation: readInvitation(link, accountId) };
  const fields = new URLSearchParams(query);
  const identity = fields.get('id');
  if (identity === null) throw new Refusal('invalid', 'This is not a link to a conversation of DockerComms.');
  const there = talks.find(({ person }) => person.identity === identity);
  return {
    ...{ kind: 'conversation', identity },
    mailbox: fields.get('repo'),
    conversationId: there?.id ?? null,
  };
}
