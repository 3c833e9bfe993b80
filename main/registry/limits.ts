import { GiB, KiB, MiB, limits } from '../base/limits.ts';

/** Every limit of the embedded registry, in one place, with its unit and its reason. */
export const registryLimits = {
  /** Bytes of a manifest (distribution specification, "Pushing Manifests": at least 4 MB). */
  manifestBytes: limits.manifestPushBytes,
  /** Bytes of one blob: far over our largest chunk; it only stops what would never end. */
  blobBytes: 64 * GiB,
  /** Bytes of a repository name: what clients accept for host and name together. */
  nameBytes: 255,
  /** Tags in one page, however many were asked for: keeps a page under 1 MiB and a few milliseconds. */
  tagsPerPage: 4_000,
  /** Bytes of descriptors in one page of referrers: a page is an index, and those may have 4 MiB. */
  referrersPageBytes: 3 * MiB,
  /** Referrers in one page. */
  referrersPerPage: 1_000,
  /** Uploads that are open at once: each may hold a file descriptor. */
  openUploads: 512,
  /** Milliseconds without a byte after which an upload counts as given up. */
  uploadIdleMilliseconds: 60 * 60 * 1000,
  /** Bytes written in one go: large enough for the disk, small enough for 128 connections at once. */
  writeBytes: 256 * KiB,
  /** Bytes read in one go while a blob is served. */
  readBytes: 256 * KiB,
  /** Bytes of a request's head: a long name, a digest and a state in the query fit several times. */
  headerBytes: 16 * KiB,
  /** Bytes of a refused body that are read on, so that the client gets to the answer; more ends the connection. */
  swallowedBytes: 64 * MiB,
  /** Connections at once. */
  connections: 128,
  /** Milliseconds for a request's head to arrive. */
  headersMilliseconds: 15_000,
  /** Milliseconds after which a connection on which nothing moves is ended: a slow disk may sync a large blob. */
  silentMilliseconds: 300_000,
  /** Milliseconds that a connection without a request is kept. */
  keepAliveMilliseconds: 60_000,
  /** Milliseconds that running requests get when the registry is closed. */
  closeGraceMilliseconds: 2_000,
} as const;
