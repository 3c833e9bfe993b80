import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { importPKCS8, SignJWT } from 'jose';
import { makeCertificate, type Certificate } from './certificate.ts';
import type { BearerAuthentication } from './docker-registry.ts';

/** A token service as registries use them (distribution, "Token Authentication Specification"). */
export interface TokenService {
  /** What a registry has to know to believe its tokens. */
  readonly authentication: BearerAuthentication;
  /** The scopes of every request that came, in order. */
  readonly asked: readonly (readonly string[])[];
  stop(): Promise<void>;
}

/** Which actions somebody has in any repository: null for those without a login. */
export type Rights = (username: string | null) => readonly string[];

export interface TokenServiceOptions {
  /** User names and their passwords. */
  readonly users: Readonly<Record<string, string>>;
  readonly rights: Rights;
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
  const server = createServer((request, response) => {
    const query = new URL(request.url ?? '/', 'http://peer').searchParams;
    const username = loginOf(request, options.users);
    asked.push(query.getAll('scope'));
    if (username === undefined) {
      response.writeHead(401).end();
      return;
    }
    const access = query.getAll('scope').map((scope) => granted(scope, options.rights(username)));
    const life = options.lifeSeconds ?? 300;
    void sign(username ?? '', access, life).then((token) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ token, expires_in: life }));
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

/** The user's name, null without a login, undefined with a wrong one. */
function loginOf(request: IncomingMessage, users: TokenServiceOptions['users']): string | null | undefined {
  const header = request.headers.authorization;
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
      .setNotBefore('-10 seconds')
      .setExpirationTime(`${lifeSeconds} seconds`)
      .sign(key);
}
