import type { MessageView } from '../../preload/contract/messages.ts';
import { format, words } from '../locales/en.ts';
import type { Fact } from '../ui/fact.ts';

/** What a person wants to know about a message. */
export function messageFacts(message: MessageView): readonly Fact[] {
  const { content, details } = message;
  const facts: Fact[] = [
    { label: words.details.sender, value: message.author },
    { label: words.details.writtenAt, value: momentOr(message.writtenAt, words.details.unknown) },
  ];
  if (message.direction === 'incoming') {
    facts.push({ label: words.details.seenAt, value: format.moment(message.at) });
  }
  if (content.kind === 'file') {
    facts.push({ label: words.details.size, value: format.size(content.bytes) });
    facts.push({ label: words.details.type, value: content.folder ? words.file.folder : content.mediaType });
  }
  facts.push({ label: words.details.expires, value: momentOr(details.expiresAt, words.details.unknown) });
  if (message.failure !== null) facts.push({ label: words.details.errorCode, value: message.failure.code });
  return facts;
}

/** The format's own words, for whoever looks at the registry with another tool. */
export function registryFacts({ details }: MessageView): readonly Fact[] {
  const exact = (label: string, value: string | null): Fact =>
    value === null ? { label, value: words.details.none } : { label, value, exact: true };
  return [
    exact(words.details.repository, details.repository),
    exact(words.details.tag, details.tag),
    exact(words.details.digest, details.digest),
    exact(words.details.messageId, details.messageId),
    { label: words.details.compression, value: details.compression ?? words.details.none },
    {
      label: words.details.chunks,
      value: details.chunks === null ? words.details.unknown : format.number(details.chunks),
    },
  ];
}

function momentOr(at: number | null, otherwise: string): string {
  return at === null ? otherwise : format.moment(at);
}
