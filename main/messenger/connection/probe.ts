import type { Digest } from '../../base/digest.ts';
import { sha256 } from '../../base/hash.ts';
import { emptyConfig } from '../../oci/descriptor.ts';
import { ociMediaTypes } from '../../oci/media-types.ts';
import { artifactTypes, layerMediaTypes } from '../../protocol/constants.ts';
import { manifestBytes } from '../../protocol/manifest-bytes.ts';

/**
 * The tag under which connection tests write. Fixed, as are the bytes, so that a registry that lets nothing be removed
 * keeps one small artifact and not one for each test. No reader looks at it: messages have other tags.
 */
export const probeTag = 'dockercomms-probe';

export interface ProbeArtifact {
  readonly bytes: Uint8Array;
  readonly digest: Digest;
}

/** Media types exactly as a message has them, since registries with a list of what they allow look at each. */
const layer = { mediaType: layerMediaTypes.zstd, digest: emptyConfig.digest, size: emptyConfig.size };

/** Two that differ in nothing but their number: whether a tag moves shows when it is put on the other one. */
export const messageProbes: readonly [ProbeArtifact, ProbeArtifact] = [
  artifact(artifactTypes.message, [layer], '1'),
  artifact(artifactTypes.message, [layer], '2'),
];

/** As a receipt: no layers. */
export const emptyProbe: ProbeArtifact = artifact(artifactTypes.receipt, [], '3');

/** As an ordinary image: who takes this one and refuses the others refuses what messages are, and not who writes. */
export const imageProbe: ProbeArtifact = probeOf(
  Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: ociMediaTypes.imageManifest,
      config: { ...emptyConfig, mediaType: ociMediaTypes.imageConfig },
      layers: [{ ...layer, mediaType: ociMediaTypes.imageLayer }],
    }),
  ),
);

function artifact(artifactType: string, layers: readonly (typeof layer)[], number: string): ProbeArtifact {
  return probeOf(manifestBytes({ artifactType, layers, annotations: { 'dockercomms.probe': number } }));
}

function probeOf(bytes: Uint8Array): ProbeArtifact {
  return { bytes, digest: sha256(bytes) };
}
