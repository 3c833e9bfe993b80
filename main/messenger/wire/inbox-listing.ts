import { DockerCommsError } from '../../base/errors.ts';
import type { Digest } from '../../base/digest.ts';
import type { OciRepository } from '../../oci/repository.ts';
import { type ReceivedMessage, writtenAt } from '../../protocol/message.ts';
import { inboxPrefix } from '../../protocol/tags.ts';
import { fetchMessages } from './mailbox.ts';

/** A message that is in a mailbox and addressed to the reader; not yet fetched, verified or believed. */
export interface ListedMessage {
  readonly tag: string;
  readonly digest: Digest;
  readonly manifest: Uint8Array;
  readonly message: ReceivedMessage;
}

/** A tag in the reader's inbox that is no message for the reader. */
export interface RefusedTag {
  readonly tag: string;
  readonly digest: Digest | null;
  readonly error: DockerCommsError;
  /** The moment's failure: the tag may turn out to be a message later. */
  readonly transient: boolean;
}

export interface InboxListing {
  /** Oldest first by what the messages say. */
  readonly messages: readonly ListedMessage[];
  readonly refused: readonly RefusedTag[];
}

/** Tags fetched before their messages are handed on: bounds memory however large the mailbox is. */
const tagsAtOnce = 256;

export interface ReadInboxOptions {
  /** Lets through the tags worth fetching: those never seen, or all of them. */
  readonly wanted: (tags: readonly string[]) => readonly string[];
  /** Told every tag that is not of this inbox: one listing serves receipts too. */
  readonly other?: (tag: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * Reads the inbox of `identity`: yields one listing for every few hundred tags that `wanted` lets through. What a tag
 * says is not believed; the manifest must name the reader itself (protocol, section 3).
 */
export async function* readInbox(
  repository: OciRepository,
  identity: string,
  { wanted, other, signal }: ReadInboxOptions,
): AsyncGenerator<InboxListing> {
  const prefix = inboxPrefix(identity);
  let tags: string[] = [];
  for await (const tag of repository.tags(signal ? { signal } : {})) {
    if (!tag.startsWith(prefix)) {
      other?.(tag);
      continue;
    }
    tags.push(tag);
    if (tags.length < tagsAtOnce) continue;
    yield await readTags(repository, identity, wanted(tags), signal);
    tags = [];
  }
  const rest = wanted(tags);
  if (rest.length > 0) yield await readTags(repository, identity, rest, signal);
}

async function readTags(
  repository: OciRepository,
  identity: string,
  tags: readonly string[],
  signal: AbortSignal | undefined,
): Promise<InboxListing> {
  const messages: ListedMessage[] = [];
  const refused: RefusedTag[] = [];
  for (const fetched of await fetchMessages(repository, tags, signal)) {
    const { tag, digest } = fetched;
    if (fetched.kind === 'failure') {
      refused.push({ tag, digest, error: fetched.error, transient: fetched.transient });
    } else if (fetched.value.recipient !== identity) {
      refused.push({ tag, digest, error: notForReader(fetched.value.recipient), transient: false });
    } else {
      messages.push({ tag, digest: fetched.digest, manifest: fetched.bytes, message: fetched.value });
    }
  }
  messages.sort((a, b) => writtenAt(a.message) - writtenAt(b.message));
  return { messages, refused };
}

function notForReader(recipient: string): DockerCommsError {
  return new DockerCommsError(
    'protocol',
    'The message lies in this inbox but is addressed to somebody else.',
    {
      detail: { recipient: recipient.slice(0, 200) },
    },
  );
}
