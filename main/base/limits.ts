/** Every limit that holds in the whole product, in one place, with its unit and its reason. */
export const KiB = 1024;
export const MiB = 1024 * KiB;
export const GiB = 1024 * MiB;

/** Tags read from one listing: a registry that never ends cannot hold us. */
const tagsListed = 1_000_000;
/** Characters of a tag (distribution specification, "Pulling manifests"). */
const tagCharacters = 128;

export const limits = {
  /** Chunks in one message (protocol, section 1). */
  chunks: 10_000,
  /** Nominal bytes of a chunk before compression: small enough to retry, large enough to fill a connection. */
  chunkBytes: 16 * MiB,
  /** The largest nominal chunk we write: 10,000 of them make 625 GiB. */
  largestChunkBytes: 64 * MiB,
  /** Bytes of a manifest that we push (protocol, section 1; what distribution accepts). */
  manifestPushBytes: 4 * MiB,
  /** Bytes of a manifest that we read: twice what anybody should push. */
  manifestReadBytes: 8 * MiB,
  /**
   * Bytes of file content in flight at once, over all transfers. Twice as much was no faster, and kept the process of
   * an incompressible file at 350 MB: the system's allocator returns what is freed late.
   */
  transferMemoryBytes: 80 * MiB,
  tagsListed,
  tagCharacters,
  /**
   * Bytes of one page of tags: some registries answer with all they have on one page. As many of the longest tags as
   * are read from a listing, each with its quotes, comma and a blank. Read as a stream, so this is time, not memory.
   */
  tagPageBytes: tagsListed * (tagCharacters + 4),
  /** Characters of any string on a page of tags: far above a repository's name, far below what costs memory. */
  listingStringCharacters: 4 * KiB,
  /** Bytes of one page of any other listing, which is read whole. */
  listingPageBytes: 8 * MiB,
  /** Pages of one listing. */
  listingPages: 20_000,
  /** Seconds that a message lives unless told otherwise: seven days, as the reference; long enough for a holiday week. */
  timeToLiveSeconds: 604_800,
  /** Seconds by which two honest clocks may differ. */
  clockSkewSeconds: 300,
  /**
   * Seconds after the end of a message's life in which its receipt may still come and nothing of it is removed: clocks
   * that are wrong by hours, and downloads that had begun.
   */
  expiryGraceSeconds: 86_400,
  /** Chunks of one file in flight at once: enough to fill a line; the memory above bounds them all together. */
  chunksAtOnce: 4,
  /** Files that go out with one message: more than anybody drops on purpose, few enough to show. */
  attachments: 500,
  /** Bytes of a file with certificates or a key: bundles of whole systems have 300 kB. */
  certificateFileBytes: 512 * KiB,
  /** Bytes of an identity in UTF-8: an e-mail address has 254 at most, an OIDC subject seldom more. */
  identityBytes: 512,
  /** Characters of a media type: 127 on each side of the slash (RFC 6838, section 4.2). */
  mediaTypeCharacters: 255,
  /** Characters of what came from outside, in the facts of an error: a SHA-512 digest fits, a page of HTML does not. */
  detailCharacters: 200,
  /** The highest port: TCP has 16 bits for it (RFC 9293, section 3.1). */
  port: 65_535,
  /**
   * Milliseconds for which a registry is left alone when it asks (`Retry-After`): the longest window of a quota that is
   * worth sleeping through; after it the registry is asked again, whatever it said.
   */
  longestAskedRestMilliseconds: 60 * 60 * 1000,
  /** Bytes of pasted content that cross from the window to Electron's main process at once: one is copied, not all. */
  bridgePieceBytes: 1 * MiB,
  /**
   * Requests by strangers that wait for an answer, in one account: as many as anybody looks through. Whoever may write to
   * a mailbox has as many names as they like; what they write under more of them waits unread.
   */
  openRequests: 50,
  /** Characters that a new passphrase has at least: who has what it seals can try as many as they like. */
  passphraseCharacters: 12,
  /** Characters of any passphrase: far more than anybody types, far less than what costs time to derive a key from. */
  longestPassphraseCharacters: 1024,
  /** Bytes of a file for another device: a profile has tens of kilobytes at most, and is written in base64 twice. */
  deviceFileBytes: 256 * KiB,
  /** Bytes of one chat message: more is a file. */
  textBytes: 256 * KiB,
  /** Payloads up to this many bytes are fetched without asking (a setting; this is its default). */
  automaticDownloadBytes: 25 * MiB,
} as const;
