import { DockerCommsError } from '../../main/base/errors.ts';
import type { Digest } from '../../main/base/digest.ts';
import { sha256 } from '../../main/base/hash.ts';
import type { Descriptor } from '../../main/oci/descriptor.ts';
import { ociMediaTypes } from '../../main/oci/media-types.ts';
import type { ExpectedContent, FetchedManifest } from '../../main/oci/repository.ts';
import { buildBundleManifest } from '../../main/protocol/bundle.ts';
import { artifactTypes } from '../../main/protocol/constants.ts';
import { bundleTag } from '../../main/protocol/tags.ts';
import type { EvidencePlace } from '../../main/trust/candidates.ts';
import type { Subject } from '../../main/trust/verify.ts';

/** A repository in memory, where anybody may put anything beside anything. */
export class MemoryPlace implements EvidencePlace {
  readonly referring: Descriptor[] = [];
  readonly tagged = new Map<string, Digest>();
  readonly manifests = new Map<Digest, Uint8Array>();
  readonly blobs = new Map<Digest, Uint8Array>();
  /** What was fetched, in order. */
  readonly fetched: string[] = [];
  listedTags = 0;
  /** Called before each answer; may throw. */
  beforeFetch: (reference: string) => void = () => undefined;

  /** Puts a bundle beside `subject`: as a referrer, or under a `bundle-` tag. */
  attach(subject: Subject, bundle: Uint8Array, how: 'referrer' | 'tag' = 'referrer'): Digest {
    this.blobs.set(sha256(bundle), bundle);
    const manifest = buildBundleManifest({
      subject: descriptorOf(subject),
      bundle: { digest: sha256(bundle), size: bundle.byteLength },
      createdAt: new Date('2026-11-24T12:00:00Z'),
    });
    return this.put(manifest, subject, how);
  }

  /** Puts any manifest beside `subject`. */
  put(manifest: Uint8Array, subject: Subject, how: 'referrer' | 'tag' = 'referrer'): Digest {
    const digest = sha256(manifest);
    this.manifests.set(digest, manifest);
    if (how === 'referrer') {
      const size = manifest.byteLength;
      this.referring.push({
        mediaType: ociMediaTypes.imageManifest,
        artifactType: artifactTypes.bundle,
        digest,
        size,
      });
    } else {
      const random = (this.tagged.size + 0x100000).toString(16);
      this.tagged.set(bundleTag({ for: subject.digest, createdAt: new Date(0), random }), digest);
    }
    return digest;
  }

  async *referrers(): AsyncGenerator<Descriptor> {
    await Promise.resolve();
    yield* this.referring;
  }

  async *tags(): AsyncGenerator<string> {
    this.listedTags += 1;
    await Promise.resolve();
    yield* this.tagged.keys();
  }

  async fetchManifest(reference: string): Promise<FetchedManifest> {
    await Promise.resolve();
    this.fetched.push(reference);
    this.beforeFetch(reference);
    const digest = this.tagged.get(reference) ?? (reference as Digest);
    const bytes = this.manifests.get(digest);
    if (bytes === undefined) throw new DockerCommsError('not-found', 'There is no such manifest.');
    return { digest, mediaType: ociMediaTypes.imageManifest, bytes };
  }

  async fetchWholeBlob(content: ExpectedContent): Promise<Buffer<ArrayBuffer>> {
    await Promise.resolve();
    this.fetched.push(content.digest);
    this.beforeFetch(content.digest);
    const bytes = this.blobs.get(content.digest);
    if (bytes === undefined) throw new DockerCommsError('not-found', 'There is no such blob.');
    if (bytes.byteLength !== content.size) {
      throw new DockerCommsError('verification-failed', 'The registry gave something else.');
    }
    return Buffer.from(bytes);
  }
}

export function descriptorOf({ digest, bytes }: Subject): Descriptor {
  return { mediaType: ociMediaTypes.imageManifest, digest, size: bytes.byteLength };
}
