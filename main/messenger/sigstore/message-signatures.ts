import type { PublicSignaturesView } from '../../../preload/contract/messages.ts';
import type { Account } from '../../store/accounts.ts';
import type { Message } from '../../store/message.ts';
import type { CertificateIdentity } from '../../trust/policy.ts';
import { isSameIdentity } from '../../trust/certification.ts';
import { findPublicSignatures } from '../../trust/public-signatures.ts';
import { subjectOf } from '../../trust/verify.ts';
import type { EngineContext } from '../context.ts';

/**
 * Who signed a message publicly, its author first: asked of the registry when a person wants to know, because no message
 * waits for a log. `author`: whom certificates have to name to be its author's. Empty for what was not sent yet. Fails as
 * the registry does, and as the trusted root where there is something to check.
 */
export async function publicSignaturesOf(
  { store, repositories, sigstore }: Pick<EngineContext, 'store' | 'repositories' | 'sigstore'>,
  account: Account,
  message: Message,
  author: readonly CertificateIdentity[],
): Promise<PublicSignaturesView> {
  const manifest = store.messages.manifest(message.id);
  if (manifest === null) return { proven: [], hasUnproven: false };
  const place = repositories.for(account, message.repository ?? account.repository);
  const found = await findPublicSignatures(place, subjectOf(manifest), () => sigstore.trustedRoot());
  const proven = found.proven
    .map((signature) => ({
      subject: signature.identity,
      issuer: signature.issuer,
      signedAt: signature.signedAt.getTime(),
      byAuthor: author.some((known) => isSameIdentity(known, signature)),
    }))
    .toSorted((a, b) => Number(b.byAuthor) - Number(a.byAuthor) || a.signedAt - b.signedAt);
  return { ...found, proven };
}
