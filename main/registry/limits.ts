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
  /** Bytes of one blob that comes over the network: many times our largest chunk. */
  guestBlobBytes: 1 * GiB,
  /** Uploads that one person on the network has open at once: more than all their connections need. */
  guestOpenUploads: 64,
  /** Connections at once from one address of the network: several programs of one machine, not a crowd. */
  connectionsPerAddress: 32,
  /** Milliseconds for a TLS handshake. */
  handshakeMilliseconds: 10_000,
  /** Milliseconds after which a connection over the network on which nothing moves is ended. */
  networkSilentMilliseconds: 120_000,
  /** People who can be invited: the list is read and written whole. */
  guests: 500,
  /** Passwords that are hashed at once, at 32 MiB and a processor each. */
  passwordHashesAtOnce: 2,
  /** Passwords that wait to be hashed: more are told to come again. */
  passwordHashesWaiting: 32,
  /** Wrong passwords in a row from one address that cost no waiting. */
  freeFailures: 5,
  /** Milliseconds that wrong passwords can make an address wait. */
  longestSlowDownMilliseconds: 60_000,
  /** Milliseconds after which wrong passwords are forgotten. */
  failuresForgottenMilliseconds: 15 * 60 * 1000,
  /** Addresses with wrong passwords that are remembered at once. */
  sourcesRemembered: 1_000,
  /** Milliseconds that running requests get when the registry is closed. */
  closeGraceMilliseconds: 2_000,
} as const;
