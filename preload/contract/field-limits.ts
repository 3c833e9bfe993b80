/**
 * How long what the window sends may be, in characters unless said otherwise: for the schemas of the requests, and for
 * the fields in which it is typed. What holds beyond the contract is in main/base/limits.ts. Beyond all of these it is no
 * mistake of a person but somebody's attack or defect, so they are generous and only keep the engine's memory bounded.
 */
import { limits } from '../../main/base/limits.ts';

export const fieldLimits = {
  /** A row's id: a UUID has 36. */
  id: 64,
  /** A token for a file or folder: 24 bytes in base64url have 32. */
  token: 128,
  /** A token at least: what is shorter could be guessed. */
  tokenAtLeast: 16,
  /** A place in a list: a time and an id. */
  cursor: 128,
  /** Rows of one page, of any list. */
  pageRows: 200,
  /** Messages of a page by default: more than the tallest window shows. */
  messagesPerPage: 60,
  /** Results of a search by default: a screen of them, and some to scroll. */
  resultsPerSearch: 30,
  /** A request's name. */
  method: 64,
  /** A tag of a registry. */
  tag: limits.tagCharacters,
  /** Refused messages that are shown: whoever has more has one problem, and not many. */
  refusals: 50,
  /** No more characters than an identity may have bytes. */
  identity: limits.identityBytes,
  /** A repository: a host (253, and a port) and a name (255) together. */
  repository: 512,
  /** Something pasted that names a repository: a web address, a command line. */
  reference: 2048,
  /** A host with its port: 253 and 6. */
  host: 300,
  /** An address of a proxy: with a login in it, which may be long. */
  proxyAddress: 2048,
  /** Hosts that are reached without the proxy, as in `NO_PROXY`. */
  proxyExceptions: 4096,
  /** A login's name: some clouds have a whole resource name there. */
  username: 512,
  /** A password or token: tokens with claims have a few kilobytes. */
  password: 8192,
  passphrase: limits.longestPassphraseCharacters,
  /** A path of the system: `PATH_MAX` of Linux. */
  path: 4096,
  /** One folder's name: 255 bytes on the file systems we know. */
  folderName: 255,
  /** An invitation's link (main/trust/invite.ts). */
  invitation: 4096,
  /** What a person calls another. */
  personName: 200,
  /** What an invited person is called in the embedded registry: a short login name. */
  guestName: 64,
  /** Words that are searched. */
  search: 512,
  /** A certificate's SHA-256 fingerprint with colons has 95. */
  fingerprint: 128,
  /** An address of a signing service. */
  serviceAddress: 512,
  /** What a provider calls this program. */
  clientId: 256,
  /** A code that a sign-in page shows (main/trust/sign-in.ts). */
  signInCode: 2048,
  /** A `trusted_root.json` or `root.json`: the public ones have some kilobytes. */
  trustDocument: 2 ** 20,
  /** Bytes of a payload that is fetched without asking: 1 TiB, more than one message carries. */
  automaticDownloadBytes: 2 ** 40,
} as const;
