import { publishReceipt, type PublishedReceipt } from '../../messenger/wire/receipt.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import { formatRepositoryReference } from '../../oci/reference.ts';
import type { OciRepository } from '../../oci/repository.ts';
import { wholeSeconds } from '../../protocol/annotations.ts';
import type { ReceivedMessage } from '../../protocol/message.ts';
import type { ReceiptFields } from '../../protocol/receipt.ts';
import type { Signer } from '../../trust/signer.ts';
import type { CliContext } from './context.ts';
import { accountOf, HomeTrust } from './home-trust.ts';

/** Answers messages of one repository: signed where the home has a key for whom they were written to. */
export class ReceiptWriter {
  readonly #context: CliContext;
  readonly #repository: OciRepository;
  readonly #signers = new Map<string, Promise<Signer | null>>();

  constructor(context: CliContext, repository: OciRepository) {
    this.#context = context;
    this.#repository = repository;
  }

  /** Fails as the registry does, and where the home's key cannot be used: unsigned it would look like a forgery. */
  async write(
    { sender, recipient, ttlSeconds }: ReceivedMessage,
    subject: Descriptor,
    answer: Pick<ReceiptFields, 'status' | 'verified' | 'reason'>,
  ): Promise<PublishedReceipt> {
    const signer = await this.#signerOf(recipient);
    const fields = {
      ...answer,
      sender: recipient,
      recipient: sender,
      createdAt: wholeSeconds(Date.now()),
      ttlSeconds,
      for: subject.digest,
      subject,
    };
    return publishReceipt(this.#repository, fields, {
      ...(signer && { signer }),
      signal: this.#context.signal,
    });
  }

  #signerOf(identity: string): Promise<Signer | null> {
    const signer = this.#signers.get(identity) ?? this.#findSigner(identity);
    this.#signers.set(identity, signer);
    return signer;
  }

  async #findSigner(identity: string): Promise<Signer | null> {
    const account = accountOf(await this.#context.accounts(), identity, this.#repositoryName);
    if (account === null) return null;
    return (await HomeTrust.open(this.#context, this.#repository)).signer(account);
  }

  get #repositoryName(): string {
    return formatRepositoryReference(this.#repository.reference);
  }
}
