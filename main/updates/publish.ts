import { ociMediaTypes } from '../oci/media-types.ts';
import type { Digest } from '../base/digest.ts';
import { sha256, sha256InPool } from '../base/hash.ts';
import type { OciRepository } from '../oci/repository.ts';
import { publishBundle } from '../trust/publish-bundle.ts';
import type { Signer } from '../trust/signer.ts';
import { channelTag, releaseTag, writeRelease, type Release } from './release.ts';
import type { Target } from './target.ts';

/** A file to publish. Its content is asked for when its turn comes, so that one is in memory at a time. */
export interface FileToPublish extends Target {
  readonly content: () => Promise<Uint8Array<ArrayBuffer>>;
}

export interface ReleaseToPublish extends Omit<Release, 'files'> {
  readonly files: readonly FileToPublish[];
}

/**
 * Puts a release there: its files, the manifest under its version, the signature, and last the channel's tag, so that
 * nobody sees it before it is whole and signed. Files that are there already are not uploaded again: a roll-out goes on with
 * the same files and a larger share.
 */
export async function publishRelease(
  repository: Pick<OciRepository, 'ensureEmptyConfig' | 'exists' | 'pushBlob' | 'pushManifest' | 'settled'>,
  release: ReleaseToPublish,
  signer: Signer,
  signal?: AbortSignal,
): Promise<Digest> {
  // Refused before hundreds of megabytes are sent.
  writeRelease({ ...release, files: [] });
  const tag = channelTag(release.channel);
  const files = [];
  for (const file of release.files) files.push(await publishFile(repository, file, signal));
  const manifest = writeRelease({ ...release, files });
  const digest = sha256(manifest);
  await repository.ensureEmptyConfig(signal);
  await repository.pushManifest(manifest, { tag: releaseTag(release.version), signal });
  const subject = { mediaType: ociMediaTypes.imageManifest, digest, size: manifest.byteLength };
  const bundle = await signer.sign(digest, signal);
  await publishBundle(repository, { subject, bundle, createdAt: release.createdAt }, signal);
  await repository.settled();
  await repository.pushManifest(manifest, { tag, signal });
  return digest;
}

async function publishFile(
  repository: Pick<OciRepository, 'exists' | 'pushBlob'>,
  { content, platform, arch, kind }: FileToPublish,
  signal: AbortSignal | undefined,
) {
  const bytes = await content();
  const described = { digest: await sha256InPool(bytes), size: bytes.byteLength };
  if (!(await repository.exists(described.digest, signal)))
    await repository.pushBlob(bytes, described, { signal });
  return { ...described, platform, arch, kind };
}
