/** Requests about signing in, so that one's key is certified or messages are signed: in a public log, for ever. */
import { z } from 'zod';
import type { CertifierView } from './people.ts';
import { fieldLimits } from './field-limits.ts';
import { id, request } from './request.ts';

/** A sign-in that waits for a person. */
export interface SignInView {
  /** To be opened in a browser: https, or on this computer. */
  readonly url: string;
  /** `loopback`: the browser comes back by itself. `paste`: the page shows a code, for `signIn.paste`. */
  readonly answer: 'loopback' | 'paste';
}

const account = z.strictObject({ accountId: id });

export const signInRequests = {
  /**
   * Begins a sign-in, in place of one that still waits. `confirm`: for this device's key. `messages`: again, for what is signed
   * publicly, by who confirmed the key. Fails `network`, `unsupported`, `conflict`.
   */
  'signIn.begin': request(
    z.strictObject({
      accountId: id,
      answer: z.enum(['loopback', 'paste']),
      purpose: z.enum(['confirm', 'messages']),
    }),
  ).returns<SignInView>(),
  /** Shows the page in the system's browser; the window names no address. Only where `AppStatus.can.openPages`. */
  'signIn.open': request(account).returns<null>(),
  /** The code that the page showed. Fails `invalid`, and `not-found` when no sign-in waits. */
  'signIn.paste': request(
    z.strictObject({ accountId: id, code: z.string().max(fieldLimits.signInCode) }),
  ).returns<null>(),
  'signIn.cancel': request(account).returns<null>(),
  /**
   * Waits until the key is certified and published, or messages can be signed, and says by whom. What waited is sent then. Fails `not-found` when no sign-in waits, `cancelled`,
   * `auth`, `network`, or as publishing does.
   */
  'signIn.finish': request(account).returns<CertifierView>(),
  /** Takes the certification out of the published profile, and signs no message publicly any more. What the log has stays there. */
  'signIn.withdraw': request(account).returns<null>(),
};
