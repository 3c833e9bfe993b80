import { expect, it, onTestFinished } from 'vitest';
import { sha256 } from '../../main/base/hash.ts';
import { cleanUpPlace } from '../../main/messenger/cleanup/round.ts';
import { publishReceipt } from '../../main/messenger/wire/receipt.ts';
import { startDockerRegistry } from '../peers/docker-registry.ts';
import { describeWithRealPart } from '../peers/real-parts.ts';
import { aliceId, bobId } from './household.ts';
import { workbench } from './workbench.ts';

const day = 86_400_000;

/** Bob's receipt on a registry that allows deletes or not, two days after it expired; one round of clean-up. */
async function roundWith(deletes: boolean) {
  const registry = await startDockerRegistry({ deletes });
  onTestFinished(() => registry.remove());
  const repository = `${registry.host}/bob/mail`;
  const { context, clock, account } = await workbench(repository);
  const client = context.repositories.for(account);
  const fields = { for: sha256('a message'), status: 'accepted', verified: false, sender: bobId } as const;
  const rest = { recipient: aliceId, createdAt: new Date(clock.now() - 2 * day), ttlSeconds: 1 };
  const { digest, tag, bytes } = await publishReceipt(client, { ...fields, ...rest });
  const place = { accountId: account.id, repository };
  const expiresAt = clock.now() - 2 * day;
  context.store.published.record({
    ...{ ...place, digest, tag, bytes, expiresAt, subject: fields.for, kind: 'receipt' },
  });
  const { signal } = new AbortController();
  const record = await cleanUpPlace(context, place, { signal, pause: 0, onProgress: () => undefined });
  return { record, stands: (await client.resolve(tag)) !== null };
}

describeWithRealPart('docker-registry', 'distribution 2.8', () => {
  it('removes what expired where deletes are allowed', async () => {
    const { record, stands } = await roundWith(true);
    expect(record).toMatchObject({ removed: 1, failed: 0, failure: null });
    expect(stands).toBe(false);
  });

  it('says "unsupported" where they are not, and everything stands', async () => {
    const { record, stands } = await roundWith(false);
    expect(record).toMatchObject({ removed: 0, failure: { code: 'unsupported' } });
    expect(stands).toBe(true);
  });
});
