import {
  type DockerCommsError,
  DockerCommsError as Failure,
  toDockerCommsError,
} from '../../../base/errors.ts';
import type { Digest } from '../../../base/digest.ts';
import { limits } from '../../../base/limits.ts';
import { ListedTags } from '../../../messenger/inbox/listed-tags.ts';
import { type ListedMessage, readInbox } from '../../../messenger/wire/inbox-listing.ts';
import { messageDescriptor } from '../../../messenger/wire/publish.ts';
import type { OciRepository } from '../../../oci/repository.ts';
import { formatRepositoryReference } from '../../../oci/reference.ts';
import { isExpired } from '../../../protocol/expiry.ts';
import { parseIdentity } from '../../../protocol/identity.ts';
import { MemoryBudget } from '../../../transfer/memory-budget.ts';
import { discardPartial, partialOf } from '../../../transfer/partial-file.ts';
import { receivePayload } from '../../../transfer/receive.ts';
import type { Delivered } from '../../../store/delivered.ts';
import { ensureHome } from '../../../store/home.ts';
import { Authorship, type BelieveOptions, requireFrom } from '../authorship.ts';
import type { CliContext, RepositoryChoice } from '../context.ts';
import { type ExitCode, exitCodeOf, exitCodes, worstExitCode } from '../exit-codes.ts';
import { homeFolder } from '../../places.ts';
import { ReceiptWriter } from '../receipt-writer.ts';
import { describeError, printable, progressLine, readableBytes } from '../terminal.ts';
import { UnfinishedDownloads } from '../unfinished.ts';

export interface RecvOptions extends RepositoryChoice, BelieveOptions {
  readonly verify: boolean;
  readonly me: string;
  readonly out: string;
  readonly since?: Date;
  readonly max?: number;
  readonly all: boolean;
  readonly includeExpired: boolean;
  readonly writeReceipt: boolean;
  readonly json: boolean;
}

interface Received {
  readonly digest: Digest;
  readonly tag: string;
  readonly sender: string;
  readonly filename: string;
  readonly path: string;
  readonly bytes: number;
  readonly verified: boolean;
}

interface Rejected {
  readonly digest: Digest | null;
  readonly tag: string;
  readonly reason: string;
}

/**
 * `dockercomms recv`: saves what is in the inbox of `--me`, was not delivered before, and is proven to be by its sender.
 * One bad message never stops the others; the exit code is the worst of what happened.
 */
export async function recv(context: CliContext, options: RecvOptions): Promise<ExitCode> {
  requireFrom(options);
  const repository = await context.repository(options);
  const home = await ensureHome(homeFolder());
  const unfinished = await UnfinishedDownloads.open(home, Date.now());
  const parts: Parts = {
    context,
    repository,
    delivered: (await context.store()).delivered,
    authorship: options.verify ? await Authorship.open(context, repository, { believe: options }) : null,
    receipts: new ReceiptWriter(context, repository),
    unfinished,
  };
  const run = new ReceiveRun(parts, options);
  try {
    await run.receiveAll();
  } finally {
    unfinished.close();
  }
  run.report();
  return worstExitCode(run.codes);
}

interface Parts {
  readonly context: CliContext;
  readonly repository: OciRepository;
  readonly delivered: Delivered;
  /** Null: whoever claims to have written something is taken at their word. */
  readonly authorship: Authorship | null;
  readonly receipts: ReceiptWriter;
  readonly unfinished: UnfinishedDownloads;
}

class ReceiveRun {
  readonly codes: ExitCode[] = [exitCodes.success];
  readonly #parts: Parts;
  readonly #options: RecvOptions;
  readonly #me: string;
  readonly #repositoryName: string;
  readonly #budget = new MemoryBudget(limits.transferMemoryBytes);
  readonly #listed = new ListedTags();
  readonly #received: Received[] = [];
  readonly #rejected: Rejected[] = [];
  readonly #digestsById = new Map<string, Digest>();
  #expired = 0;

  constructor(parts: Parts, options: RecvOptions) {
    this.#parts = parts;
    this.#options = options;
    this.#me = parseIdentity(options.me);
    this.#repositoryName = formatRepositoryReference(parts.repository.reference);
  }

  async receiveAll(): Promise<void> {
    for await (const listing of readInbox(this.#parts.repository, this.#me, {
      wanted: (tags) => tags,
      other: (tag) => this.#listed.offer(tag),
      signal: this.#parts.context.signal,
    })) {
      for (const { tag, digest, error } of listing.refused) this.#reject(tag, digest, error);
      for (const listed of listing.messages) if (this.#wasDelivered(listed)) this.#noteDelivered(listed);
      for (const listed of listing.messages) {
        if (this.#received.length >= (this.#options.max ?? Infinity)) return;
        if (this.#isWanted(listed)) await this.#receive(listed);
      }
    }
  }

  report(): void {
    const { terminal } = this.#parts.context;
    if (this.#options.json) {
      terminal.out(JSON.stringify({ received: this.#received, rejected: this.#rejected }));
      return;
    }
    for (const { sender, path, bytes, verified } of this.#received) {
      const proof = verified ? 'verified' : 'not verified';
      terminal.out(`From ${printable(sender)} (${proof}): ${printable(path)} (${readableBytes(bytes)})`);
    }
    for (const { tag, reason } of this.#rejected) terminal.err(`Refused ${tag}: ${reason}`);
    if (this.codes.includes(exitCodes.verificationFailed) && this.#options.verify) {
      terminal.err('What nobody proved was not saved; --no-verify saves it all the same.');
    }
    if (this.#expired > 0) terminal.err(`${this.#expired} expired; --include-expired delivers them.`);
    if (this.#received.length === 0) terminal.err('Nothing new.');
  }

  #isWanted(listed: ListedMessage): boolean {
    const { message } = listed;
    const { since, all, includeExpired } = this.#options;
    if (since !== undefined && message.createdAt < since) return false;
    if (!all && this.#wasDelivered(listed)) return false;
    const now = Date.now();
    const expired = isExpired(
      { createdAt: message.createdAt, firstSeenAt: now, ttlSeconds: message.ttlSeconds },
      now,
    );
    if (!expired || includeExpired) return true;
    this.#expired += 1;
    return false;
  }

  #wasDelivered({ digest }: ListedMessage): boolean {
    return this.#parts.delivered.has(this.#repositoryName, this.#me, digest);
  }

  async #receive(listed: ListedMessage): Promise<void> {
    const { tag, digest, message } = listed;
    const { signal, terminal } = this.#parts.context;
    const onProgress = progressLine(message.filename, terminal.interactive && !this.#options.json);
    const { out } = this.#options;
    const place = { repository: this.#repositoryName, me: this.#me, digest, out };
    const journalPath = this.#parts.unfinished.journalOf(place);
    try {
      this.#refuseConflict(listed);
      const verified = await this.#verify(listed);
      const saved = await receivePayload(message, this.#parts.repository, {
        folder: out,
        filename: message.filename,
        journalPath,
        parallel: limits.chunksAtOnce,
        budget: this.#budget,
        signal,
        ...(onProgress && { onProgress }),
      });
      this.#noteDelivered(listed);
      this.#parts.delivered.add({ repository: this.#repositoryName, me: this.#me, digest, at: Date.now() });
      const { sender, filename } = message;
      this.#received.push({
        digest,
        tag,
        sender,
        filename,
        path: saved.path,
        bytes: saved.bytes,
        verified,
      });
      if (this.#options.writeReceipt) await this.#writeReceipt(listed, verified);
    } catch (thrown) {
      const error = toDockerCommsError(thrown);
      if (journalPath !== undefined) await this.#keepWhatCame(error, journalPath, message.filename);
      if (error.code === 'cancelled') throw error;
      this.#reject(tag, digest, error);
    }
  }

  /** Of what follows the format: of bytes that break it nothing is of any use. */
  async #keepWhatCame(error: DockerCommsError, journalPath: string, filename: string): Promise<void> {
    if (error.code === 'protocol') {
      await discardPartial(journalPath).catch(() => undefined);
      return;
    }
    const { bytes = 0 } = (await partialOf(journalPath)) ?? {};
    if (bytes === 0) return;
    const what = `${readableBytes(bytes)} of ${printable(filename)}`;
    this.#parts.context.terminal.err(`${what} are kept: the same command goes on there.`);
  }

  /** Before a byte of the payload is asked for. False where nobody is to verify; fails where it is not proven. */
  async #verify({ message, manifest, digest }: ListedMessage): Promise<boolean> {
    const { authorship } = this.#parts;
    if (authorship === null) return false;
    await authorship.ofMessage(message, manifest, { tags: this.#listed.bundlesOf(digest) });
    return true;
  }

  /** Same sender and id with another digest: the first accepted stands (protocol, section 3). */
  #refuseConflict(listed: ListedMessage): void {
    const first = this.#digestsById.get(keyOf(listed));
    if (first === undefined || first === listed.digest) return;
    throw new Failure('conflict', 'Another message with the same sender and number was delivered first.');
  }

  /** Only what was delivered stands: a number on bad bytes must not hide the real message. */
  #noteDelivered(listed: ListedMessage): void {
    const key = keyOf(listed);
    if (!this.#digestsById.has(key)) this.#digestsById.set(key, listed.digest);
  }

  /** The payload is saved: a receipt that cannot be written is said, and does not undo the delivery. */
  async #writeReceipt({ manifest, message }: ListedMessage, verified: boolean): Promise<void> {
    try {
      await this.#parts.receipts.write(message, messageDescriptor(manifest), {
        status: 'accepted',
        verified,
      });
    } catch (error) {
      this.codes.push(exitCodeOf(error));
      this.#parts.context.terminal.err(`The receipt could not be written: ${describeError(error)}`);
    }
  }

  #reject(tag: string, digest: Digest | null, error: DockerCommsError): void {
    this.codes.push(exitCodeOf(error));
    this.#rejected.push({ digest, tag, reason: `${error.code}: ${describeError(error)}` });
  }
}

function keyOf({ message }: ListedMessage): string {
  return JSON.stringify([message.sender, message.messageId]);
}
