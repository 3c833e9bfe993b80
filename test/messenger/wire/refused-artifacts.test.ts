import { expect, test } from 'vitest';
import { allowList, pretendRegistry } from '../../peers/pretend-registry.ts';
import { openScripted } from '../../oci/scripted.ts';
import { say } from './say.ts';

test('nothing is uploaded to a registry that is known to take no messages; once it took one, they go again', async () => {
  const { peer, tags } = await pretendRegistry();
  const repository = openScripted(peer.host);
  repository.capabilities.learn('artifact-types', false);
  await expect(say(repository)).rejects.toMatchObject({
    code: 'unsupported',
    detail: { capability: 'artifact-types' },
  });
  expect(peer.seen).toEqual([]);
  repository.capabilities.learn('artifact-types', true);
  const { tag } = await say(repository);
  expect([...tags.keys()]).toEqual([tag]);
});

test('a message that is refused teaches nothing by itself: why it was is for the connection test to find out', async () => {
  const { peer } = await pretendRegistry(allowList);
  const repository = openScripted(peer.host);
  await expect(say(repository)).rejects.toMatchObject({ code: 'unsupported' });
  expect(repository.capabilities.report('artifact-types').state).toBe('unknown');
});
