import { describe, expect, it } from 'vitest';
import { referrersTag } from '../../../main/oci/referrers.ts';
import { keySigner, type Signer } from '../../../main/trust/signer.ts';
import { createSigningKey } from '../../../main/trust/signing-key.ts';
import { indexAnswer, pretendRegistry, refusing, type Quirk } from '../../peers/pretend-registry.ts';
import { ociError } from '../../peers/scripted-registry.ts';
import { openScripted } from '../../oci/scripted.ts';
import { countedRepository } from '../../trust/counted-repository.ts';
import { say } from './say.ts';

const signer = keySigner(createSigningKey());

describe('a signature, where the registry has the referrers API', () => {
  it.each([
    ['the first message in a repository', 0],
    ['the messages after it', 2],
  ])('adds at most three requests to %s: one upload and one tagged manifest', async (_name, before) => {
    const cost = async (by?: Signer): Promise<number> => {
      const { repository, requests } = await countedRepository();
      for (let message = 0; message < before; message += 1) await say(repository, by);
      await repository.settled();
      requests.length = 0;
      await say(repository, by);
      await repository.settled();
      return requests.length;
    };
    const [without, with_] = [await cost(), await cost(signer)];
    expect(with_ - without).toBeGreaterThanOrEqual(2);
    expect(with_ - without).toBeLessThanOrEqual(3);
  });

  it('adds three where it takes no blob in one request, and nobody asks what is known', async () => {
    const cost = async (by?: Signer): Promise<number> => {
      const registry = await pretendRegistry(refusing('GET', /\/referrers\//, indexAnswer([])));
      const repository = openScripted(registry.peer.host);
      await say(repository, by);
      await repository.settled();
      registry.peer.requests.length = 0;
      await say(repository, by);
      await repository.settled();
      return registry.peer.requests.length;
    };
    expect((await cost(signer)) - (await cost())).toBe(3);
  });
});

describe('a signature, where the registry has no referrers API', () => {
  const isIndex = ({ path }: { readonly path: string }) => path.includes('/manifests/sha256-');

  it('is there before the message is announced, and the index that others look at never delays it', async () => {
    const announced = Promise.withResolvers<undefined>();
    // Were the index waited for, the message would never be announced.
    const heldBack: Quirk = (request) => (isIndex(request) ? announced.promise : undefined);
    const { peer, tags } = await pretendRegistry(heldBack);
    const repository = openScripted(peer.host);
    const { digest, tag, signature } = await say(repository, signer);
    expect([...tags.keys()]).toEqual([signature?.tag, tag]);
    announced.resolve(undefined);
    await repository.settled();
    expect([...tags.keys()]).toEqual([signature?.tag, tag, referrersTag(digest)]);
  });

  it('asks for referrers once, however many messages there are and however unclear the answer is', async () => {
    const unclear = refusing('GET', /\/referrers\//, { status: 404, body: ociError('NAME_UNKNOWN') });
    const { peer, tags } = await pretendRegistry(unclear);
    const repository = openScripted(peer.host);
    for (let message = 0; message < 3; message += 1) await say(repository, signer);
    await repository.settled();
    expect(repository.capabilities.report('referrers').state).toBe('unknown');
    expect(peer.requests.filter(({ path }) => path.includes('/referrers/'))).toHaveLength(1);
    expect([...tags.keys()].filter((tag) => tag.startsWith('sha256-'))).toHaveLength(3);
  });
});
