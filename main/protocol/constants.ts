/** Names of the DockerComms v1 format (protocol, sections 1, 2 and 5). Values on the wire: never change one. */

/** `artifactType` of the manifests. */
export const artifactTypes = {
  message: 'application/vnd.dockercomms.message.v1',
  receipt: 'application/vnd.dockercomms.receipt.v1',
  /** A Sigstore bundle; its one layer has the same media type. */
  bundle: 'application/vnd.dev.sigstore.bundle.v0.3+json',
  profile: 'application/vnd.dockercomms.profile.v1',
} as const;

/** Media type of a profile's one layer. */
export const profileMediaType = 'application/vnd.dockercomms.profile.v1+json';

export const compressions = ['gzip', 'zstd'] as const;
export type Compression = (typeof compressions)[number];

/** Media type of a chunk layer, by how its tar stream is compressed. */
export const layerMediaTypes = {
  gzip: 'application/vnd.dockercomms.chunk.v1.tar+gzip',
  zstd: 'application/vnd.dockercomms.chunk.v1.tar+zstd',
} as const satisfies Record<Compression, string>;

/** The value of `annotationNames.version` that we write. */
export const formatVersion = '1.0';

export const annotationNames = {
  version: 'dockercomms.version',
  sender: 'dockercomms.sender',
  recipient: 'dockercomms.recipient',
  createdAt: 'dockercomms.created_at',
  ttlSeconds: 'dockercomms.ttl_seconds',
  messageId: 'dockercomms.message.id',
  filename: 'dockercomms.filename',
  totalBytes: 'dockercomms.total_bytes',
  chunkBytes: 'dockercomms.chunk_bytes',
  chunkCount: 'dockercomms.chunk_count',
  compression: 'dockercomms.compression',
  /** On a layer's descriptor, not on the manifest. */
  chunkIndex: 'dockercomms.chunk.index',
  receiptFor: 'dockercomms.receipt.for',
  receiptStatus: 'dockercomms.receipt.status',
  receiptVerified: 'dockercomms.receipt.verified',
  receiptReason: 'dockercomms.receipt.reason',
  /** Milliseconds within the second of `createdAt`: puts messages of the same second in order. */
  createdAtMilliseconds: 'dockercomms.created_at.ms',
  contentType: 'dockercomms.content_type',
  batchId: 'dockercomms.batch.id',
  batchIndex: 'dockercomms.batch.index',
  batchCount: 'dockercomms.batch.count',
  inReplyTo: 'dockercomms.in_reply_to',
  mailbox: 'dockercomms.mailbox',
  recipientKey: 'dockercomms.recipient.key',
} as const;

/** `contentType` of a chat message (protocol, section 5). */
export const textContentType = 'text/plain; charset=utf-8';
