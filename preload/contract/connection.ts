/** Requests about registries that are not an account yet, and how accounts stand with theirs. */
import { z } from 'zod';
import type { ErrorView } from './answer.ts';
import type { CheckOutcome, ConnectionCheckName } from './connection-checks.ts';
import { fieldLimits } from './field-limits.ts';
import { loginChoiceSchema, type ToolLogin, type ToolRegistry } from './login.ts';
import { id, nothing, repository, request } from './request.ts';

/** What was understood from a typed reference. */
export interface UnderstoodRepository {
  /** `host[:port]/path`, canonical. */
  readonly repository: string;
  readonly host: string;
  readonly path: string;
  /** `host[:port]` that is really asked: Docker Hub's is another one. */
  readonly server: string;
  /** What travels is not encrypted. */
  readonly plainHttp: boolean;
  /** A loopback address: nothing leaves this computer. */
  readonly onThisComputer: boolean;
  /** A registry that we know something about, and what to know before it hurts. */
  readonly registry: { readonly name: string; readonly advice: readonly string[] } | null;
}

/** One line of the connection report. `message` says what it means for messages; `hint` what to do about it. */
export interface ConnectionCheck {
  readonly name: ConnectionCheckName;
  readonly outcome: CheckOutcome;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly error?: ErrorView | undefined;
}

export interface ConnectionReport {
  readonly repository: string;
  readonly testedAt: number;
  /** False while checks are still to come. */
  readonly complete: boolean;
  /** Whether messages can be sent and received. */
  readonly usable: boolean;
  readonly checks: readonly ConnectionCheck[];
  readonly tls: {
    readonly protocol: string | null;
    readonly issuer: string | null;
    readonly validUntil: number | null;
  } | null;
  /** What a registry that counts pulls says of them. */
  readonly pullLimit: {
    readonly limit: number;
    readonly remaining: number | null;
    readonly windowSeconds: number | null;
  } | null;
  /** The test's small artifact could not be removed. */
  readonly probeLeft: boolean;
  /** What the registry itself had to say: short lines, written by somebody else. Left out in reports of old. */
  readonly warnings?: readonly string[] | undefined;
  /** Shown by the host, and trusted by nobody here: a person may compare and accept it. */
  readonly certificate?: UntrustedCertificate;
}

/** How an account stands with its registry, in full. */
export interface ConnectivityView {
  readonly accountId: string;
  /** The last test; null: none yet, or none of this mailbox. */
  readonly report: ConnectionReport | null;
  /** When its mailbox was last looked at with success, and when it will be looked at next. */
  readonly lookedAt: number | null;
  readonly nextLookAt: number | null;
  /** What using the mailbox's registry has shown; what is still unknown is left out. */
  readonly learnt: readonly { readonly name: LearntName; readonly works: boolean; readonly at: number }[];
}

/** What registries differ in (main/oci, "capabilities"). */
export type LearntName =
  | 'last'
  | 'paging'
  | 'referrers'
  | 'single-post'
  | 'chunked-upload'
  | 'mount'
  | 'delete-manifest'
  | 'delete-tag'
  | 'delete-blob'
  | 'empty-layers'
  | 'artifact-types'
  | 'tag-overwrite';

export interface UntrustedCertificate {
  /** SHA-256, 64 lower-case hex digits. */
  readonly fingerprint: string;
  readonly expiresAt: number;
}

/** How an account stands with its registry. */
export type ConnectionState =
  | { readonly state: 'connecting' }
  /** A person paused syncing; it goes on by itself at `until`. */
  | { readonly state: 'paused'; readonly until: number }
  | { readonly state: 'online'; readonly syncedAt: number }
  /** The computer has no network, or the registry does not answer. Tried again at `retryAt`. */
  | { readonly state: 'offline'; readonly error: ErrorView; readonly retryAt: number | null }
  /** The registry answers, but not usefully (login, permission, HTML …): a person has to act. */
  | { readonly state: 'trouble'; readonly error: ErrorView; readonly retryAt: number | null };

export const connectionRequests = {
  /** Reads what somebody typed or pasted as a repository and says what was understood. Fails `invalid`. */
  'connection.understand': request(
    z.strictObject({ reference: z.string().max(fieldLimits.reference) }),
  ).returns<UnderstoodRepository>(),
  /** The login that Docker or Podman has for this repository, without its secret. May take seconds: helpers are asked. */
  'connection.toolLogin': request(z.strictObject({ repository })).returns<ToolLogin | null>(),
  /** A few registries that Docker or Podman have a login for, without its secret. May take seconds: helpers are asked. */
  'connection.toolRegistries': request(nothing).returns<readonly ToolRegistry[]>(),
  /**
   * Tries what messaging needs and says for each what it means and what to do. With `accountId`: that account's mailbox,
   * and the report is remembered. `testId` is the caller's name for this test: `connection.progress` carries it.
   */
  'connection.test': request(
    z.union([
      z.strictObject({ testId: id, repository, login: loginChoiceSchema.optional() }),
      z.strictObject({ testId: id, accountId: id }),
    ]),
  ).returns<ConnectionReport>(),
  /** The test then fails `cancelled`. */
  'connection.cancelTest': request(z.strictObject({ testId: id })).returns<null>(),
  /** How every account stands with its registry. */
  'connection.connectivity': request(nothing).returns<readonly ConnectivityView[]>(),
  /**
   * From now on this host is trusted by exactly this certificate, which a person compared. Fails `untrusted` when it shows
   * another one by now, `conflict` where one is accepted already: that has to be given up first.
   */
  'connection.acceptCertificate': request(
    z.strictObject({ repository, fingerprint: z.string().regex(/^[0-9a-f]{64}$/) }),
  ).returns<null>(),
  /** Gives up the accepted certificate: the usual rules hold again. */
  'connection.forgetCertificate': request(z.strictObject({ repository })).returns<null>(),
};
