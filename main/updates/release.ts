/**
 * A release of this program as an OCI artifact (the specification is ours, docs/releases.md): one manifest for each version,
 * one layer for each file, signed beside it as a message is. What is read here was written by a stranger until its signature
 * was verified.
 * Must-fail vectors: test/messenger/updates/attacks.test.ts.
 */
import { z } from 'zod';
import { DockerCommsError } from '../base/errors.ts';
import { GiB, KiB } from '../base/limits.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { parseImageManifest } from '../oci/manifest.ts';
import {
  commonAnnotations,
  decimal,
  formatDecimal,
  formatTimestamp,
  readAnnotations,
  timestamp,
  version as formatVersion,
} from '../protocol/annotations.ts';
import { annotationNames } from '../protocol/constants.ts';
import { manifestBytes } from '../protocol/manifest-bytes.ts';
import type { Rollout } from './rollout.ts';
import { architectures, packageKinds, platforms, type Target } from './target.ts';
import { isVersion } from './version.ts';

export const releaseArtifactType = 'application/vnd.dockercomms.release.v1';
/** Media type of every layer. */
export const releaseFileType = 'application/vnd.dockercomms.release.file.v1';

/** Bytes of a release's manifest: a dozen files take some kilobytes. */
const largestManifest = 256 * KiB;
/** Bytes of one file: an installer has 150 MB. */
const largestFile = 2 * GiB;
/** Layers that are looked at: three systems, two processors and four kinds of packages are a dozen. */
const mostFiles = 64;

export interface ReleaseFile extends Target {
  readonly digest: Descriptor['digest'];
  /** Bytes. */
  readonly size: number;
}

export interface Release {
  readonly version: string;
  readonly channel: string;
  /** Of this manifest: a roll-out goes on with a younger one of the same version. */
  readonly createdAt: Date;
  readonly rollout: Rollout;
  /** Each target once. */
  readonly files: readonly ReleaseFile[];
}

const names = {
  version: 'dockercomms.release.version',
  channel: 'dockercomms.release.channel',
  percent: 'dockercomms.release.rollout.percent',
  startsAt: 'dockercomms.release.rollout.starts_at',
  platform: 'dockercomms.release.platform',
  arch: 'dockercomms.release.arch',
  kind: 'dockercomms.release.kind',
} as const;

/** Of a channel: it stands in a tag. */
const channelName = /^[a-z][a-z0-9]{0,31}$/;

/** Where the newest release of a channel is found: it moves. Throws `invalid` for what is no channel's name. */
export function channelTag(channel: string): string {
  if (channelName.test(channel)) return `update-${channel}`;
  throw new DockerCommsError('invalid', 'A channel has a name of at most 32 small letters and digits.');
}

/** Under which a version stays. */
export function releaseTag(version: string): string {
  return `release-${version}`;
}

const releaseSchema = z.object({
  [annotationNames.version]: formatVersion,
  [annotationNames.createdAt]: timestamp,
  [names.version]: z.string().refine(isVersion),
  [names.channel]: z.string().regex(channelName),
  [names.percent]: decimal.refine((percent) => percent <= 100),
  [names.startsAt]: timestamp,
});

const targetSchema = z.object({
  [names.platform]: z.enum(platforms),
  [names.arch]: z.enum(architectures),
  [names.kind]: z.enum(packageKinds),
});

/** The manifest's bytes. Throws `invalid` for what no reader would take. */
export function writeRelease({ version, channel, createdAt, rollout, files }: Release): Uint8Array {
  const bytes = manifestBytes({
    artifactType: releaseArtifactType,
    layers: files.map(({ digest, size, platform, arch, kind }) => ({
      ...{ mediaType: releaseFileType, digest, size },
      annotations: { [names.platform]: platform, [names.arch]: arch, [names.kind]: kind },
    })),
    annotations: {
      ...commonAnnotations,
      [annotationNames.createdAt]: formatTimestamp(createdAt),
      [names.version]: version,
      [names.channel]: channel,
      [names.percent]: formatDecimal(rollout.percent),
      [names.startsAt]: formatTimestamp(rollout.startsAt),
    },
  });
  readRelease(bytes);
  return bytes;
}

/**
 * The release that a manifest describes. Files for what this version does not know are left out. Throws `protocol`, and
 * `too-large` for a manifest or a file over the limits.
 */
export function readRelease(bytes: Uint8Array): Release {
  if (bytes.byteLength > largestManifest) throw tooLarge();
  const { artifactType, annotations, layers } = parseImageManifest(bytes);
  if (artifactType !== releaseArtifactType || layers.length > mostFiles) throw noRelease();
  const read = readAnnotations(releaseSchema, annotations);
  const files = layers.flatMap(readFile);
  if (new Set(files.map(nameOf)).size < files.length) throw noRelease();
  return {
    version: read[names.version],
    channel: read[names.channel],
    createdAt: read[annotationNames.createdAt],
    rollout: { percent: read[names.percent], startsAt: read[names.startsAt] },
    files,
  };
}

function readFile({ mediaType, digest, size, annotations = {} }: Descriptor): readonly ReleaseFile[] {
  const target = targetSchema.safeParse(annotations).data;
  if (mediaType !== releaseFileType || target === undefined) return [];
  if (size > largestFile) throw tooLarge();
  return [
    {
      ...{ digest, size },
      platform: target[names.platform],
      arch: target[names.arch],
      kind: target[names.kind],
    },
  ];
}

function nameOf({ platform, arch, kind }: Target): string {
  return `${platform} ${arch} ${kind}`;
}

function noRelease(): DockerCommsError {
  return new DockerCommsError('protocol', 'What lies where updates come from is no release of DockerComms.');
}

function tooLarge(): DockerCommsError {
  return new DockerCommsError('too-large', 'What lies where updates come from is larger than any release.');
}
