/** The profile as an artifact (protocol, section 6): fetching one with its signers, publishing one. */
import type { Digest } from '../base/digest.ts';
import { DockerCommsError } from '../base/errors.ts';
import { sha256 } from '../base/hash.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { parseImageManifest } from '../oci/manifest.ts';
import { ociMediaTypes } from '../oci/media-types.ts';
import type { OciRepository } from '../oci/repository.ts';
import { commonAnnotations, formatTimestamp } from '../protocol/annotations.ts';
import { annotationNames, artifactTypes, profileMediaType } from '../protocol/constants.ts';
import { manifestBytes } from '../protocol/manifest-bytes.ts';
import { profileTag, profileVersionOf, profileVersionTag } from '../protocol/tags.ts';
import type { CandidateOptions, EvidencePlace } from './candidates.ts';
import { findSigners } from './evidence.ts';
import type { SignedProfile } from './profile-succession.ts';
import { largestProfileBytes, parseProfile, writeProfile, type Profile } from './profile.ts';
import { publishBundle } from './publish-bundle.ts';
import type { Signer } from './signer.ts';
import type { VerifyingKey } from './signing-key.ts';
import { subjectOf } from './verify.ts';

/**
 * The profile at `reference` (a tag or a digest), and which of its own devices and of `pinned` signed it. What it says
 * is believed by `firstSightProblem` or `classifyProfile` only. Fails `not-found`, `protocol`, or as the registry does.
 */
export async function fetchSignedProfile(
  place: EvidencePlace,
  reference: string,
  pinned: readonly VerifyingKey[],
  options: CandidateOptions = {},
): Promise<SignedProfile> {
  const { bytes, digest } = await place.fetchManifest(reference, options.signal);
  const layer = profileLayer(bytes);
  const profile = parseProfile(await place.fetchWholeBlob(layer, { signal: options.signal }));
  const keys = new Map(
    [...pinned, ...profile.devices.map(({ key }) => key)].map((key) => [key.fingerprint, key]),
  );
  const signedBy = await findSigners(place, subjectOf(bytes), [...keys.values()], options);
  return { profile, digest, signedBy };
}

function profileLayer(manifest: Uint8Array): Descriptor {
  const { artifactType, layers } = parseImageManifest(manifest);
  const [layer, ...others] = layers;
  const fits =
    artifactType === artifactTypes.profile &&
    layer?.mediaType === profileMediaType &&
    layer.size <= largestProfileBytes &&
    others.length === 0;
  if (fits) return layer;
  throw new DockerCommsError('protocol', 'This is not a profile.');
}

/**
 * Puts a profile under its version's tag, with one signature of each of `signers`: every new device must be among
 * them. Nobody sees it before `announceProfile`. Throws `invalid` for a profile that nobody could read.
 */
export async function publishProfile(
  repository: Pick<OciRepository, 'ensureEmptyConfig' | 'pushBlob' | 'pushManifest'>,
  profile: Profile,
  signers: readonly Signer[],
  signal?: AbortSignal,
): Promise<PublishedProfile> {
  const layer = writeProfile(profile);
  const content = { digest: sha256(layer), size: layer.byteLength };
  const manifest = buildProfileManifest(profile, content);
  const digest = sha256(manifest);
  await repository.ensureEmptyConfig(signal);
  await repository.pushBlob(layer, content, { signal });
  const tag = profileVersionTag(profile.identity, profile.sequence, digest);
  await repository.pushManifest(manifest, { tag, signal });
  const published = { manifest, digest, tag };
  for (const signer of signers) await signProfile(repository, published, signer, profile.issuedAt, signal);
  return published;
}

export interface PublishedProfile {
  readonly manifest: Uint8Array;
  readonly digest: Digest;
  /** Of this version. */
  readonly tag: string;
}

/** Adds a signature to a profile that is there: a device that finds itself in it says so. */
export async function signProfile(
  repository: Pick<OciRepository, 'ensureEmptyConfig' | 'pushBlob' | 'pushManifest'>,
  { manifest, digest }: Pick<PublishedProfile, 'manifest' | 'digest'>,
  signer: Signer,
  createdAt: Date,
  signal?: AbortSignal,
): Promise<void> {
  const bundle = await signer.sign(digest, signal);
  const subject = { mediaType: ociMediaTypes.imageManifest, digest, size: manifest.byteLength };
  await publishBundle(repository, { subject, bundle, createdAt }, signal);
}

/**
 * Moves the identity's tag to a published profile. Registries have no compare-and-swap: list the versions afterwards
 * (`profileVersions`), and unite what two devices published at once.
 */
export async function announceProfile(
  repository: Pick<OciRepository, 'pushManifest'>,
  identity: string,
  { manifest }: Pick<PublishedProfile, 'manifest'>,
  signal?: AbortSignal,
): Promise<void> {
  await repository.pushManifest(manifest, { tag: profileTag(identity), signal });
}

/** Versions that are looked at: two devices at once are likely, sixty-four are not. */
const mostVersions = 64;

/**
 * Of a listing, the tags of the identity's profiles from sequence `from` on, the lowest first: those of one sequence
 * are a fork. Claims, as every tag: whoever may write can put any number there.
 */
export function profileVersions(tags: Iterable<string>, identity: string, from: number): readonly string[] {
  const versions: { readonly tag: string; readonly sequence: number }[] = [];
  for (const tag of tags) {
    const sequence = profileVersionOf(tag, identity);
    if (sequence !== null && sequence >= from) versions.push({ tag, sequence });
  }
  versions.sort((a, b) => a.sequence - b.sequence || (a.tag < b.tag ? -1 : 1));
  return versions.slice(0, mostVersions).map(({ tag }) => tag);
}

function buildProfileManifest(profile: Profile, layer: Pick<Descriptor, 'digest' | 'size'>): Uint8Array {
  return manifestBytes({
    artifactType: artifactTypes.profile,
    layers: [{ mediaType: profileMediaType, ...layer }],
    annotations: { ...commonAnnotations, [annotationNames.createdAt]: formatTimestamp(profile.issuedAt) },
  });
}
