import { createHash, generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { exportJWK, SignJWT, UnsecuredJWT } from 'jose';

/** How the provider misbehaves; each one alone. */
export type Attack =
  | 'wrong-state'
  | 'wrong-nonce'
  | 'wrong-issuer'
  | 'wrong-audience'
  | 'expired-token'
  | 'alg-none'
  | 'other-key'
  | 'other-port'
  | 'denies';

/** Seconds for which its tokens are in force. */
export const tokenLifeSeconds = 60;

export interface IdentityProviderOptions {
  readonly email?: string;
  readonly attack?: Attack;
}

/** An OpenID Connect provider on loopback that signs everybody in as `email` without asking. */
export interface ScriptedProvider {
  readonly issuer: URL;
  /** Of the requests to the token endpoint, in order. */
  readonly redeemed: URLSearchParams[];
  /** Codes that were given out, for a person to paste. */
  readonly codes: string[];
  stop(): Promise<void>;
}

interface Asked {
  readonly redirect: string;
  readonly challenge: string;
  readonly nonce: string;
}

export async function startIdentityProvider({
  email = 'alice@example.com',
  attack,
}: IdentityProviderOptions = {}): Promise<ScriptedProvider> {
  const key = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const other = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const open = new Map<string, Asked>();
  const redeemed: URLSearchParams[] = [];
  const codes: string[] = [];
  const address = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const pages: Record<string, (request: IncomingMessage, response: ServerResponse, url: URL) => unknown> = {
    '/.well-known/openid-configuration': (_request, response) =>
      json(response, 200, {
        issuer: address(),
        authorization_endpoint: `${address()}/auth`,
        token_endpoint: `${address()}/token`,
        jwks_uri: `${address()}/keys`,
        response_types_supported: ['code'],
        id_token_signing_alg_values_supported: ['ES256'],
      }),
    '/keys': async (_request, response) =>
      json(response, 200, {
        keys: [{ ...(await exportJWK(key.publicKey)), alg: 'ES256', use: 'sig', kid: '1' }],
      }),
    '/auth': (_request, response, url) => {
      const asked = url.searchParams;
      const code = randomUUID();
      const redirect = asked.get('redirect_uri') ?? '';
      open.set(code, {
        redirect,
        challenge: asked.get('code_challenge') ?? '',
        nonce: asked.get('nonce') ?? '',
      });
      codes.push(code);
      if (!redirect.startsWith('http:')) {
        response.end(`Your code: ${code}`);
        return;
      }
      const back = new URL(redirect);
      if (attack === 'other-port') back.port = new URL(address()).port;
      if (attack === 'denies') back.searchParams.set('error', 'access_denied');
      else back.searchParams.set('code', code);
      back.searchParams.set('state', attack === 'wrong-state' ? 'guessed' : (asked.get('state') ?? ''));
      response.writeHead(302, { location: back.href }).end();
    },
    '/token': async (request, response) => {
      const form = new URLSearchParams(await text(request));
      redeemed.push(form);
      const code = form.get('code') ?? '';
      const asked = open.get(code);
      open.delete(code);
      const challenge = createHash('sha256')
        .update(form.get('code_verifier') ?? '')
        .digest('base64url');
      if (!isForm(request) || asked?.redirect !== form.get('redirect_uri') || asked.challenge !== challenge) {
        json(response, 400, { error: 'invalid_grant' });
        return;
      }
      const id_token = await idToken(asked.nonce);
      json(response, 200, {
        access_token: 'opaque',
        token_type: 'bearer',
        expires_in: tokenLifeSeconds,
        id_token,
      });
    },
  };

  async function idToken(nonce: string): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const claims = { email, email_verified: true, nonce: attack === 'wrong-nonce' ? 'guessed' : nonce };
    const issuer = attack === 'wrong-issuer' ? 'https://accounts.example' : address();
    const audience = attack === 'wrong-audience' ? 'somebody-else' : 'sigstore';
    const expiry = attack === 'expired-token' ? now - 3600 : now + tokenLifeSeconds;
    const fill = (token: SignJWT | UnsecuredJWT) =>
      token
        .setIssuer(issuer)
        .setAudience(audience)
        // The mock certificate authority certifies this one.
        .setSubject(email)
        .setIssuedAt(now)
        .setExpirationTime(expiry);
    if (attack === 'alg-none') return (fill(new UnsecuredJWT(claims)) as UnsecuredJWT).encode();
    const signing: KeyObject = attack === 'other-key' ? other.privateKey : key.privateKey;
    return (fill(new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: '1' })) as SignJWT).sign(
      signing,
    );
  }

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', address());
    const page = pages[url.pathname];
    if (page === undefined) json(response, 404, {});
    else void page(request, response, url);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    issuer: new URL(address()),
    redeemed,
    codes,
    stop() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function isForm({ headers }: IncomingMessage): boolean {
  return headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
