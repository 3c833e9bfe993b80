/** People without an engine, who write straight to the registry: attackers, v1 peers, and friends as scripts. */
import { randomUUID } from 'node:crypto';
import type { Digest } from '../../main/base/digest.ts';
import { messageDescriptor, type MessageDraft, publishMessage } from '../../main/messenger/wire/publish.ts';
import { publishReceipt } from '../../main/messenger/wire/receipt.ts';
import { publishSignature } from '../../main/messenger/wire/signature.ts';
import { parseRepositoryReference } from '../../main/oci/reference.ts';
import { OciRepository } from '../../main/oci/repository.ts';
import { textContentType } from '../../main/protocol/constants.ts';
import { MemoryBudget } from '../../main/transfer/memory-budget.ts';
import { bytesSource } from '../../main/transfer/payload.ts';
import { announceProfile, publishProfile } from '../../main/trust/profile-artifact.ts';
import type { SignedProfile } from '../../main/trust/profile-succession.ts';
import type { Profile } from '../../main/trust/profile.ts';
import { keySigner, type Signer } from '../../main/trust/signer.ts';
import type { SigningKey } from '../../main/trust/signing-key.ts';
import { aliceId, bobId } from './household.ts';

/** Works with the repository as anybody may who has a login for it. */
export async function at<T>(mailbox: string, work: (repository: OciRepository) => Promise<T>): Promise<T> {
  const repository = new OciRepository(parseRepositoryReference(mailbox));
  try {
    return await work(repository);
  } finally {
    await repository.close();
  }
}

export function wholeSecond(now = Date.now()): Date {
  return new Date(Math.floor(now / 1000) * 1000);
}

/** A message past any messenger, by default a text of Alice's to Bob; `signer` null: without a signature. */
export function writeAs(mailbox: string, signer: Signer | null, draft: Partial<MessageDraft>, text: string) {
  const whole = {
    sender: aliceId,
    recipient: bobId,
    createdAt: wholeSecond(),
    ttlSeconds: 3600,
    messageId: randomUUID(),
    sessionId: randomUUID(),
    compression: 'zstd' as const,
    contentType: textContentType,
    ...draft,
  };
  return at(mailbox, (repository) =>
    publishMessage(repository, whole, bytesSource('message.txt', Buffer.from(text)), {
      chunkBytes: 1 << 20,
      parallel: 1,
      budget: new MemoryBudget(1 << 24),
      inlineSmallPayload: false,
      ...(signer && { signer }),
    }),
  );
}

/** A signature that comes after its message, as those of v1 peers do. */
export function signLate(mailbox: string, signer: Signer, manifest: Uint8Array) {
  const subject = messageDescriptor(manifest);
  return at(mailbox, (repository) =>
    publishSignature(repository, signer, { subject, createdAt: wholeSecond() }),
  );
}

/** A receipt in Alice's name; `signer` null: without a signature. */
export function answerAs(mailbox: string, signer: Signer | null, to: Digest) {
  const fields = {
    for: to,
    status: 'accepted' as const,
    verified: true,
    sender: aliceId,
    recipient: bobId,
    createdAt: wholeSecond(),
    ttlSeconds: 3600,
  };
  return at(mailbox, (repository) => publishReceipt(repository, fields, signer === null ? {} : { signer }));
}

/** Puts a profile where its identity's is looked for, signed by these keys. */
export async function showProfile(
  mailbox: string,
  profile: Profile,
  ...keys: readonly SigningKey[]
): Promise<SignedProfile> {
  return at(mailbox, async (repository) => {
    const published = await publishProfile(repository, profile, keys.map(keySigner));
    await announceProfile(repository, profile.identity, published);
    const signedBy = new Set(keys.map(({ verifying }) => verifying.fingerprint));
    return { profile, digest: published.digest, signedBy };
  });
}
