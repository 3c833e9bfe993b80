import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Digest } from '../../main/base/digest.ts';
import { sha256 } from '../../main/base/hash.ts';
import { emptyConfig, type Descriptor } from '../../main/oci/descriptor.ts';
import { ociMediaTypes } from '../../main/oci/media-types.ts';
import { parseRepositoryReference } from '../../main/oci/reference.ts';
import { OciRepository, type Credentials } from '../../main/oci/repository.ts';
import { loadReferenceLayout } from '../peers/reference-layout.ts';

/** A registry under contract. */
export interface RegistryUnderTest {
  /** `host:port`, on loopback. */
  readonly host: string;
  readonly credentials?: Credentials;
  /** Whether it has the referrers API; without it, clients keep the fallback tag. */
  readonly referrers: boolean;
  /** Whether a tag can be deleted without its manifest. */
  readonly deletesTags: boolean;
  stop(): Promise<void>;
}

/** Content with its digest and size. */
export function blobOf(bytes: Uint8Array): { bytes: Uint8Array; digest: Digest; size: number } {
  return { bytes, digest: sha256(bytes), size: bytes.byteLength };
}

/** A manifest of our kind: empty config, these layers. */
export function manifestOf(
  layers: readonly Descriptor[],
  more: Readonly<Record<string, unknown>> = {},
): Uint8Array {
  const document = {
    schemaVersion: 2,
    mediaType: ociMediaTypes.imageManifest,
    artifactType: 'application/vnd.dockercomms.test.v1',
    config: emptyConfig,
    layers,
    ...more,
  };
  return new TextEncoder().encode(JSON.stringify(document));
}

/** Everything of an async iterable. */
export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

const nowhere: Digest = `sha256:${'5'.repeat(64)}`;

/** What this client may expect of a registry: one suite for every registry that it runs on. */
export function registryContract(name: string, start: () => Promise<RegistryUnderTest>): void {
  describe(`${name} with our client`, () => {
    let registry: RegistryUnderTest;
    const opened: OciRepository[] = [];

    beforeAll(async () => {
      registry = await start();
    });
    afterAll(async () => {
      await Promise.all(opened.map((repository) => repository.close()));
      await registry.stop();
    });

    /** A repository that no other test uses. */
    const open = (path = `contract/${randomBytes(6).toString('hex')}`): OciRepository => {
      const repository = new OciRepository(parseRepositoryReference(`${registry.host}/${path}`), {
        credentials: () => Promise.resolve(registry.credentials ?? null),
      });
      opened.push(repository);
      return repository;
    };

    const pushManifest = async (repository: OciRepository, tag: string, more?: Record<string, unknown>) => {
      await repository.ensureEmptyConfig();
      return repository.pushManifest(manifestOf([], { annotations: { of: tag }, ...more }), { tag });
    };

    it('answers a ping', async () => {
      await expect(open().ping()).resolves.toBeUndefined();
    });

    it('gives back the bytes of a blob', async () => {
      const repository = open();
      const blob = blobOf(randomBytes(3 * 1024 * 1024 + 17));
      const sent: number[] = [];
      expect(await repository.exists(blob.digest)).toBe(false);
      await repository.pushBlob(blob.bytes, blob, { onSent: (bytes) => sent.push(bytes) });
      expect(await repository.exists(blob.digest)).toBe(true);
      expect(await buffer(await repository.fetchBlob(blob))).toEqual(blob.bytes);
      expect(sent.at(0)).toBe(0);
      expect(sent.at(-1)).toBe(blob.size);
      expect(sent).toEqual(sent.toSorted((a, b) => a - b));
    });

    it('gives the rest of a blob whose beginning is here', async () => {
      const repository = open();
      const blob = blobOf(randomBytes(1_000_000));
      await repository.pushBlob(blob.bytes, blob);
      const begun = Readable.from([blob.bytes.subarray(0, 400_000)]);
      const rest = await buffer(await repository.fetchBlob(blob, { begun }));
      expect(rest.equals(blob.bytes.subarray(400_000))).toBe(true);
    });

    it('takes the same blob twice', async () => {
      const repository = open();
      const blob = blobOf(randomBytes(100));
      await repository.pushBlob(blob.bytes, blob);
      await repository.pushBlob(blob.bytes, blob);
      expect(await buffer(await repository.fetchBlob(blob))).toEqual(blob.bytes);
    });

    it('takes many blobs at once', async () => {
      const repository = open();
      const blobs = Array.from({ length: 24 }, () => blobOf(randomBytes(200_000)));
      await Promise.all(blobs.map((blob) => repository.pushBlob(blob.bytes, blob)));
      const back = await Promise.all(blobs.map(async (blob) => buffer(await repository.fetchBlob(blob))));
      expect(back.map((bytes) => sha256(bytes))).toEqual(blobs.map(({ digest }) => digest));
    });

    it('refuses bytes that are not what their digest says', async () => {
      const blob = blobOf(randomBytes(100));
      await expect(open().pushBlob(randomBytes(100), blob)).rejects.toMatchObject({
        code: 'verification-failed',
      });
    });

    it('says not-found for a blob that is not there', async () => {
      const repository = open();
      await repository.ensureEmptyConfig();
      await expect(repository.fetchBlob({ digest: nowhere, size: 1 })).rejects.toMatchObject({
        code: 'not-found',
        detail: { method: 'GET', status: 404, registryCodes: 'BLOB_UNKNOWN' },
      });
    });

    it('refuses a blob that is larger than its description', async () => {
      const repository = open();
      const blob = blobOf(randomBytes(100));
      await repository.pushBlob(blob.bytes, blob);
      await expect(repository.fetchBlob({ ...blob, size: 99 })).rejects.toMatchObject({
        code: 'verification-failed',
      });
    });

    it('lets a download be abandoned and goes on', async () => {
      const repository = open();
      const blob = blobOf(randomBytes(8 * 1024 * 1024));
      await repository.pushBlob(blob.bytes, blob);
      // More rounds than connections: a connection that is not given back would be missed.
      for (let round = 0; round < 24; round += 1) {
        const stream = await repository.fetchBlob(blob);
        if (round % 2 === 0) await once(stream, 'readable');
        stream.destroy();
      }
      expect(sha256(await buffer(await repository.fetchBlob(blob)))).toBe(blob.digest);
    });

    it('gives a manifest back by tag and by digest, byte for byte', async () => {
      const repository = open();
      const blob = blobOf(randomBytes(64));
      await repository.ensureEmptyConfig();
      await repository.pushBlob(blob.bytes, blob);
      const layer: Descriptor = {
        mediaType: ociMediaTypes.octetStream,
        digest: blob.digest,
        size: blob.size,
      };
      const bytes = manifestOf([layer]);
      const descriptor = await repository.pushManifest(bytes, { tag: 'one' });
      expect(descriptor).toEqual({
        mediaType: ociMediaTypes.imageManifest,
        digest: sha256(bytes),
        size: bytes.byteLength,
      });
      for (const reference of ['one', descriptor.digest]) {
        const fetched = await repository.fetchManifest(reference);
        expect(Buffer.from(fetched.bytes)).toEqual(Buffer.from(bytes));
        expect(fetched.digest).toBe(descriptor.digest);
        expect(fetched.mediaType).toBe(ociMediaTypes.imageManifest);
      }
    });

    it('resolves a tag to the descriptor of its manifest, and an unknown tag to null', async () => {
      const repository = open();
      const descriptor = await pushManifest(repository, 'known');
      expect(await repository.resolve('known')).toEqual(descriptor);
      expect(await repository.resolve('unknown')).toBeNull();
      expect(await open().resolve('unknown')).toBeNull();
    });

    it('tags a manifest that was pushed by digest', async () => {
      const repository = open();
      await repository.ensureEmptyConfig();
      const descriptor = await repository.pushManifest(manifestOf([]));
      expect(await collect(repository.tags())).toEqual([]);
      await repository.tag(descriptor.digest, 'later');
      expect(await collect(repository.tags())).toEqual(['later']);
      expect((await repository.resolve('later'))?.digest).toBe(descriptor.digest);
    });

    it('moves a tag', async () => {
      const repository = open();
      await pushManifest(repository, 'moving');
      const second = await repository.pushManifest(manifestOf([], { annotations: { n: '2' } }), {
        tag: 'moving',
      });
      expect((await repository.fetchManifest('moving')).digest).toBe(second.digest);
    });

    it('takes manifests without layers, absent and null ones too', async () => {
      const repository = open();
      await repository.ensureEmptyConfig();
      for (const layers of [[], null, undefined]) {
        const bytes = manifestOf([], { layers });
        const { digest } = await repository.pushManifest(bytes);
        expect(Buffer.from((await repository.fetchManifest(digest)).bytes)).toEqual(Buffer.from(bytes));
      }
    });

    it('refuses a manifest whose layers were not uploaded', async () => {
      const repository = open();
      await repository.ensureEmptyConfig();
      const layer: Descriptor = { mediaType: ociMediaTypes.octetStream, digest: nowhere, size: 1 };
      await expect(repository.pushManifest(manifestOf([layer]), { tag: 'hollow' })).rejects.toMatchObject({
        code: 'not-found',
      });
    });

    it('lists every tag, whatever the page size', async () => {
      const repository = open();
      const wanted = Array.from({ length: 23 }, (_, index) => `tag-${String(index).padStart(3, '0')}`);
      for (const tag of wanted) await pushManifest(repository, tag);
      for (const pageSize of [5, 23, 1000]) {
        const tags = await collect(repository.tags({ pageSize }));
        expect([...new Set(tags)].sort()).toEqual(wanted);
      }
    });

    it('lists at least every tag after `last`', async () => {
      const repository = open();
      for (const tag of ['a', 'b', 'c', 'd']) await pushManifest(repository, tag);
      const tags = new Set(await collect(repository.tags({ last: 'b', pageSize: 1 })));
      expect(tags.has('c') && tags.has('d')).toBe(true);
    });

    it('has no tags in a repository that nobody wrote to', async () => {
      expect(await collect(open().tags())).toEqual([]);
    });

    it('finds referrers by subject and artifact type', async () => {
      const repository = open();
      const subject = await pushManifest(repository, 'subject');
      const artifactType = 'application/vnd.dockercomms.receipt.v1';
      const referrer = await pushManifest(repository, 'referrer', { subject, artifactType });
      await pushManifest(repository, 'other', { subject, artifactType: 'application/x-other' });
      expect(await repository.referrersSupported()).toBe(registry.referrers);
      const found = await collect(repository.referrers(subject.digest, { artifactType }));
      expect(found.map(({ digest }) => digest)).toEqual([referrer.digest]);
      expect(await collect(repository.referrers(subject.digest))).toHaveLength(2);
      expect(await collect(repository.referrers(nowhere))).toEqual([]);
    });

    it('leaves no entry of what is gone, and no index that is empty', async () => {
      const repository = open();
      const subject = await pushManifest(repository, 'subject');
      const referrer = await pushManifest(repository, 'referrer', { subject });
      const other = await pushManifest(repository, 'other', { subject, annotations: { other: 'yes' } });
      const referring = async () =>
        (await collect(repository.referrers(subject.digest))).map(({ digest }) => digest);
      for (const { digest } of [referrer, other]) {
        await repository.delete(digest);
        await repository.forgetReferrer(subject.digest, digest);
        expect(await referring()).toEqual(digest === referrer.digest ? [other.digest] : []);
      }
      const tags = await collect(repository.tags());
      expect(tags.filter((tag) => tag.startsWith('sha256-'))).toEqual([]);
    });

    it('forgets what was deleted by digest', async () => {
      const repository = open();
      const { digest } = await pushManifest(repository, 'gone');
      await repository.delete(digest);
      expect(await repository.resolve('gone')).toBeNull();
      await expect(repository.fetchManifest(digest)).rejects.toMatchObject({ code: 'not-found' });
    });

    it('forgets a tag, or says that it cannot', async () => {
      const repository = open();
      await pushManifest(repository, 'untagged');
      const deleting = repository.delete('untagged');
      if (registry.deletesTags) await deleting;
      else await expect(deleting).rejects.toMatchObject({ code: 'unsupported' });
      expect((await repository.resolve('untagged')) === null).toBe(registry.deletesTags);
    });

    it('stops an upload when the signal says so', async () => {
      const repository = open();
      const blob = blobOf(randomBytes(16 * 1024 * 1024));
      const stop = new AbortController();
      const upload = repository.pushBlob(blob.bytes, blob, {
        signal: stop.signal,
        onSent: (bytes) => {
          if (bytes > 0) stop.abort();
        },
      });
      await expect(upload).rejects.toMatchObject({ code: 'cancelled' });
      expect(await repository.exists(blob.digest)).toBe(false);
    });

    it('stops a download when the signal says so', async () => {
      const repository = open();
      const blob = blobOf(randomBytes(16 * 1024 * 1024));
      await repository.pushBlob(blob.bytes, blob);
      const stop = new AbortController();
      const stream = await repository.fetchBlob(blob, { signal: stop.signal });
      stream.once('data', () => stop.abort());
      await expect(buffer(stream)).rejects.toMatchObject({ code: 'cancelled' });
    });

    it('holds the messages and receipts of the reference, unchanged', async () => {
      const repository = open();
      const entries = await loadReferenceLayout(repository);
      expect((await collect(repository.tags())).sort()).toEqual(entries.map(({ tag }) => tag).sort());
      for (const { tag, descriptor } of entries) {
        expect((await repository.fetchManifest(tag)).digest).toBe(descriptor.digest);
      }
    });
  });
}
