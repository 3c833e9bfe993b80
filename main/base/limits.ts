/** What holds in several files or floors, each with its unit and its reason; a default stands beside its limit. */
export const KiB = 1024;
export const MiB = 1024 * KiB;
export const GiB = 1024 * MiB;

/**
 * Tags read from one listing. A message has three (its own, its signature's, its receipt's), so these are 300,000
 * messages within their lives; more is a registry that never ends, and cannot hold us.
 */
const tagsListed = 1_000_000;
/** Bytes of a manifest that we read: twice what anybody should push. */
const manifestReadBytes = 8 * MiB;
/** Characters of a tag (distribution specification, "Pulling manifests"). */
const tagCharacters = 128;

export const limits = {
  /**
   * Chunks in one message (protocol, section 1): their descriptors make 2 MiB of JSON, half of what registries take
   * as a manifest.
   */
  chunks: 10_000,
  /** Nominal bytes of a chunk before compression: small enough to retry, large enough to fill a connection. */
  chunkBytes: 16 * MiB,
  /**
   * The largest nominal chunk that we write: 10,000 of them make 625 GiB, and of a larger one the memory for
   * transfers (below) would not hold a second piece.
   */
  largestChunkBytes: 64 * MiB,
  /**
   * Bytes of a manifest that we push: what registries have to take (distribution specification, "Pushing Manifests";
   * protocol, section 1).
   */
  manifestPushBytes: 4 * MiB,
  manifestReadBytes,
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
  /** Bytes of one page of referrers, which is read whole: it is an index, so as much as of any manifest. */
  listingPageBytes: manifestReadBytes,
  /**
   * Pages of one listing: as many tags as are read, in pages of fifty. A registry that gives less on a page costs a
   * request for each.
   */
  listingPages: 20_000,
  /** Seconds that a message lives unless told otherwise: seven days, as the reference; long enough for a holiday week. */
  timeToLiveSeconds: 604_800,
  /** Seconds by which two honest clocks may differ (protocol, section 3): as for Kerberos (RFC 4120, section 8.2). */
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
  /**
   * Milliseconds for name lookup, TCP and TLS together, on both sides: a packet that is lost three times in a row is
   * still made up for, and nobody waits much longer to hear that nothing answers.
   */
  connectMilliseconds: 10_000,
  /** Bytes of a file with certificates or a key: bundles of whole systems have 300 kB. */
  certificateFileBytes: 512 * KiB,
  /** Bytes of an identity in UTF-8: an e-mail address has 254 at most, an OIDC subject seldom more. */
  identityBytes: 512,
  /**
   * Characters of a repository's name: what many clients accept for host and name together (distribution
   * specification, "Pulling manifests").
   */
  repositoryNameCharacters: 255,
  /**
   * Characters of a repository with its host: 253 (RFC 1035, section 2.3.4), a slash and 255; a port fits where not
   * both are that long.
   */
  repositoryCharacters: 512,
  /** Characters of one header that is looked at: Node takes no more of all headers together unless told otherwise. */
  headerCharacters: 16 * KiB,
  /** Characters of a login's name: some clouds have a whole resource name there, of up to some hundred. */
  usernameCharacters: 512,
  /** Characters of what an invited person is called in the embedded registry: a login's name, which is typed. */
  guestNameCharacters: 64,
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
  /**
   * Bytes of pasted content that cross from the window to Electron's main process at once: what is copied is one
   * piece and not all, and a call for each costs nothing beside it.
   */
  bridgePieceBytes: 1 * MiB,
  /**
   * Requests by strangers that wait for an answer, in one account: as many as anybody looks through. Whoever may write to
   * a mailbox has as many names as they like; what they write under more of them waits unread.
   */
  openRequests: 50,
  /**
   * Characters that a new passphrase has at least. Who has what it seals can try as many as they like, each for 128
   * MiB of memory (main/vault/passphrase-sealing.ts): twelve random letters are 56 bits, over a thousand years of a
   * million tries a second.
   */
  passphraseCharacters: 12,
  /**
   * Characters of any passphrase (and bytes of a file with one that are read): far more than anybody types, far less
   * than what costs time to derive a key from.
   */
  longestPassphraseCharacters: 1024,
  /** Characters of an invitation's link (main/trust/invite.ts): an identity, a mailbox and two keys fit twice. */
  invitationCharacters: 4 * KiB,
  /** Characters of the address of a signing service: a host name has 253 at most, and the paths in use are short. */
  serviceAddressCharacters: 512,
  /**
   * Bytes of a document that says whom Sigstore trusts or which services it has (`trusted_root.json`, `root.json`):
   * the public ones have some kilobytes, of every log and authority there ever was.
   */
  trustDocumentBytes: 1 * MiB,
  /** Characters of a code that a sign-in page shows, to be pasted: far above what providers give out. */
  signInCodeCharacters: 2 * KiB,
  /**
   * Bytes of a file for another device: the largest profile that is read (256 KiB, main/trust/profile.ts) in base64
   * twice makes 455 KiB.
   */
  deviceFileBytes: 512 * KiB,
  /** Bytes of one chat message: some hundred pages, kept in the database, searched and drawn whole; more is a file. */
  textBytes: 256 * KiB,
  /**
   * Characters of a message where it is shown in another place than its own (in the list of conversations, above an
   * answer, in the name of its menu): two lines, as much as tells it from others.
   */
  excerptCharacters: 200,
  /**
   * Rows of work that are looked at in one go (messages to send, payloads to fetch, receipts): many times what is under
   * way at once, and read in a millisecond. Whatever ends looks again, so more of them only wait.
   */
  dueAtOnce: 100,
  /**
   * Bytes that people on the network may fill in this computer's registry (a setting; this is its default): enough for
   * years of words and many files, and far from filling a disk unnoticed.
   */
  guestQuotaBytes: 20_000_000_000,
  /** The least that can be chosen there: below a mebibyte hardly one file arrives, and closing it says more. */
  leastGuestQuotaBytes: 1 * MiB,
  /** The most, a pebibyte: over any disk, and exact as a number; who wants all of the disk sets no limit. */
  largestGuestQuotaBytes: 1024 * 1024 * GiB,
  /**
   * Payloads up to this many bytes are fetched without asking (a setting; this is its default): what people know as
   * the largest attachment of a mail.
   */
  automaticDownloadBytes: 25 * MiB,
  /**
   * The most that a person can choose there: over the 625 GiB that one message carries, so that "everything" can be
   * said.
   */
  largestAutomaticDownloadBytes: 1024 * GiB,
} as const;
