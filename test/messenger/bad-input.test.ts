/** What a whole engine does with proofs that do not hold: the reason is recorded and shown, and nothing reaches the disk. */
import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../main/base/clock.ts';
import type { Digest } from '../../main/base/digest.ts';
import { sha256 } from '../../main/base/hash.ts';
import { MiB } from '../../main/base/limits.ts';
import { messageDescriptor } from '../../main/messenger/wire/publish.ts';
import { Connections } from '../../main/oci/connections.ts';
import { fetchThrough } from '../../main/oci/fetch-through.ts';
import { ociMediaTypes } from '../../main/oci/media-types.ts';
import { textContentType } from '../../main/protocol/constants.ts';
import { inboxTag, profileTag } from '../../main/protocol/tags.ts';
import { firstProfile, nextProfile } from '../../main/trust/own-profile.ts';
import type { Profile } from '../../main/trust/profile.ts';
import { keylessSigner } from '../../main/trust/keyless-signer.ts';
import { publishBundle } from '../../main/trust/publish-bundle.ts';
import { keySigner, type Signer } from '../../main/trust/signer.ts';
import { subjectOf } from '../../main/trust/verify.ts';
import { identityToken, tokenIssuer } from '../peers/sigstore-instance.ts';
import { sigstoreServices } from '../peers/sigstore-services.ts';
import type { OpenBundle } from '../trust/golden.ts';
import { createSigningKey, type SigningKey } from '../../main/trust/signing-key.ts';
import { aliceId, bobId, settle, startSwitchableRegistry } from './household.ts';
import { useInstance } from './sigstore/signing-household.ts';
import { at, showProfile, wholeSecond, writeAs } from './strangers.ts';

const day = 86_400_000;
const file = { contentType: 'application/octet-stream', filename: 'a.bin' };

/** Bob, who has written to Alice; of her there is only what is put into the registry. */
async function scene() {
  const registry = await startSwitchableRegistry();
  const bob = await settle();
  await bob.join(bobId, registry.mailbox);
  const conversationId = await bob.with(aliceId);
  const alice = createSigningKey();
  const device = (key: SigningKey) => ({ key: key.verifying, addedAt: wholeSecond() });
  const show = (profile: Profile, ...keys: readonly SigningKey[]) =>
    showProfile(registry.mailbox, profile, ...keys);
  const write = (key: SigningKey, draft: Parameters<typeof writeAs>[2] = {}) =>
    writeAs(registry.mailbox, keySigner(key), draft, 'the words');
  const look = async () => {
    await bob.ask('accounts.sync', {});
    return (await bob.ask('messages.list', { conversationId })).messages;
  };
  const trust = async () => (await bob.ask('conversations.get', { conversationId })).person.trust;
  const saved = () => readdir(bob.downloads, { recursive: true });
  const begin = () => firstProfile(aliceId, device(alice), [], Date.now());
  return { registry, bob, alice, device, show, write, look, trust, saved, begin };
}

const unproven = { state: 'unverified', trust: 'foreign', trustReason: 'unknown-key' };

test('a message that is none is listed as refused with its reason, can be looked at again, and can be dismissed', async () => {
  const { registry, bob, look, saved } = await scene();
  const ids = { sessionId: randomUUID(), messageId: randomUUID() };
  const tag = inboxTag({ recipient: bobId, createdAt: wholeSecond(), ...ids });
  await at(registry.mailbox, async (repository) => {
    const config = await repository.ensureEmptyConfig();
    const manifest = { schemaVersion: 2, mediaType: ociMediaTypes.imageManifest, config, layers: [config] };
    await repository.pushManifest(Buffer.from(JSON.stringify(manifest)), { tag });
  });
  await look();
  const refused = () => bob.ask('refusals.list', {});
  const [entry] = (await refused()).shown;
  expect(entry).toMatchObject({ repository: registry.mailbox, tag, outcome: 'rejected' });
  expect(entry?.reason).not.toMatch(/^protocol:/);
  await bob.ask('refusals.retry', { repository: registry.mailbox, tag });
  expect(await refused()).toMatchObject({ total: 1, shown: [{ tag }] });
  await bob.ask('refusals.dismiss', {});
  expect(await refused()).toEqual({ total: 0, shown: [] });
  expect(await saved()).toEqual([]);
});

test('a profile that has run out at first sight makes nobody known: what its keys signed is held back', async () => {
  const { alice, device, show, write, look, trust, saved } = await scene();
  await show(firstProfile(aliceId, device(alice), [], Date.now() - 60 * day), alice);
  await write(alice, file);
  await write(alice, { contentType: textContentType });
  const runOut = { ...unproven, trustReason: 'keys-expired' };
  expect(await look()).toMatchObject([runOut, runOut]);
  expect(await trust()).toMatchObject({ state: 'unknown', untimely: 'expired' });
  expect(await saved()).toEqual([]);
});

test('a first profile that is dated in the future makes nobody known, and it is said why', async () => {
  const { alice, device, show, write, look, trust, saved, begin } = await scene();
  await show(firstProfile(aliceId, device(alice), [], Date.now() + day), alice);
  await write(alice, file);
  expect(await look()).toMatchObject([{ ...unproven, trustReason: 'keys-not-yet' }]);
  expect(await trust()).toMatchObject({ state: 'unknown', untimely: 'not-yet' });
  expect(await saved()).toEqual([]);
  // She has set her clock.
  await show(begin(), alice);
  await write(alice);
  expect((await look()).at(-1)).toMatchObject({ trust: 'signed' });
  expect(await trust()).toMatchObject({ state: 'first-use', untimely: null });
});

test('a withheld revocation: an older profile put back does not bring the revoked key back, and is an alarm', async () => {
  const { registry, alice, device, show, write, look, trust, saved, begin } = await scene();
  const lost = createSigningKey();
  const first = await show({ ...begin(), devices: [device(alice), device(lost)] }, alice, lost);
  await write(alice);
  expect(await look()).toMatchObject([{ trust: 'signed' }]);
  const revoke = { id: lost.verifying.fingerprint, at: wholeSecond() };
  const revoked = { ...nextProfile(first, {}, Date.now()), devices: [device(alice)], revoked: [revoke] };
  await show(revoked, alice);
  await write(alice);
  expect(await look()).toHaveLength(2);
  // Whoever may write to the mailbox puts the list back that still names the lost device.
  await at(registry.mailbox, async (repository) => {
    const { bytes } = await repository.fetchManifest(first.digest);
    await repository.pushManifest(bytes, { tag: profileTag(aliceId) });
  });
  await write(lost, file);
  expect((await look()).at(-1)).toMatchObject({ state: 'unverified', trust: 'foreign' });
  expect((await trust()).change).toMatchObject({ kind: 'alarm', reason: 'rollback', blocking: true });
  expect(await saved()).toEqual([]);
});

test('a swapped profile: that of another name in the place of somebody’s is nobody’s', async () => {
  const { registry, show, write, look, trust, saved } = await scene();
  const mallory = createSigningKey();
  const device = { key: mallory.verifying, addedAt: wholeSecond() };
  const theirs = await show(firstProfile('mallory@example.com', device, [], Date.now()), mallory);
  await at(registry.mailbox, async (repository) => {
    const { bytes } = await repository.fetchManifest(theirs.digest);
    await repository.pushManifest(bytes, { tag: profileTag(aliceId) });
  });
  await write(mallory, file);
  expect(await look()).toMatchObject([unproven]);
  expect(await trust()).toMatchObject({ state: 'unknown' });
  expect(await saved()).toEqual([]);
});

test('a replayed message: under another tag it is the same message, and is neither shown nor saved twice', async () => {
  const { registry, alice, show, write, look, begin, bob, saved } = await scene();
  await show(begin(), alice);
  const { manifest, tag } = await write(alice);
  expect(await look()).toMatchObject([{ trust: 'signed', state: 'received' }]);
  const again = `${tag.slice(0, -8)}deadbeef`;
  expect(again).not.toBe(tag);
  await at(registry.mailbox, (repository) => repository.pushManifest(manifest, { tag: again }));
  expect(await look()).toHaveLength(1);
  const [conversation] = await bob.ask('conversations.list', {});
  expect(conversation?.unread).toBe(1);
  expect(await saved()).toEqual([]);
});

test('a message replayed to another person of the same name is held back and says why', async () => {
  const { alice, show, write, look, begin, saved } = await scene();
  await show(begin(), alice);
  await write(alice, { ...file, recipientKey: createSigningKey().verifying.fingerprint });
  expect(await look()).toMatchObject([{ state: 'unverified', trust: 'bad', trustReason: 'to-another-key' }]);
  expect(await saved()).toEqual([]);
});

/** A bundle as JSON, with `damage` done to it. */
function damaged(bytes: Uint8Array, damage: (bundle: OpenBundle) => void): Buffer {
  const bundle = JSON.parse(Buffer.from(bytes).toString()) as OpenBundle;
  damage(bundle);
  return Buffer.from(JSON.stringify(bundle));
}

function otherPayload(payload: string): string {
  const statement = Buffer.from(payload, 'base64').toString();
  return Buffer.from(statement.replace('cosign/sign/v1', 'cosign/sign/v2')).toString('base64');
}

type Forgery = (key: Signer, digest: Digest) => Uint8Array | Promise<Uint8Array>;

const forgeries: readonly [name: string, trust: string, trustReason: string, Forgery][] = [
  ['that is none', 'bad', 'malformed-bundle', () => Buffer.from('{}')],
  [
    'of a statement that was changed',
    'bad',
    'other-subject',
    async (key, digest) =>
      damaged(await key.sign(digest), ({ dsseEnvelope }) => {
        dsseEnvelope.payload = otherPayload(dsseEnvelope.payload);
      }),
  ],
  ['for another digest', 'bad', 'other-subject', (key) => key.sign(sha256(Buffer.from('another')))],
  [
    'whose bytes are those for another digest',
    'bad',
    'signature',
    async (key, digest) => {
      const other = JSON.parse(
        Buffer.from(await key.sign(sha256(Buffer.from('another')))).toString(),
      ) as OpenBundle;
      return damaged(await key.sign(digest), ({ dsseEnvelope }) => {
        dsseEnvelope.signatures = other.dsseEnvelope.signatures;
      });
    },
  ],
  [
    'of the right digest by the wrong person',
    'foreign',
    'unknown-key',
    (_key, digest) => keySigner(createSigningKey()).sign(digest),
  ],
];

test.each(forgeries)(
  'a signature %s: the message is held back as %s, %s',
  async (_name, trust, trustReason, forge) => {
    const { registry, alice, show, look, begin, saved } = await scene();
    await show(begin(), alice);
    const forger: Signer = { sign: async (digest) => forge(keySigner(alice), digest) };
    await writeAs(registry.mailbox, forger, file, 'the words');
    expect(await look()).toMatchObject([{ state: 'unverified', trust, trustReason }]);
    expect(await saved()).toEqual([]);
  },
);

/** Alice as before, whose key a certificate confirms, and who signs by a certificate alone. */
async function certified() {
  const people = await scene();
  const services = await sigstoreServices();
  const connections = new Connections();
  onTestFinished(() => connections.close());
  const signer = keylessSigner({
    services: { fulcio: services.url, rekor: services.url, rekorVersion: 1 },
    ...{ fetch: fetchThrough(connections, MiB), clock: systemClock },
    identityToken: () => Promise.resolve(identityToken(aliceId)),
  });
  await useInstance(people.bob, services, new URL(tokenIssuer));
  const certification = await signer.sign(subjectOf(people.alice.verifying.spki).digest);
  const devices = [{ ...people.device(people.alice), certification }];
  await people.show({ ...people.begin(), devices }, people.alice);
  return { ...people, signer };
}

test('a certificate or a log entry that was tampered with proves nothing, and an untouched one does', async () => {
  const { registry, signer, look, saved } = await certified();
  const writes = (damage: (bundle: OpenBundle) => void, draft = {}) => {
    const forger: Signer = { sign: async (digest) => damaged(await signer.sign(digest), damage) };
    return writeAs(registry.mailbox, forger, draft, 'the words');
  };
  await writes(() => undefined);
  await expect.poll(look).toMatchObject([{ trust: 'signed' }]);
  await writes(({ verificationMaterial: { certificate } }) => {
    if (certificate === undefined) throw new Error('a certificate');
    const bytes = Buffer.from(certificate.rawBytes, 'base64');
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
    certificate.rawBytes = bytes.toString('base64');
  }, file);
  await writes(({ verificationMaterial: { tlogEntries } }) => {
    for (const entry of tlogEntries) entry.integratedTime = String(Number(entry.integratedTime) - 1);
  }, file);
  await writes(({ verificationMaterial }) => {
    verificationMaterial.tlogEntries = [];
  }, file);
  const held = { state: 'unverified', trust: 'bad', trustReason: 'certificate' };
  expect((await look()).slice(1)).toMatchObject([held, held, held]);
  expect(await saved()).toEqual([]);
});

test('fifty junk signatures before the right one hide it from nobody', async () => {
  const { registry, alice, show, look, begin } = await scene();
  await show(begin(), alice);
  const { manifest } = await writeAs(registry.mailbox, null, {}, 'the words');
  const subject = messageDescriptor(manifest);
  await at(registry.mailbox, async (repository) => {
    const put = (bundle: Uint8Array, second: number) =>
      publishBundle(repository, { subject, bundle, createdAt: new Date(second * 1000) });
    await Promise.all(Array.from({ length: 50 }, (_, index) => put(Buffer.from(`junk ${index}`), index)));
    await put(await keySigner(alice).sign(subject.digest), Date.now() / 1000);
  });
  expect(await look()).toMatchObject([{ trust: 'signed', state: 'received' }]);
});

test('a trusted root that is none is refused, and the one before goes on to count', async () => {
  const { bob } = await scene();
  const services = await sigstoreServices();
  await useInstance(bob, services, new URL(tokenIssuer));
  const before = (await bob.ask('settings.get', {})).sigstore;
  const none = { ...before, trust: { kind: 'file' as const, trustedRoot: '{}' } } as typeof before;
  expect(await bob.fail('settings.update', { sigstore: none })).toMatchObject({ code: 'invalid' });
  expect((await bob.ask('settings.get', {})).sigstore).toEqual(before);
});
