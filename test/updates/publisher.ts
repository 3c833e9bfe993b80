import { onTestFinished } from 'vitest';
import type { Digest } from '../../main/base/digest.ts';
import { sha256 } from '../../main/base/hash.ts';
import type { UpdateSource } from '../../main/messenger/updates/origin.ts';
import { ociMediaTypes } from '../../main/oci/media-types.ts';
import { parseRepositoryReference } from '../../main/oci/reference.ts';
import { OciRepository } from '../../main/oci/repository.ts';
import { publishBundle } from '../../main/trust/publish-bundle.ts';
import { keySigner } from '../../main/trust/signer.ts';
import { createSigningKey, type SigningKey } from '../../main/trust/signing-key.ts';
import { publishRelease, type ReleaseToPublish } from '../../main/updates/publish.ts';
import { channelTag } from '../../main/updates/release.ts';
import type { Target } from '../../main/updates/target.ts';

/** Who makes releases, as the program knows them. */
export const releaseKey = createSigningKey();

export const appImage: Target = { platform: 'linux', arch: 'x64', kind: 'appimage' };
/** What version 1.1.0 is: larger than one piece of the network. */
export const program = new Uint8Array(300_000).map((_, index) => (index * 7) % 251);

export function sourceAt(repository: string, target: Target = appImage): UpdateSource {
  return { repository, channel: 'stable', keys: [releaseKey.verifying], target };
}

/** Version 1.1.0 for everybody, with a file for `appImage`. */
export function releaseOf(change: Partial<ReleaseToPublish> = {}): ReleaseToPublish {
  const createdAt = new Date('2026-11-20T12:00:00Z');
  return {
    ...{ version: '1.1.0', channel: 'stable', createdAt },
    rollout: { percent: 100, startsAt: createdAt },
    files: [{ ...appImage, content: () => Promise.resolve(program) }],
    ...change,
  };
}

/** Somebody who may write to where releases lie. */
export class Publisher {
  readonly repository: OciRepository;

  constructor(repository: string) {
    this.repository = new OciRepository(parseRepositoryReference(repository));
    onTestFinished(() => this.repository.close());
  }

  publish(change: Partial<ReleaseToPublish> = {}, key: SigningKey = releaseKey): Promise<Digest> {
    return publishRelease(this.repository, releaseOf(change), keySigner(key));
  }

  /** Puts these bytes where the newest release is looked for. */
  async announce(manifest: Uint8Array): Promise<Digest> {
    const { digest } = await this.repository.pushManifest(manifest, { tag: channelTag('stable') });
    return digest;
  }

  /** Puts a signature about `about` beside `manifest`. */
  async sign(manifest: Uint8Array, key: SigningKey = releaseKey, about = sha256(manifest)): Promise<void> {
    const subject = {
      mediaType: ociMediaTypes.imageManifest,
      digest: sha256(manifest),
      size: manifest.byteLength,
    };
    const bundle = await keySigner(key).sign(about);
    await publishBundle(this.repository, { subject, bundle, createdAt: new Date() });
  }

  async manifestOf(digest: Digest): Promise<Uint8Array> {
    return (await this.repository.fetchManifest(digest)).bytes;
  }
}
