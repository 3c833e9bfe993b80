/**
 * Identity tokens (OpenID Connect Core, section 2): who somebody is, said by an issuer. Secrets.
 * Must-fail vectors: test/trust/identity-token.test.ts.
 */
import { decodeJwt } from 'jose';
import { DockerCommsError } from '../base/errors.ts';
import { limits } from '../base/limits.ts';
import type { SignInReason } from '../base/reasons.ts';

/**
 * What the token calls its subject, as Fulcio wants it signed: the e-mail address where there is one, else `sub`. The token
 * is not checked here: who issued it was asked directly, and Fulcio checks it. Fails `auth`, without the token.
 */
export function subjectOfToken(token: string): string {
  const claims = claimsOf(token);
  if (typeof claims.email === 'string' && claims.email !== '') {
    if (claims.email_verified === true || claims.email_verified === 'true') return claims.email;
    throw refused('Your e-mail address is not verified where you signed in.', 'email-not-verified');
  }
  if (typeof claims.sub === 'string' && claims.sub !== '') return claims.sub;
  throw refused('The sign-in does not say who you are.', 'no-token');
}

function claimsOf(token: string): Readonly<Record<string, unknown>> {
  try {
    if (token.length <= limits.headerCharacters) return decodeJwt(token);
  } catch {
    // The parser may quote what it was given.
  }
  throw refused('You are not signed in. Sign in to sign publicly.', 'no-token');
}

function refused(message: string, reason: SignInReason): DockerCommsError {
  return new DockerCommsError('auth', message, { detail: { reason } });
}
