import { randomUUID } from 'node:crypto';
import { DockerCommsError } from '../../../base/errors.ts';
import { limits } from '../../../base/limits.ts';
import { publishMessage } from '../../../messenger/wire/publish.ts';
import type { OciRepository } from '../../../oci/repository.ts';
import { wholeSeconds } from '../../../protocol/annotations.ts';
import { parseIdentity } from '../../../protocol/identity.ts';
import { MemoryBudget } from '../../../transfer/memory-budget.ts';
import { fileSource } from '../../../transfer/payload.ts';
import type { Account } from '../../../store/accounts.ts';
import type { Signer } from '../../../trust/signer.ts';
import type { CliContext, RepositoryChoice } from '../context.ts';
import { accountOf, HomeTrust } from '../home-trust.ts';
import { publicSigner } from '../keyless.ts';
import { progressLine, readableBytes } from '../terminal.ts';

export interface SendOptions extends RepositoryChoice {
  readonly recipient: string;
  /** Left out: the identity that signs, and `unknown` where nobody does. */
  readonly sender?: string;
  readonly sign: boolean;
  /** Sign publicly as this person, in place of a key of the home. */
  readonly identity?: string;
  /** Sigstore's services, in place of those of the home's settings. */
  readonly signingConfig?: string;
  readonly session?: string;
  readonly chunkBytes: number;
  readonly parallel: number;
  readonly compress: 'zstd' | 'gzip';
  readonly ttlSeconds: number;
  readonly json: boolean;
}

/**
 * `dockercomms send`: writes exactly a v1 message, nothing more, so that any v1 peer sees what it expects. Its signature
 * lies beside it, unless nobody is to sign.
 */
export async function send(context: CliContext, path: string, options: SendOptions): Promise<void> {
  const source = await fileSource(path);
  const recipient = parseIdentity(options.recipient);
  const { sender, signerIn } = await authorOf(context, options);
  const repository = await context.repository(options);
  const signer = await signerIn(recipient, repository);
  const onProgress = progressLine(source.name, context.terminal.interactive && !options.json);
  const published = await publishMessage(
    repository,
    {
      sender: sender === unknownSender ? sender : parseIdentity(sender),
      recipient,
      createdAt: wholeSeconds(Date.now()),
      ttlSeconds: options.ttlSeconds,
      messageId: randomUUID(),
      sessionId: sessionId(options.session),
      compression: options.compress,
    },
    source,
    {
      chunkBytes: options.chunkBytes,
      parallel: options.parallel,
      budget: new MemoryBudget(limits.transferMemoryBytes),
      inlineSmallPayload: false,
      ...(signer && { signer }),
      signal: context.signal,
      ...(onProgress && { onProgress }),
    },
  );
  const { digest, tag, bytes, chunks, signature } = published;
  const how = signature === null ? 'unsigned' : `signed by ${options.identity ?? sender}`;
  context.terminal.out(
    options.json
      ? JSON.stringify({ digest, tag, bundle: signature?.digest ?? null, bytes, chunks })
      : `Sent ${source.name} (${readableBytes(bytes)}, ${chunks} chunks), ${how}.\n${digest}\n${tag}`,
  );
}

interface Author {
  readonly sender: string;
  /** Who signs what goes to `recipient` in `repository`; null: nobody. Fails `untrusted` at an alarm about them. */
  readonly signerIn: (recipient: string, repository: OciRepository) => Promise<Signer | null>;
}

async function authorOf(context: CliContext, options: SendOptions): Promise<Author> {
  const { identity, signingConfig, sign, sender = identity ?? unknownSender } = options;
  if (identity !== undefined) {
    if (!sign) throw new DockerCommsError('invalid', '--identity signs, and --no-sign does not.');
    const signer = await publicSigner(context, { identity, ...(signingConfig && { signingConfig }) });
    const signerIn = async (recipient: string, repository: OciRepository) => {
      const knowsPeople = (await context.accounts()).length > 0;
      if (knowsPeople) (await HomeTrust.open(context, repository)).requireNoAlarm(recipient);
      return signer;
    };
    return { sender, signerIn };
  }
  if (!sign) return { sender, signerIn: () => Promise.resolve(null) };
  const account = await signingAccount(context, options);
  const signerIn = async (recipient: string, repository: OciRepository) => {
    const trust = await HomeTrust.open(context, repository);
    trust.requireNoAlarm(recipient);
    return trust.signer(account);
  };
  return { sender: account.identity, signerIn };
}

/** What v1 writes where it is not told who sends. */
const unknownSender = 'unknown';

/** The account whose key signs: the one that is named, or the home's only one. Fails `invalid`, naming the ways out. */
async function signingAccount(
  context: CliContext,
  { account: named, sender, repo }: SendOptions,
): Promise<Account> {
  if (named !== undefined) {
    const account = await context.account(named);
    if (sender === undefined || sender === account.identity) return account;
    throw new DockerCommsError('invalid', 'This account does not sign for this sender.', {
      detail: { account: account.identity, sender },
    });
  }
  const accounts = await context.accounts();
  const [only, ...others] = accounts;
  const account =
    sender === undefined ? (others.length === 0 ? only : null) : accountOf(accounts, sender, repo);
  if (account) return account;
  throw new DockerCommsError(
    'invalid',
    sender === undefined && others.length > 0
      ? 'Several identities of this home could sign. Choose one with --sender, or send unsigned with --no-sign.'
      : `No key of this home signs for ${sender ?? 'anybody'}. Make one with “dockercomms identity create”, or send unsigned with --no-sign.`,
  );
}

function sessionId(text: string | undefined): string {
  if (text === undefined) return randomUUID();
  if (!/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/iu.test(text)) {
    throw new DockerCommsError('invalid', 'The session is not a UUID.', {
      detail: { session: text.slice(0, limits.detailCharacters) },
    });
  }
  return text.toLowerCase();
}
