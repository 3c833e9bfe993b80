import { DockerCommsError } from '../../base/errors.ts';
import type { Digest } from '../../base/digest.ts';
import { MiB, limits } from '../../base/limits.ts';
import type { OciRepository } from '../../oci/repository.ts';
import { type ReceivedMessage, writtenAt } from '../../protocol/message.ts';
import { inboxPrefix } from '../../protocol/tags.ts';
import { type Fetched, messageWindow } from './mailbox.ts';

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

/** Tags that are asked about at once: few at first, so that fetching begins with the first page of a listing. */
const tagsAtOnce = { first: 16, most: 256 } as const;
/** Messages handed on together: bounds memory however large the mailbox is. */
const messagesAtOnce = 256;
/** Bytes of their manifests, likewise: two of the largest that are read. */
const manifestBytesAtOnce = 16 * MiB;
/** Failures of the moment, and nothing else, after which it is not worth while to wait for more to say so. */
const failuresAtOnce = 32;

export interface ReadInboxOptions {
  /** Lets through the tags worth fetching: those never seen, or all of them. */
  readonly wanted: (tags: readonly string[]) => readonly string[];
  /** Told every tag that is not of this inbox: one listing serves receipts too. */
  readonly other?: (tag: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads the inbox of `identity`: yields one listing for every few hundred tags that `wanted` lets through, day by day.
 * While tags are still listed the first messages are fetched already, but in order they come only when all tags are
 * known. What a tag says is not believed; the manifest must name the reader itself (protocol, section 3).
 */
export async function* readInbox(
  repository: OciRepository,
  identity: string,
  options: ReadInboxOptions,
): AsyncGenerator<InboxListing> {
  const window = messageWindow(repository, options.signal);
  try {
    const found = await listWanted(repository, identity, options, (tag) => window.offer(tag));
    // Registries list in any order; the day stands first in what is left of a tag.
    yield* inBatches(identity, window.take([...found].sort()));
  } finally {
    window.close();
  }
}

/** The inbox's tags that `wanted` lets through; `onFound` is told of each as soon as it is known. */
async function listWanted(
  repository: OciRepository,
  identity: string,
  { wanted, other, signal }: ReadInboxOptions,
  onFound: (tag: string) => void,
): Promise<ReadonlySet<string>> {
  const prefix = inboxPrefix(identity);
  const found = new Set<string>();
  let tags: string[] = [];
  let enough: number = tagsAtOnce.first;
  const ask = (): void => {
    for (const tag of wanted(tags)) {
      found.add(tag);
      onFound(tag);
    }
    tags = [];
    enough = Math.min(2 * enough, tagsAtOnce.most);
  };
  for await (const tag of repository.tags({ signal })) {
    if (!tag.startsWith(prefix)) other?.(tag);
    else if (tags.push(tag) >= enough) ask();
  }
  ask();
  return found;
}

async function* inBatches(
  identity: string,
  messages: AsyncIterable<Fetched<ReceivedMessage>>,
): AsyncGenerator<InboxListing> {
  let batch = new Batch(identity);
  for await (const fetched of messages) {
    batch.add(fetched);
    if (!batch.isFull) continue;
    yield batch.listing();
    batch = new Batch(identity);
  }
  if (!batch.isEmpty) yield batch.listing();
}

class Batch {
  readonly #identity: string;
  readonly #messages: ListedMessage[] = [];
  readonly #refused: RefusedTag[] = [];
  #bytes = 0;
  #failures = 0;

  constructor(identity: string) {
    this.#identity = identity;
  }

  get isEmpty(): boolean {
    return this.#messages.length + this.#refused.length === 0;
  }

  get isFull(): boolean {
    const failing = this.#messages.length === 0 && this.#failures >= failuresAtOnce;
    const messages = this.#messages.length + this.#refused.length;
    return failing || messages >= messagesAtOnce || this.#bytes >= manifestBytesAtOnce;
  }

  add(fetched: Fetched<ReceivedMessage>): void {
    const { tag, digest } = fetched;
    if (fetched.kind === 'failure') {
      this.#refused.push({ tag, digest, error: fetched.error, transient: fetched.transient });
      if (fetched.transient) this.#failures += 1;
    } else if (fetched.value.recipient !== this.#identity) {
      this.#refused.push({ tag, digest, error: notForReader(fetched.value.recipient), transient: false });
    } else {
      this.#messages.push({ tag, digest: fetched.digest, manifest: fetched.bytes, message: fetched.value });
      this.#bytes += fetched.bytes.byteLength;
    }
  }

  listing(): InboxListing {
    this.#messages.sort((a, b) => writtenAt(a.message) - writtenAt(b.message));
    return { messages: this.#messages, refused: this.#refused };
  }
}

function notForReader(recipient: string): DockerCommsError {
  return new DockerCommsError(
    'protocol',
    'The message lies in this inbox but is addressed to somebody else.',
    {
      detail: { recipient: recipient.slice(0, limits.detailCharacters) },
    },
  );
}
