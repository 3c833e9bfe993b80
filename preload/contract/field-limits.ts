/**
 * How long what the window sends may be, in characters unless said otherwise: for the schemas of the requests, and for
 * the fields in which it is typed. What holds beyond the contract is in main/base/limits.ts. Beyond all of these it is no
 * mistake of a person but somebody's attack or defect, so they are generous and only keep the engine's memory bounded.
 */
import { limits } from '../../main/base/limits.ts';

export const fieldLimits = {
  /** A row's id: a UUID has 36. */
  id: 64,
  /** A token for a file or folder: 24 bytes in base64url have 32, and may become longer. */
  token: 128,
  /** A token at least: 16 characters of base64url are 96 bits; what is shorter could be guessed. */
  tokenAtLeast: 16,
  /** A place in a list: a time (13 digits) and an id (36). */
  cursor: 128,
  /** Rows of one page, of any list: several screens, and an answer of some hundred kilobytes. */
  pageRows: 200,
  /** Messages of a page by default: more than the tallest window shows. */
  messagesPerPage: 60,
  /** Results of a search by default: a screen of them, and some to scroll. */
  resultsPerSearch: 30,
  /** A request's name: the longest has about 30. */
  method: 64,
  /** A tag of a registry. */
  tag: limits.tagCharacters,
  /** Refused messages that are shown, the newest: so many are one problem (a clock, an attacker) and not many. */
  refusals: 50,
  /** An identity: no more characters than it may have bytes. */
  identity: limits.identityBytes,
  /** A repository, as messages name it. */
  repository: limits.repositoryCharacters,
  /**
   * Something pasted that names a repository: web addresses are cut there by many programs, and command lines are
   * shorter.
   */
  reference: 2048,
  /** A host with its port: 253 (RFC 1035, section 2.3.4) and 6, and brackets. */
  host: 300,
  /** An address of a proxy: a host, and a login in it, which may be a token of a kilobyte. */
  proxyAddress: 2048,
  /** Hosts that are reached without the proxy, as in `NO_PROXY`: two hundred names of usual length. */
  proxyExceptions: 4096,
  /** A login's name. */
  username: limits.usernameCharacters,
  /** A password or token: tokens with claims have a few kilobytes. */
  password: 8192,
  /** A path of the system: `PATH_MAX` of Linux, which no other system's dialogues exceed. */
  path: 4096,
  /** One folder's name: 255 bytes on the file systems we know. */
  folderName: 255,
  /** An invitation's link. */
  invitation: limits.invitationCharacters,
  /** What a person calls another: a full name with titles is half as long, and no list shows more. */
  personName: 200,
  /** What an invited person is called in the embedded registry. */
  guestName: limits.guestNameCharacters,
  /**
   * Words that are searched: a sentence that somebody pasted; of words beyond sixteen nothing is looked up
   * (main/store/search-text.ts).
   */
  search: 512,
  /** A certificate's SHA-256 fingerprint with colons has 95. */
  fingerprint: 128,
  /** An address of a signing service. */
  serviceAddress: limits.serviceAddressCharacters,
  /** What a provider calls this program: those in use have under a hundred characters. */
  clientId: 256,
  /** Accounts in one home: far above what anybody has. */
  accounts: 256,
  /** A code that a sign-in page shows. */
  signInCode: limits.signInCodeCharacters,
  /** A `trusted_root.json` or `root.json`, in characters no more than in bytes. */
  trustDocument: limits.trustDocumentBytes,
} as const;
