/** Media types of the OCI image specification 1.1 (`media-types.md`), and Docker's older names for the same shapes. */
export const ociMediaTypes = {
  imageManifest: 'application/vnd.oci.image.manifest.v1+json',
  imageIndex: 'application/vnd.oci.image.index.v1+json',
  imageConfig: 'application/vnd.oci.image.config.v1+json',
  imageLayer: 'application/vnd.oci.image.layer.v1.tar+gzip',
  emptyJson: 'application/vnd.oci.empty.v1+json',
  octetStream: 'application/octet-stream',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerManifestList: 'application/vnd.docker.distribution.manifest.list.v2+json',
} as const;

/** What a manifest request accepts. Registries convert or refuse when a stored type is not named. */
export const acceptedManifestTypes = [
  ociMediaTypes.imageManifest,
  ociMediaTypes.imageIndex,
  ociMediaTypes.dockerManifest,
  ociMediaTypes.dockerManifestList,
] as const;
