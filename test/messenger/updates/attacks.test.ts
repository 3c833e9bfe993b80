/** Updates that must not be taken: whoever may write to the repository, or sits in between, tries. */
import { describe, expect, test } from 'vitest';
import type { ErrorCode } from '../../../main/base/errors.ts';
import { GiB } from '../../../main/base/limits.ts';
import { sha256 } from '../../../main/base/hash.ts';
import { commonAnnotations } from '../../../main/protocol/annotations.ts';
import { manifestBytes } from '../../../main/protocol/manifest-bytes.ts';
import { createSigningKey } from '../../../main/trust/signing-key.ts';
import { releaseArtifactType, releaseFileType } from '../../../main/updates/release.ts';
import { startRegistryProxy, type Fault } from '../../peers/registry-proxy.ts';
import { appImage, program, Publisher, sourceAt } from '../../updates/publisher.ts';
import { startSwitchableRegistry } from '../household.ts';
import { installation } from './installation.ts';

/** A manifest as `writeRelease` makes them, and what no honest writer would put into it. */
function forged(annotations: Readonly<Record<string, string>> = {}, layers: readonly object[] = [{}]) {
  const file = {
    ...{ mediaType: releaseFileType, digest: sha256(program), size: program.byteLength },
    annotations: {
      'dockercomms.release.platform': 'linux',
      'dockercomms.release.arch': 'x64',
      'dockercomms.release.kind': 'appimage',
    },
  };
  return manifestBytes({
    artifactType: releaseArtifactType,
    layers: layers.map((change) => ({ ...file, ...change })),
    annotations: {
      ...commonAnnotations,
      'dockercomms.created_at': '2026-11-20T12:00:00Z',
      'dockercomms.release.version': '1.1.0',
      'dockercomms.release.channel': 'stable',
      'dockercomms.release.rollout.percent': '100',
      'dockercomms.release.rollout.starts_at': '2026-11-20T12:00:00Z',
      ...annotations,
    },
  });
}

async function announceSigned(publisher: Publisher, manifest: Uint8Array): Promise<void> {
  await publisher.repository.ensureEmptyConfig();
  await publisher.repository.pushBlob(program, { digest: sha256(program), size: program.byteLength });
  await publisher.announce(manifest);
  await publisher.sign(manifest);
}

type Attack = (publisher: Publisher) => Promise<unknown>;

const refused: Readonly<Record<string, readonly [ErrorCode, Attack]>> = {
  'nobody signed it': [
    'untrusted',
    async (publisher) => {
      await publisher.publish();
      await publisher.announce(forged({ 'dockercomms.release.version': '6.6.6' }));
    },
  ],
  'somebody else signed it': ['untrusted', (publisher) => publisher.publish({}, createSigningKey())],
  'the signature beside it is about another manifest': [
    'verification-failed',
    async (publisher) => {
      const honest = await publisher.publish();
      const manifest = forged({ 'dockercomms.release.version': '6.6.6' });
      await publisher.announce(manifest);
      await publisher.sign(manifest, undefined, honest);
    },
  ],
  'a layer of it was exchanged': [
    'untrusted',
    async (publisher) => {
      const honest = await publisher.manifestOf(await publisher.publish());
      const evil = Buffer.from('evil');
      await publisher.repository.pushBlob(evil, { digest: sha256(evil), size: evil.byteLength });
      const text = Buffer.from(honest).toString().replaceAll(sha256(program), sha256(evil));
      await publisher.announce(Buffer.from(text));
    },
  ],
  'it was made for another channel': [
    'untrusted',
    async (publisher) => {
      const beta = await publisher.publish({ channel: 'beta', version: '2.0.0' });
      await publisher.announce(await publisher.manifestOf(beta));
    },
  ],
  'it is something else that the release key signed': [
    'protocol',
    (publisher) =>
      announceSigned(
        publisher,
        manifestBytes({
          artifactType: 'application/vnd.dockercomms.message.v1',
          layers: [],
          annotations: {},
        }),
      ),
  ],
  'a file of it is huge': [
    'too-large',
    (publisher) => announceSigned(publisher, forged({}, [{ size: 3 * GiB }])),
  ],
  'it has two files for one computer': [
    'protocol',
    (publisher) => announceSigned(publisher, forged({}, [{}, {}])),
  ],
  'its version is a path': [
    'protocol',
    (publisher) => announceSigned(publisher, forged({ 'dockercomms.release.version': '../../1.1.0' })),
  ],
  'it reaches more than everybody': [
    'protocol',
    (publisher) => announceSigned(publisher, forged({ 'dockercomms.release.rollout.percent': '101' })),
  ],
};

describe('an update is refused, and nothing of it fetched, when', () => {
  test.each(Object.entries(refused))('%s', async (_name, [code, attack]) => {
    const { mailbox } = await startSwitchableRegistry();
    await attack(new Publisher(mailbox));
    const { check, files } = await installation(sourceAt(mailbox));
    expect(await check()).toMatchObject({ step: { kind: 'idle' }, failure: { code } });
    expect(await files()).toEqual([]);
  });
});

const files = [{ ...appImage, content: () => Promise.resolve(program) }];
const notOffered: Readonly<Record<string, Parameters<Publisher['publish']>[0]>> = {
  'it is older than what runs': { version: '0.9.0' },
  'it is a preview of what runs': { version: '1.0.0-beta.1' },
  'it is what runs': { version: '1.0.0' },
  'it has nothing for this system': { files: files.map((file) => ({ ...file, platform: 'win32' })) },
  'it has nothing for this processor': { files: files.map((file) => ({ ...file, arch: 'arm64' })) },
  'it has nothing for this kind of package': { files: files.map((file) => ({ ...file, kind: 'deb' })) },
  'its roll-out was stopped': { rollout: { percent: 0, startsAt: new Date(0) } },
  'its roll-out has not begun': { rollout: { percent: 100, startsAt: new Date('2036-01-01T00:00:00Z') } },
};

test.each(Object.entries(notOffered))('an update is not offered when %s', async (_name, change) => {
  const { mailbox } = await startSwitchableRegistry();
  await new Publisher(mailbox).publish(change);
  const { check } = await installation(sourceAt(mailbox));
  expect(await check()).toMatchObject({ step: { kind: 'idle' }, failure: null });
});

test.each([
  ['an older version', { version: '1.1.0' }],
  [
    'an older manifest of the same version',
    { version: '1.2.0', createdAt: new Date('2026-11-19T12:00:00Z') },
  ],
])('a tag that is moved back to %s is found out', async (_name, older) => {
  const { mailbox } = await startSwitchableRegistry();
  const publisher = new Publisher(mailbox);
  const old = await publisher.manifestOf(await publisher.publish(older));
  await publisher.publish({ version: '1.2.0', rollout: { percent: 0, startsAt: new Date(0) } });
  const { check } = await installation(sourceAt(mailbox));
  expect(await check()).toMatchObject({ step: { kind: 'idle' }, failure: null });
  await publisher.announce(old);
  expect(await check()).toMatchObject({ step: { kind: 'idle' }, failure: { code: 'conflict' } });
});

const spoilt: readonly (readonly [string, ErrorCode, Fault, readonly unknown[]])[] = [
  ['changed on its way: nothing of it is kept', 'verification-failed', { corruptAt: 0.5 }, []],
  // Where it goes on, the digest is of all of it.
  [
    'cut off on its way: it waits to go on',
    'network',
    { cut: 'answer' },
    [expect.stringMatching(/\.partial$/)],
  ],
];

test.each(spoilt)('a file is not offered that is %s', async (_name, code, fault, left) => {
  const { mailbox } = await startSwitchableRegistry();
  await new Publisher(mailbox).publish();
  const [host = '', ...path] = mailbox.split('/');
  const blob = `/blobs/${sha256(program)}`;
  const proxy = await startRegistryProxy(host, ({ url }) => (url.endsWith(blob) ? fault : null));
  const { check, download, files: kept } = await installation(sourceAt([proxy.host, ...path].join('/')));
  expect(await check()).toMatchObject({ step: { kind: 'offered' } });
  expect(await download()).toMatchObject({ step: { kind: 'offered' }, failure: { code } });
  expect(await kept()).toEqual(left);
});
