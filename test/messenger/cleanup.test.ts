import { expect, onTestFinished, test } from 'vitest';
import { systemClock, type Clock } from '../../main/base/clock.ts';
import { sha256 } from '../../main/base/hash.ts';
import { Cleanup } from '../../main/messenger/cleanup/cleanup.ts';
import { cleanUpPlace } from '../../main/messenger/cleanup/round.ts';
import { cleanupRules } from '../../main/messenger/cleanup/rules.ts';
import { emptyConfig } from '../../main/oci/descriptor.ts';
import { parseRepositoryReference } from '../../main/oci/reference.ts';
import { OciRepository } from '../../main/oci/repository.ts';
import { buildReceiptManifest } from '../../main/protocol/receipt.ts';
import { fetchSignedProfile, profileVersions } from '../../main/trust/profile-artifact.ts';
import { testClock } from '../oci/scripted.ts';
import { pretendRegistry } from '../peers/pretend-registry.ts';
import { ociError, scriptedRegistry, type ScriptedRegistry } from '../peers/scripted-registry.ts';
import { aliceId, bobId, startSwitchableRegistry } from './household.ts';
import { workbench } from './workbench.ts';

const day = 86_400_000;
const digest = sha256('ours');
const manifest = `/v2/bob/mail/manifests/${digest}`;

/** Bob, who wrote something to this mailbox that expired two days ago. */
async function expiredAt(
  repository: string,
  digests: readonly string[] = [digest],
  requestClock: Clock = systemClock,
) {
  const bench = await workbench(repository, requestClock);
  const { store, clock } = bench.context;
  const place = { accountId: bench.account.id, repository };
  const put = (one: string, expiresAt: number) =>
    store.published.record({
      ...{ ...place, digest: one, tag: `receipt-${one.slice(7, 19)}`, subject: null, kind: 'receipt' },
      ...{ bytes: 10, expiresAt },
    });
  for (const one of digests) put(one, clock.now() - 2 * day);
  const controller = new AbortController();
  const options = { signal: controller.signal, pause: 0, onProgress: () => undefined };
  /** One that a person began, or (with a rest between two removals) one that began by itself. */
  const round = (pause = 0) => cleanUpPlace(bench.context, place, { ...options, pause });
  const { capabilities } = bench.context.repositories.for(bench.account);
  const left = () => store.published.counts(place, clock.now()).expired;
  return { ...bench, store, place, put, round, left, controller, capabilities };
}

test('what expired more than a day ago goes, by its digest; what lives, and what others wrote, stays', async () => {
  const registry = await startSwitchableRegistry();
  const repository = new OciRepository(parseRepositoryReference(registry.mailbox));
  onTestFinished(() => repository.close());
  await repository.ensureEmptyConfig();
  const put = async (tag: string) => {
    const fields = { for: sha256(tag), status: 'accepted', verified: false, sender: bobId } as const;
    const rest = { recipient: aliceId, createdAt: new Date(0), ttlSeconds: 1 };
    const pushed = await repository.pushManifest(buildReceiptManifest({ ...fields, ...rest }), { tag });
    return pushed.digest;
  };
  const [old, alive, others] = [await put('old'), await put('alive'), await put('others')];
  const bob = await expiredAt(registry.mailbox, [old]);
  bob.put(alive, bob.clock.now() - day / 2);
  expect(await bob.round()).toMatchObject({ removed: 1, gone: 0, failed: 0, bytes: 10, failure: null });
  expect(await repository.resolve('old')).toBeNull();
  expect((await repository.resolve('alive'))?.digest).toBe(alive);
  expect((await repository.resolve('others'))?.digest).toBe(others);
});

test('every version of a profile stays, long after it expired: `previous` leads from each to the next', async () => {
  const registry = await startSwitchableRegistry();
  const { context, account, clock, round } = await expiredAt(registry.mailbox);
  const mailbox = context.repositories.for(account);
  const publish = () => context.ownProfiles.ensureIn(account, registry.mailbox);
  await publish();
  clock.pass(20 * day);
  await publish();
  const versions = async () => {
    const tags: string[] = [];
    for await (const tag of mailbox.tags()) tags.push(tag);
    return profileVersions(tags, account.identity, 1);
  };
  const published = await versions();
  expect(published).toHaveLength(2);
  clock.pass(100 * day);
  expect(await round()).toMatchObject({ gone: 1, failure: null });
  expect(await versions()).toEqual(published);
  for (const version of published) {
    const { signedBy } = await fetchSignedProfile(mailbox, version, []);
    expect(signedBy.size).toBe(1);
  }
});

test('a signature that goes takes its entry in the fallback index along, and the index when it is empty', async () => {
  const registry = await pretendRegistry();
  const repository = new OciRepository(parseRepositoryReference(`${registry.peer.host}/bob/mail`));
  onTestFinished(() => repository.close());
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const subject = { mediaType, digest: sha256('the message'), size: 11 };
  const bytes = Buffer.from(
    JSON.stringify({ schemaVersion: 2, mediaType, config: emptyConfig, layers: [], subject }),
  );
  const signature = await repository.pushManifest(bytes, { tag: 'bundle-of-it' });
  expect(registry.tags.size).toBe(2);
  const bob = await expiredAt(`${registry.peer.host}/bob/mail`, []);
  bob.store.published.record({
    ...{ ...bob.place, digest: signature.digest, tag: 'bundle-of-it', subject: subject.digest },
    ...{ kind: 'signature', bytes: 10, expiresAt: bob.clock.now() - 2 * day },
  });
  expect(await bob.round()).toMatchObject({ removed: 1, failure: null });
  expect([...registry.tags.keys()]).toEqual([]);
});

test('a registry that refuses digests and tags is asked once, and then left alone for a month', async () => {
  const peer = await scriptedRegistry();
  const { round, clock, left } = await expiredAt(`${peer.host}/bob/mail`, [digest, sha256('too')]);
  peer.always('DELETE', /manifests/u, { status: 405, body: ociError('UNSUPPORTED') });
  tagsStand(peer, digest, sha256('too'));
  const record = await round();
  expect(record).toMatchObject({ removed: 0, failure: { code: 'unsupported' } });
  expect(record.nextAt - clock.now()).toBeGreaterThan(20 * day);
  expect(left()).toBe(2);
  expect(peer.seen.filter((line) => line.startsWith('DELETE'))).toHaveLength(2);
});

/** Answers a HEAD for any tag of ours with the manifest that it names. */
function tagsStand(peer: ScriptedRegistry, ...digests: readonly string[]): void {
  peer.always('HEAD', /manifests/u, ({ path }) => ({
    headers: {
      'docker-content-digest': digests.find((one) => path.includes(one.slice(7, 19))) ?? '',
      'content-type': 'application/vnd.oci.image.manifest.v1+json',
      'content-length': '2',
    },
  }));
}

test('where nothing can be removed, and that is known, a round asks nothing; a week later it asks again', async () => {
  const peer = await scriptedRegistry();
  const clock = testClock();
  const bench = await expiredAt(`${peer.host}/bob/mail`, [digest], clock);
  for (const name of ['delete-manifest', 'delete-tag'] as const) bench.capabilities.learn(name, false);
  expect(await bench.round(1)).toMatchObject({ removed: 0, failure: { code: 'unsupported' } });
  expect(peer.seen).toEqual([]);
  clock.advance(7 * day + 1);
  peer.once('DELETE', manifest, { status: 202 });
  expect(await bench.round(1)).toMatchObject({ removed: 1, failure: null });
});

test('a person who begins a round has the registry asked once, whatever is known of it', async () => {
  const peer = await scriptedRegistry();
  const bench = await expiredAt(`${peer.host}/bob/mail`, [digest, sha256('too')]);
  for (const name of ['delete-manifest', 'delete-tag'] as const) bench.capabilities.learn(name, false);
  peer.times(2, 'DELETE', /manifests/u, { status: 202 });
  expect(await bench.round()).toMatchObject({ removed: 2, failure: null });
});

test('where only tags can be removed, no digest is tried once that is known', async () => {
  const peer = await scriptedRegistry();
  const digests = [digest, sha256('too'), sha256('three')];
  const bench = await expiredAt(`${peer.host}/bob/mail`, digests);
  tagsStand(peer, ...digests);
  peer.once('DELETE', /manifests\/sha256:/u, { status: 405, body: ociError('UNSUPPORTED') });
  peer.times(3, 'DELETE', /manifests\/receipt-/u, { status: 202 });
  expect(await bench.round()).toMatchObject({ removed: 3, failure: null });
});

test('a login that may not delete is told so, not asked for each message', async () => {
  const peer = await scriptedRegistry();
  const { round } = await expiredAt(`${peer.host}/bob/mail`, [digest, sha256('too')]);
  peer.once('DELETE', /manifests/u, { status: 403, body: ociError('DENIED') });
  expect(await round()).toMatchObject({ removed: 0, failed: 0, failure: { code: 'auth' } });
  expect(peer.seen).toHaveLength(1);
});

test('what is not there any more is done with', async () => {
  const peer = await scriptedRegistry();
  const { round, left } = await expiredAt(`${peer.host}/bob/mail`);
  peer.once('DELETE', manifest, { status: 404, body: ociError('MANIFEST_UNKNOWN') });
  peer.once('HEAD', /manifests/u, { status: 404 });
  expect(await round()).toMatchObject({ removed: 0, gone: 1, failure: null });
  expect(left()).toBe(0);
});

test('a tag that names another manifest by now is never touched', async () => {
  const peer = await scriptedRegistry();
  const { round } = await expiredAt(`${peer.host}/bob/mail`);
  peer.once('DELETE', manifest, { status: 405 });
  peer.once('HEAD', /manifests/u, {
    headers: {
      'docker-content-digest': sha256('somebody else’s'),
      'content-type': 'application/vnd.oci.image.manifest.v1+json',
      'content-length': '2',
    },
  });
  expect(await round()).toMatchObject({ gone: 1, removed: 0 });
  expect(peer.seen.filter((line) => line.startsWith('DELETE'))).toEqual([`DELETE ${manifest}`]);
});

test('one that cannot be removed is put off and stops no other', async () => {
  const peer = await scriptedRegistry();
  const other = sha256('too');
  const { round, left } = await expiredAt(`${peer.host}/bob/mail`, [digest, other]);
  peer.once('DELETE', manifest, { status: 418 });
  peer.once('DELETE', `/v2/bob/mail/manifests/${other}`, { status: 202 });
  expect(await round()).toMatchObject({ removed: 1, failed: 1 });
  expect(left()).toBe(1);
});

test('nothing begins before mail had its turn, nothing while it is off, and a person may begin at once', async () => {
  const peer = await scriptedRegistry();
  const { context, clock, left } = await expiredAt(`${peer.host}/bob/mail`);
  peer.once('DELETE', manifest, { status: 202 });
  context.settings.update({ cleanup: { enabled: false } });
  const cleanup = new Cleanup(context);
  onTestFinished(() => cleanup.stop());
  cleanup.start();
  clock.pass(2 * day);
  expect(peer.seen).toEqual([]);
  cleanup.run();
  expect(() => cleanup.run()).toThrow(expect.objectContaining({ code: 'conflict' }));
  await expect.poll(() => cleanup.status().running).toBeNull();
  expect(left()).toBe(0);
  expect(cleanup.status().places).toMatchObject([{ expired: 0, report: { removed: 1 } }]);
});

test('by itself a round begins some minutes after the start, and rests between two removals', async () => {
  const peer = await scriptedRegistry();
  const { context, clock, left } = await expiredAt(`${peer.host}/bob/mail`, [digest, sha256('too')]);
  peer.times(2, 'DELETE', /manifests/u, { status: 202 });
  const cleanup = new Cleanup(context);
  onTestFinished(() => cleanup.stop());
  cleanup.start();
  clock.pass(cleanupRules.firstAfter / 2);
  expect(peer.seen).toEqual([]);
  clock.pass(2 * 3_600_000);
  await expect.poll(left).toBe(1);
  expect(peer.seen).toHaveLength(1);
  const leftAfterARest = () => {
    clock.pass(cleanupRules.pause);
    return left();
  };
  await expect.poll(leftAfterARest).toBe(0);
});
