import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { MiB } from '../../../main/base/limits.ts';
import {
  requireUsableInstance,
  sigstoreInstance,
  type TrustSource,
} from '../../../main/messenger/sigstore/instance.ts';
import { TrustedRoots } from '../../../main/messenger/sigstore/trusted-roots.ts';
import { readSettings } from '../../../main/messenger/settings.ts';
import { Connections } from '../../../main/oci/connections.ts';
import { fetchThrough } from '../../../main/oci/fetch-through.ts';
import { verifyBundle } from '../../../main/trust/verify.ts';
import { golden, goldenAlice, goldenSubject } from '../../trust/golden.ts';
import { startTufMirror } from '../../peers/tuf-mirror.ts';

const roots = { v1: golden('rekor-v1/trusted_root.json'), v2: golden('rekor-v2/trusted_root.json') };

async function reader(folder?: string) {
  const place = folder ?? (await mkdtemp(join(tmpdir(), 'dockercomms-roots-')));
  if (folder === undefined) onTestFinished(() => rm(place, { recursive: true }));
  const connections = new Connections();
  onTestFinished(() => connections.close());
  const stale: unknown[] = [];
  let now = Date.now();
  const trusted = new TrustedRoots({
    folder: place,
    fetch: fetchThrough(connections, MiB),
    clock: { now: () => now, after: () => () => undefined },
    onStale: (error) => stale.push(error),
  });
  return { folder: place, trusted, stale, pass: (hours: number) => (now += hours * 3_600_000) };
}

async function mirror() {
  const started = await startTufMirror(roots.v1);
  onTestFinished(() => started.stop());
  const { url, root } = started;
  return { ...started, source: { kind: 'tuf', mirror: { url, root }, builtIn: null } satisfies TrustSource };
}

/** Which of the golden instances a root believes. */
async function believes(trusted: TrustedRoots, source: TrustSource): Promise<string> {
  const policy = { keys: [], certificates: [goldenAlice], trustedRoot: await trusted.of(source) };
  const isVerified = (file: string) => verifyBundle(goldenSubject, golden(file), policy).state === 'verified';
  return isVerified('rekor-v1/dsse.json')
    ? 'v1'
    : isVerified('rekor-v2/message-signature.json')
      ? 'v2'
      : 'none';
}

describe('the trusted root', () => {
  it('comes from a mirror, verified from its first root on, and once for any number of messages', async () => {
    const { source, requests } = await mirror();
    const { trusted } = await reader();
    await Promise.all(Array.from({ length: 50 }, () => trusted.of(source)));
    expect(await believes(trusted, source)).toBe('v1');
    expect(requests.filter((path) => path === 'timestamp.json')).toHaveLength(1);
  });

  it('is renewed after a day', async () => {
    const { source, publish } = await mirror();
    const { trusted, pass } = await reader();
    await trusted.of(source);
    publish(roots.v2);
    expect(await believes(trusted, source)).toBe('v1');
    pass(25);
    expect(await believes(trusted, source)).toBe('v2');
  });

  it.each(['forged', 'rolled back', 'gone'] as const)(
    'stays what it was while the mirror’s is %s',
    async (what) => {
      const { source, publish, rollBack, stop } = await mirror();
      const { folder, trusted } = await reader();
      publish(roots.v2);
      expect(await believes(trusted, source)).toBe('v2');
      if (what === 'forged') publish(roots.v1, 'forged');
      else if (what === 'rolled back') rollBack();
      else await stop();
      const later = await reader(folder);
      expect(await believes(later.trusted, source)).toBe('v2');
      expect(later.stale).toHaveLength(1);
    },
  );

  it('is not taken from a mirror that somebody else signed', async () => {
    const { source } = await mirror();
    const other = await mirror();
    const { trusted } = await reader();
    const swapped = { ...source, mirror: { url: other.source.mirror.url, root: source.mirror.root } };
    await expect(trusted.of(swapped)).rejects.toMatchObject({ code: 'verification-failed' });
  });

  it('of the public instance is built in, for those who cannot reach its mirror', async () => {
    const { trust } = sigstoreInstance({ instance: 'public' });
    if (trust.kind !== 'tuf') throw new Error('a mirror');
    const { stop, url } = await mirror();
    await stop();
    const { trusted, stale } = await reader();
    await expect(trusted.of({ ...trust, mirror: { ...trust.mirror, url } })).resolves.toHaveProperty(
      'verifier',
    );
    expect(stale).toHaveLength(1);
  });

  it('in a file that is none is refused', async () => {
    const { trusted } = await reader();
    const file = { kind: 'file', trustedRoot: Buffer.from('{"mediaType":"text/plain"}') } as const;
    await expect(trusted.of(file)).rejects.toMatchObject({ code: 'invalid' });
  });
});

describe('an instance of one’s own', () => {
  const own = {
    instance: 'private',
    fulcio: 'https://fulcio.example',
    rekor: 'https://rekor.example',
    rekorVersion: 1,
    timestampAuthority: null,
    issuer: 'https://login.example',
    clientId: 'sigstore',
    trust: { kind: 'file', trustedRoot: roots.v1.toString() },
  } as const;

  it('is taken with a trusted root and addresses with https', () => {
    expect(() => requireUsableInstance(own)).not.toThrow();
  });

  it.each([
    ['a trusted root that is not one', { ...own, trust: { kind: 'file', trustedRoot: '{}' } }],
    ['a service that would see the token unencrypted', { ...own, fulcio: 'http://fulcio.example' }],
    ['a log that gives no time, and no timestamp authority', { ...own, rekorVersion: 2 }],
  ] as const)('is refused with %s', (_title, settings) => {
    expect(() => requireUsableInstance(settings)).toThrow(expect.objectContaining({ code: 'invalid' }));
  });

  it('is kept without a timestamp authority: the log gives the time', () => {
    const { timestampAuthority: _none, ...stored } = own;
    expect(readSettings({ sigstore: stored }).sigstore).toEqual(own);
  });
});
