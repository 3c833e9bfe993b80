import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { importPKCS8, SignJWT } from 'jose';
import { makeCertificate, type Certificate } from './certificate.ts';
import type { BearerAuthentication } from './docker-registry.ts';

/** A request for a token, as it arrived. */
export interface TokenRequest {
  readonly method: string;
  readonly url: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

/**
 * A token service as registries use them (distribution, "Token Authentication Specification" and "OAuth2 Token
 * Authentication").
 */
export interface TokenService {
  /** What a registry has to know to believe its tokens. */
  readonly authentication: BearerAuthentication;
  /** The scopes of every request that came, in order. */
  readonly asked: readonly (readonly string[])[];
  readonly requests: readonly TokenRequest[];
  /** A token that the registry believes, made without a request. A life below zero is over already. */
  issue(scopes: readonly string[], lifeSeconds?: number): Promise<string>;
  stop(): Promise<void>;
}

/** Which actions somebody has in any repository: null for those without a login. */
export type Rights = (username: string | null) => readonly string[];

export interface TokenServiceOptions {
  /** User names and their passwords. */
  readonly users: Readonly<Record<string, string>>;
  readonly rights: Rights;
  /** Identity tokens and whose they are. */
  readonly identityTokens?: Readonly<Record<string, string>>;
  /** How long tokens live. The registry itself decides by its own clock. */
  readonly lifeSeconds?: number;
}

const service = 'registry under test';
const issuer = 'token service of the tests';

/** Starts it on loopback with a key and a certificate of its own, which openssl makes. */
export async function startTokenService(options: TokenServiceOptions): Promise<TokenService> {
  const certificate = await makeCertificate('token-service.example');
  const sign = await makeSigner(certificate);
  const asked: (readonly string[])[] = [];
  const requests: TokenRequest[] = [];
  const life = options.lifeSeconds ?? 300;
  const server = createServer((request, response) => {
    void readRequest(request).then(async (seen) => {
      requests.push(seen);
      const { username, scopes } = question(seen, options);
      asked.push(scopes);
      if (username === undefined) {
        response.writeHead(seen.method === 'POST' ? 400 : 401);
        response.end(JSON.stringify({ error: 'invalid_grant', error_description: seen.body }));
        return;
      }
      const access = scopes.map((scope) => granted(scope, options.rights(username)));
      const token = await sign(username ?? '', access, life);
      response.writeHead(200, { 'content-type': 'application/json' });
      const name = seen.method === 'POST' ? 'access_token' : 'token';
      response.end(JSON.stringify({ [name]: token, expires_in: life }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    authentication: {
      realm: `http://127.0.0.1:${port}/token`,
      service,
      issuer,
      certificateFile: certificate.certificateFile,
    },
    asked,
    requests,
    issue: (scopes, lifeSeconds = life) =>
      sign(
        'issued',
        scopes.map((scope) => granted(scope, ['pull', 'push', 'delete'])),
        lifeSeconds,
      ),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await certificate.remove();
    },
  };
}

interface GrantedAccess {
  readonly type: string;
  readonly name: string;
  readonly actions: readonly string[];
}

function granted(scope: string, rights: readonly string[]): GrantedAccess {
  const [type = '', name = '', actions = ''] = scope.split(':');
  return { type, name, actions: actions.split(',').filter((action) => rights.includes(action)) };
}

async function readRequest(request: IncomingMessage): Promise<TokenRequest> {
  const { method = '', url = '/', headers } = request;
  return { method, url, authorization: headers.authorization, body: await text(request) };
}

interface TokenQuestion {
  /** Null without a login, undefined with a wrong one. */
  readonly username: string | null | undefined;
  readonly scopes: readonly string[];
}

function question(seen: TokenRequest, { users, identityTokens = {} }: TokenServiceOptions): TokenQuestion {
  if (seen.method === 'POST') {
    const form = new URLSearchParams(seen.body);
    const complete = form.get('grant_type') === 'refresh_token' && form.get('service') === service;
    const username = complete ? identityTokens[form.get('refresh_token') ?? ''] : undefined;
    return { username, scopes: (form.get('scope') ?? '').split(' ').filter((scope) => scope !== '') };
  }
  const scopes = new URL(seen.url, 'http://peer').searchParams.getAll('scope');
  return { username: loginOf(seen.authorization, users), scopes };
}

/** The user's name, null without a login, undefined with a wrong one. */
function loginOf(header: string | undefined, users: TokenServiceOptions['users']): string | null | undefined {
  if (header === undefined) return null;
  const [username = '', password] = Buffer.from(header.replace(/^Basic /, ''), 'base64')
    .toString('utf8')
    .split(':');
  return users[username] === password ? username : undefined;
}

async function makeSigner({ certificate, key: pem }: Certificate) {
  const key = await importPKCS8(pem, 'ES256');
  const chain = [certificate.replace(/-----[^-]+-----|\s/g, '')];
  return (subject: string, access: readonly GrantedAccess[], lifeSeconds: number): Promise<string> =>
    new SignJWT({ access })
      .setProtectedHeader({ alg: 'ES256', typ: 'JWT', x5c: chain })
      .setIssuer(issuer)
      .setSubject(subject)
      .setAudience(service)
      .setJti(randomUUID())
      .setIssuedAt()
      .setNotBefore('-1 hour')
      .setExpirationTime(`${lifeSeconds} seconds`)
      .sign(key);
}
