import { GiB, KiB, MiB, limits } from '../base/limits.ts';

/** Every limit of the embedded registry, in one place, with its unit and its reason. */
export const registryLimits = {
  /**
   * Bytes of a manifest: what the specification wants taken at least (distribution, "Pushing Manifests"), and no
   * more, because each is held in memory.
   */
  manifestBytes: limits.manifestPushBytes,
  /**
   * Bytes of one blob: a thousand of our largest chunks, and more than layers of images have; it only stops what
   * would never end.
   */
  blobBytes: 64 * GiB,
  /** Characters of a repository's name: what clients of other makes accept is what we take. */
  nameCharacters: limits.repositoryNameCharacters,
  /** Tags in one page, however many were asked for: keeps a page under 1 MiB and a few milliseconds. */
  tagsPerPage: 4_000,
  /** Bytes of descriptors in one page of referrers: a page is an index, and those may have 4 MiB. */
  referrersPageBytes: 3 * MiB,
  /**
   * Referrers in one page, all read from the catalogue at once: with 3 KiB each, which is much, they make the bytes
   * above.
   */
  referrersPerPage: 1_000,
  /** Uploads that are open at once: each may hold a file descriptor, and a process commonly has 1,024. */
  openUploads: 512,
  /**
   * Milliseconds without a byte after which an upload counts as given up. An hour: who lost the network in between
   * still goes on, and pieces that nobody wants are gone soon.
   */
  uploadIdleMilliseconds: 60 * 60 * 1000,
  /** Bytes written or read in one go: large enough for the disk, and 32 MiB for all 128 connections at once. */
  pieceBytes: 256 * KiB,
  /** Bytes of a request's head: a long name, a digest and a state in the query fit several times. */
  headerBytes: limits.headerCharacters,
  /**
   * Bytes of a refused body that are read on, so that the client gets to the answer: whoever sends one of our chunks
   * learns why. More ends the connection.
   */
  swallowedBytes: limits.largestChunkBytes,
  /** Connections at once: eight programs with the sixteen that ours opens to a host (main/oci/connections.ts). */
  connections: 128,
  /**
   * Milliseconds for a request's head to arrive: it fits into a few packets, so on the slowest line seconds do; who
   * dawdles holds a connection.
   */
  headersMilliseconds: 15_000,
  /** Milliseconds after which a connection on which nothing moves is ended: a slow disk may sync a large blob. */
  silentMilliseconds: 300_000,
  /**
   * Milliseconds that a connection without a request is kept: longer than our client keeps it (20 s), so that the
   * side that asks ends it, and no request meets a connection that just closed.
   */
  keepAliveMilliseconds: 60_000,
  /** Bytes of one blob that comes over the network: many times our largest chunk. */
  guestBlobBytes: 1 * GiB,
  /** Uploads that one person on the network has open at once: more than all their connections need. */
  guestOpenUploads: 64,
  /** Connections at once from one address of the network: several programs of one machine, not a crowd. */
  connectionsPerAddress: 32,
  /** Milliseconds for a TLS handshake: as long as a client waits for it. */
  handshakeMilliseconds: limits.connectMilliseconds,
  /**
   * Milliseconds after which a connection over the network on which nothing moves is ended: twice as long as our
   * client waits (60 s). Who left the network says no farewell, and connections are few.
   */
  networkSilentMilliseconds: 120_000,
  /**
   * People who can be invited: far more than share one person's computer, and the list, which is read and written
   * whole, stays under 200 kB.
   */
  guests: 500,
  /**
   * Passwords that are hashed at once, at 32 MiB and a processor each: with two, one who guesses does not keep
   * everybody else out, and the owner's messenger keeps its processors.
   */
  passwordHashesAtOnce: 2,
  /** Passwords that wait to be hashed: at some 100 ms each about two seconds; more are told to come again. */
  passwordHashesWaiting: 32,
  /**
   * Wrong passwords in a row from one address without waiting in between: a person mistypes, and tries the wrong one
   * of several, that often.
   */
  freeFailures: 5,
  /** Milliseconds to wait after those, doubled by each one more: a person hardly notices the first. */
  firstSlowDownMilliseconds: 1_000,
  /**
   * Milliseconds that wrong passwords can make an address wait: at a guess a minute nobody gets through 100 bits, and
   * a person who found the right password need not wait longer.
   */
  longestSlowDownMilliseconds: 60_000,
  /**
   * Milliseconds after which wrong passwords are forgotten: far beyond the longest wait, so that nobody guesses at
   * full speed by pausing; a person who comes back later begins afresh.
   */
  failuresForgottenMilliseconds: 15 * 60 * 1000,
  /**
   * Addresses with wrong passwords that are remembered at once: more than a local network has machines, in some 100
   * kB. With more of them the one that failed longest ago is forgotten.
   */
  sourcesRemembered: 1_000,
  /**
   * Milliseconds that running requests get when the registry is closed: an answer that is under way arrives; whoever
   * ends the program is not kept waiting.
   */
  closeGraceMilliseconds: 2_000,
} as const;
