/** Requests about this computer's registry on the local network. */
import { z } from 'zod';
import { limits } from '../../main/base/limits.ts';
import type { ErrorView } from './answer.ts';
import { fieldLimits } from './field-limits.ts';
import { nothing, request } from './request.ts';

/** The registry of this computer on the local network. */
export interface LocalNetworkView {
  /** `failed`: it should be open and is not, see `error`. */
  readonly state: 'closed' | 'open' | 'failed';
  readonly error: ErrorView | null;
  /** `host:port/path` to hand out, the likeliest first. */
  readonly addresses: readonly string[];
  /** SHA-256 of the certificate, 64 lower-case hex digits; null while closed. */
  readonly fingerprint: string | null;
  readonly certificateExpiresAt: number | null;
  readonly people: readonly { readonly name: string; readonly invitedAt: number }[];
  /** What the registry holds on the disk. */
  readonly usedBytes: number;
  /** Over this people's uploads are refused; null: what the disk has. */
  readonly quotaBytes: number | null;
}

export const localNetworkRequests = {
  /** How this computer's registry stands on the local network. Fails `unsupported` where there is none. */
  'localNetwork.status': request(nothing).returns<LocalNetworkView>(),
  /**
   * Lets invited people in, over TLS; stays so until it is closed. With a registry that is open: the new limit of what
   * they may fill of the disk. Fails `conflict` when its port is taken.
   */
  'localNetwork.open': request(
    z.strictObject({
      quotaBytes: z
        .number()
        .int()
        .min(limits.leastGuestQuotaBytes)
        .max(limits.largestGuestQuotaBytes)
        .nullable(),
    }),
  ).returns<LocalNetworkView>(),
  'localNetwork.close': request(nothing).returns<LocalNetworkView>(),
  /**
   * A name and a new password for somebody to hand over. The one answer that carries a password: it is nobody's login
   * here, only its hash is kept, and it cannot be asked for again. Fails `invalid`, `conflict`.
   */
  'localNetwork.invite': request(
    z.strictObject({ name: z.string().min(1).max(fieldLimits.guestName) }),
  ).returns<{
    readonly name: string;
    readonly password: string;
  }>(),
  /** From now on this person's password opens nothing. Fails `not-found`. */
  'localNetwork.revoke': request(
    z.strictObject({ name: z.string().min(1).max(fieldLimits.guestName) }),
  ).returns<LocalNetworkView>(),
};
