import {
  type DockerCommsError,
  DockerCommsError as Failure,
  toDockerCommsError,
} from '../../../base/errors.ts';
import type { Digest } from '../../../base/digest.ts';
import { limits } from '../../../base/limits.ts';
import { type ListedMessage, readInbox } from '../../../messenger/wire/inbox-listing.ts';
import { messageDescriptor } from '../../../messenger/wire/publish.ts';
import { publishReceipt } from '../../../messenger/wire/receipt.ts';
import type { OciRepository } from '../../../oci/repository.ts';
import { formatRepositoryReference } from '../../../oci/reference.ts';
import { isExpired } from '../../../protocol/expiry.ts';
import { parseIdentity } from '../../../protocol/identity.ts';
import { MemoryBudget } from '../../../transfer/memory-budget.ts';
import { receivePayload } from '../../../transfer/receive.ts';
import type { Delivered } from '../../../store/delivered.ts';
import type { CliContext, RepositoryChoice } from '../context.ts';
import { type ExitCode, exitCodeOf, exitCodes, worstExitCode } from '../exit-codes.ts';
import { describeError, printable, progressLine, readableBytes } from '../terminal.ts';

export interface RecvOptions extends RepositoryChoice {
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
 * `dockercomms recv`: saves what is in the inbox of `--me` and was not delivered before. One bad message never stops
 * the others; the exit code is the worst of what happened.
 */
export async function recv(context: CliContext, options: RecvOptions): Promise<ExitCode> {
  const repository = await context.repository(options);
  const run = new ReceiveRun(context, options, repository, (await context.store()).delivered);
  await run.receiveAll();
  run.report();
  return worstExitCode(run.codes);
}

class ReceiveRun {
  readonly codes: ExitCode[] = [exitCodes.success];
  readonly #context: CliContext;
  readonly #delivered: Delivered;
  readonly #options: RecvOptions;
  readonly #me: string;
  readonly #repository: OciRepository;
  readonly #repositoryName: string;
  readonly #budget = new MemoryBudget(limits.transferMemoryBytes);
  readonly #received: Received[] = [];
  readonly #rejected: Rejected[] = [];
  readonly #digestsById = new Map<string, Digest>();
  #expired = 0;

  constructor(context: CliContext, options: RecvOptions, repository: OciRepository, delivered: Delivered) {
    this.#delivered = delivered;
    this.#context = context;
    this.#options = options;
    this.#me = parseIdentity(options.me);
    this.#repository = repository;
    this.#repositoryName = formatRepositoryReference(this.#repository.reference);
  }

  async receiveAll(): Promise<void> {
    for await (const listing of readInbox(this.#repository, this.#me, {
      wanted: (tags) => tags,
      signal: this.#context.signal,
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
    const { terminal } = this.#context;
    if (this.#options.json) {
      terminal.out(JSON.stringify({ received: this.#received, rejected: this.#rejected }));
      return;
    }
    for (const { sender, path, bytes } of this.#received) {
      terminal.out(`From ${printable(sender)} (unsigned): ${printable(path)} (${readableBytes(bytes)})`);
    }
    for (const { tag, reason } of this.#rejected) terminal.err(`Refused ${tag}: ${reason}`);
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
    return this.#delivered.has(this.#repositoryName, this.#me, digest);
  }

  async #receive(listed: ListedMessage): Promise<void> {
    const { tag, digest, message } = listed;
    const { signal, terminal } = this.#context;
    const onProgress = progressLine(message.filename, terminal.interactive && !this.#options.json);
    try {
      this.#refuseConflict(listed);
      const saved = await receivePayload(message, this.#repository, {
        folder: this.#options.out,
        filename: message.filename,
        parallel: limits.chunksAtOnce,
        budget: this.#budget,
        signal,
        ...(onProgress && { onProgress }),
      });
      this.#noteDelivered(listed);
      this.#delivered.add({ repository: this.#repositoryName, me: this.#me, digest, at: Date.now() });
      const { sender, filename } = message;
      this.#received.push({
        digest,
        tag,
        sender,
        filename,
        path: saved.path,
        bytes: saved.bytes,
        verified: false,
      });
      if (this.#options.writeReceipt) await this.#writeReceipt(listed);
    } catch (thrown) {
      const error = toDockerCommsError(thrown);
      if (error.code === 'cancelled') throw error;
      this.#reject(tag, digest, error);
    }
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
  async #writeReceipt({ manifest, digest, message }: ListedMessage): Promise<void> {
    try {
      await publishReceipt(
        this.#repository,
        {
          sender: this.#me,
          recipient: message.sender,
          createdAt: new Date(Math.floor(Date.now() / 1000) * 1000),
          ttlSeconds: message.ttlSeconds,
          for: digest,
          status: 'accepted',
          verified: false,
          subject: messageDescriptor(manifest),
        },
        { signal: this.#context.signal },
      );
    } catch (error) {
      this.codes.push(exitCodeOf(error));
      this.#context.terminal.err(`The receipt could not be written: ${describeError(error)}`);
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
