import { DockerCommsError } from '../base/errors.ts';
import { limits } from '../base/limits.ts';
import { emptyConfig, type Descriptor } from '../oci/descriptor.ts';
import { ociMediaTypes } from '../oci/media-types.ts';

export interface ArtifactManifest {
  readonly artifactType: string;
  readonly layers: readonly Descriptor[];
  readonly subject?: Descriptor;
  readonly annotations: Readonly<Record<string, string>>;
}

/**
 * The bytes of an artifact's image manifest with the empty config (protocol, section 1). Keys stand in the reference's
 * order and annotations are sorted, so that equal inputs give equal bytes and so equal digests. Throws `too-large`
 * over `limits.manifestPushBytes`.
 */
export function manifestBytes({ artifactType, layers, subject, annotations }: ArtifactManifest): Uint8Array {
  const manifest = {
    schemaVersion: 2,
    mediaType: ociMediaTypes.imageManifest,
    artifactType,
    config: { mediaType: emptyConfig.mediaType, digest: emptyConfig.digest, size: emptyConfig.size },
    layers,
    ...(subject === undefined ? {} : { subject: identifying(subject) }),
    annotations: sorted(annotations),
  };
  const bytes = Buffer.from(JSON.stringify(manifest), 'utf8');
  if (bytes.length > limits.manifestPushBytes) {
    throw new DockerCommsError('too-large', 'This message has more parts than a registry accepts.', {
      detail: { bytes: bytes.length },
    });
  }
  return bytes;
}

/** Only what identifies the subject: its own annotations belong to it alone. */
function identifying({ mediaType, digest, size }: Descriptor): Descriptor {
  return { mediaType, digest, size };
}

function sorted(annotations: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(annotations);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
