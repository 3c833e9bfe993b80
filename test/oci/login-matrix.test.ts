import { buffer } from 'node:stream/consumers';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../main/base/hash.ts';
import { ociMediaTypes } from '../../main/oci/media-types.ts';
import type { Credentials, OciRepository } from '../../main/oci/repository.ts';
import { answering, somebody } from '../credentials/surroundings.ts';
import { scriptedRegistry, type ScriptedAnswer, type SeenRequest } from '../peers/scripted-registry.ts';
import { blobOf, collect, manifestOf } from './contract.ts';
import { openScripted, testClock } from './scripted.ts';
import { alice, everythingOf, planted, secretsIn, secretsReceived } from './secrets.ts';

const blob = blobOf(Buffer.from('what is pulled and pushed'));

const about = manifestOf([], { subject: blob });
const referrer = { mediaType: ociMediaTypes.imageManifest, digest: sha256(about), size: about.byteLength };

interface Operation {
  readonly run: (repository: OciRepository) => Promise<unknown>;
  /** What it answers where it works. */
  readonly gives: unknown;
}

const operations: Readonly<Record<string, Operation>> = {
  pull: {
    run: async (repository) => buffer(await repository.fetchBlob(blob)),
    gives: Buffer.from(blob.bytes),
  },
  push: {
    run: async (repository) => {
      await repository.pushBlob(blob.bytes, blob);
      return (await repository.pushManifest(about, { tag: 't' })).digest;
    },
    gives: referrer.digest,
  },
  list: { run: (repository) => collect(repository.tags()), gives: ['t'] },
  referrers: { run: (repository) => collect(repository.referrers(blob.digest)), gives: [referrer] },
};

/** A registry with everything in it, for those whom `accepts` lets in; the others get the challenge. */
async function registryFor(accepts: (request: SeenRequest) => boolean, challenge: () => string) {
  const peer = await scriptedRegistry();
  const react = (request: SeenRequest): ScriptedAnswer =>
    accepts(request) ? content(request) : { status: 401, headers: { 'www-authenticate': challenge() } };
  for (const method of ['GET', 'HEAD', 'POST', 'PUT']) peer.always(method, /^\/v2\//, react);
  return peer;
}

function content({ method, path }: SeenRequest): ScriptedAnswer {
  if (method === 'POST') return { status: 202, headers: { location: '/v2/team/mail/blobs/uploads/1' } };
  if (method === 'PUT') return { status: 201 };
  if (path.endsWith('/tags/list')) return { body: { name: 'team/mail', tags: ['t'] } };
  if (path.includes('/referrers/')) {
    return { body: { manifests: [referrer] }, headers: { 'content-type': ociMediaTypes.imageIndex } };
  }
  return { body: blob.bytes };
}

/** A token service whose tokens say for what they are good: `access.<number>.<scopes>`. */
async function tokenServiceFor(entitled: (request: SeenRequest) => boolean, grants = true) {
  const peer = await scriptedRegistry();
  const state = { given: 0, oldestGood: 1 };
  const issue = (request: SeenRequest, scopes: readonly string[]): ScriptedAnswer => {
    // Quotes what it was sent, as careless services do.
    if (!entitled(request)) {
      const quoted = `${request.headers.authorization ?? ''} ${request.body.toString('utf8')}`;
      return { status: 401, body: { error: 'invalid_grant', error_description: quoted } };
    }
    state.given += 1;
    const access = Buffer.from(grants ? scopes.join(' ') : '').toString('hex');
    return { body: { access_token: `access.${state.given}.${access}`, expires_in: 300 } };
  };
  peer.always('GET', '/token', (request) => issue(request, request.query.getAll('scope')));
  peer.always('POST', '/token', (request) =>
    issue(request, (new URLSearchParams(request.body.toString('utf8')).get('scope') ?? '').split(' ')),
  );
  const accepts = ({ method, headers }: SeenRequest): boolean => {
    const [, number = '0', access = ''] =
      /^Bearer access\.(\d+)\.(\w*)$/.exec(headers.authorization ?? '') ?? [];
    const needed = method === 'GET' || method === 'HEAD' ? 'pull' : 'push';
    const actions = /^repository:team\/mail:(.*)$/.exec(Buffer.from(access, 'hex').toString())?.[1] ?? '';
    return Number(number) >= state.oldestGood && actions.split(',').includes(needed);
  };
  return { peer, accepts, expire: () => (state.oldestGood = state.given + 1) };
}

interface Arranged {
  readonly credentials: () => Promise<Credentials | null>;
  readonly host: string;
  /** What the registry and the token service were sent. */
  readonly atRegistry: () => readonly SeenRequest[];
  readonly atService?: () => readonly SeenRequest[];
  /** Runs between two times of the operation. */
  readonly meanwhile?: () => unknown;
}

async function withoutService(
  accepted: string | undefined,
  scheme: string,
  login: Credentials | null,
): Promise<Arranged> {
  const peer = await registryFor(
    ({ headers }) => headers.authorization === accepted,
    () => scheme,
  );
  return { credentials: () => Promise.resolve(login), host: peer.host, atRegistry: () => peer.requests };
}

interface ServiceOptions {
  readonly entitled?: (request: SeenRequest) => boolean;
  readonly grants?: boolean;
  readonly expires?: boolean;
}

async function withService(
  login: Credentials | null | (() => Promise<Credentials | null>),
  { entitled = isEntitled, grants = true, expires = false }: ServiceOptions = {},
): Promise<Arranged> {
  const service = await tokenServiceFor(entitled, grants);
  const challenge = () => `Bearer realm="${service.peer.origin}/token",service="s"`;
  const registry = await registryFor(service.accepts, challenge);
  return {
    credentials: typeof login === 'function' ? login : () => Promise.resolve(login),
    host: registry.host,
    atRegistry: () => registry.requests,
    atService: () => service.peer.requests,
    ...(expires && { meanwhile: service.expire }),
  };
}

const basicOfAlice = `Basic ${Buffer.from(`${alice.username}:${alice.password}`).toString('base64')}`;

function isEntitled({ method, headers, body }: SeenRequest): boolean {
  if (method === 'GET') return headers.authorization === undefined || headers.authorization === basicOfAlice;
  const form = new URLSearchParams(body.toString('utf8'));
  return headers.authorization === undefined && form.get('refresh_token') === planted.identityToken;
}

async function helperLogin(script: string): Promise<() => Promise<Credentials | null>> {
  const who = await somebody();
  await who.install('test', script);
  await who.write('.docker/config.json', { credHelpers: { 'registry.example': 'test' } });
  const logins = who.logins({ timeoutMs: 300 });
  return () => logins.find({ host: 'registry.example', path: 'team/mail' });
}

const identity: Credentials = { kind: 'identity-token', token: planted.identityToken };
const registryToken: Credentials = { kind: 'registry-token', token: planted.registryToken };
const bearerRegistryToken = `Bearer ${planted.registryToken}`;
const bearerChallenge = 'Bearer realm="https://auth.example/token",service="s"';
const refused = { code: 'auth', detail: { reason: 'login-refused' } };
const notPermitted = { code: 'auth', detail: { reason: 'not-permitted' } };
const required = { code: 'auth', detail: { reason: 'login-required' } };

interface Row {
  readonly login: string;
  readonly arrange: () => Promise<Arranged>;
  /** Undefined: it works. */
  readonly failure?: object;
  /** Where secrets may have been seen. */
  readonly registry?: readonly string[];
  readonly service?: readonly string[];
}

const passwordInHeader = ['authorization: password'];
const identityInBody = ['body: identityToken'];
const rows: readonly Row[] = [
  { login: 'anonymous, where nobody is asked', arrange: () => withoutService(undefined, '', null) },
  { login: 'anonymous, by bearer GET', arrange: () => withService(null) },
  {
    login: 'anonymous, where it is not enough',
    arrange: () => withService(null, { grants: false }),
    failure: required,
  },
  {
    login: 'basic',
    arrange: () => withoutService(basicOfAlice, 'Basic realm="x"', alice),
    registry: passwordInHeader,
  },
  {
    login: 'basic, refused',
    arrange: () => withoutService('Basic other', 'Basic realm="x"', alice),
    registry: passwordInHeader,
    failure: refused,
  },
  { login: 'bearer GET', arrange: () => withService(alice), service: passwordInHeader },
  {
    login: 'bearer GET, refused by a service that quotes the login',
    arrange: () => withService(alice, { entitled: () => false }),
    service: passwordInHeader,
    failure: refused,
  },
  {
    login: 'bearer POST with an identity token',
    arrange: () => withService(identity),
    service: identityInBody,
  },
  {
    login: 'an identity token that has run out, refused by a service that quotes it',
    arrange: () => withService(identity, { entitled: () => false }),
    service: identityInBody,
    failure: refused,
  },
  {
    login: 'a registry token',
    arrange: () => withoutService(bearerRegistryToken, bearerChallenge, registryToken),
    registry: ['authorization: registryToken'],
  },
  {
    login: 'a registry token that has run out',
    arrange: () => withoutService('Bearer other', bearerChallenge, registryToken),
    registry: ['authorization: registryToken'],
    failure: refused,
  },
  {
    login: 'an access token that runs out early, by bearer GET',
    arrange: () => withService(alice, { expires: true }),
    service: passwordInHeader,
  },
  {
    login: 'an access token that runs out early, by bearer POST',
    arrange: () => withService(identity, { expires: true }),
    service: identityInBody,
  },
  {
    login: 'a token with the wrong scope, by bearer GET',
    arrange: () => withService(alice, { grants: false }),
    service: passwordInHeader,
    failure: notPermitted,
  },
  {
    login: 'a token with the wrong scope, by bearer POST',
    arrange: () => withService(identity, { grants: false }),
    service: identityInBody,
    failure: notPermitted,
  },
  {
    login: 'a helper with a password',
    arrange: async () =>
      withService(await helperLogin(answering(['registry.example', alice.username, alice.password]))),
    service: passwordInHeader,
  },
  {
    login: 'a helper with an identity token',
    arrange: async () =>
      withService(await helperLogin(answering(['registry.example', '<token>', planted.identityToken]))),
    service: identityInBody,
  },
  {
    login: 'a helper that hangs',
    arrange: async () => withService(await helperLogin(`echo '${planted.password}'; sleep 600`)),
    failure: { code: 'auth', detail: { reason: 'helper-timed-out' } },
  },
];

const matrix = rows.flatMap((row) => Object.keys(operations).map((operation) => ({ ...row, operation })));

/** The lines of a log that nothing redacts, in which careless hands have put everything that they had. */
function logged(errors: readonly unknown[], repository: OciRepository): string[] {
  const lines: string[] = [];
  const logger = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
  logger.info({ repository }, 'what was used');
  for (const error of errors) logger.error({ err: error }, String(error));
  return lines;
}

describe('every kind of login for every kind of request', () => {
  it.each(matrix)(
    '$login: $operation',
    async ({ arrange, operation, failure, registry = [], service = [] }) => {
      const { host, credentials, atRegistry, atService, meanwhile } = await arrange();
      const repository = openScripted(host, { credentials, clock: testClock() });
      const { run, gives } = operations[operation] ?? expect.unreachable();
      const errors: unknown[] = [];
      const given: unknown[] = [];
      const once = () =>
        run(repository).then(
          (result) => given.push(result),
          (error: unknown) => errors.push(error),
        );
      await once();
      await meanwhile?.();
      await once();

      expect(given).toEqual(failure === undefined ? [gives, gives] : []);
      if (failure === undefined) expect(errors).toEqual([]);
      else expect(errors).toMatchObject([failure, failure]);
      expect(errors.flatMap((error) => secretsIn(everythingOf(error)))).toEqual([]);
      expect(logged(errors, repository).flatMap(secretsIn)).toEqual([]);
      expect(secretsReceived(atRegistry())).toEqual(registry);
      expect(secretsReceived(atService?.() ?? [])).toEqual(service);
    },
  );
});

describe('the search that finds no secret in errors and logs', () => {
  const encoded = Buffer.from(`${alice.username}:${alice.password}`).toString('base64');
  const leaks: [string, unknown, string][] = [
    ['in its message', new Error(`It sent ${planted.password}.`), 'password'],
    ['encoded as it travels', new Error(`Basic ${encoded}`), 'password'],
    [
      'in its detail',
      Object.assign(new Error('No.'), { detail: { sent: planted.registryToken } }),
      'registryToken',
    ],
    [
      'deep in its causes',
      new Error('No.', { cause: new Error('No.', { cause: planted.identityToken }) }),
      'identityToken',
    ],
  ];

  it.each(leaks)('finds one that is planted there: %s', (_where, error, name) => {
    expect(secretsIn(everythingOf(error))).toEqual([name]);
  });

  it.each(leaks.slice(0, 3))('finds it in the lines of a log: %s', (_where, error, name) => {
    const repository = openScripted('registry.example');
    expect([...new Set(logged([error], repository).flatMap(secretsIn))]).toEqual([name]);
  });

  it('finds one that a client would show of itself', () => {
    const repository = Object.assign(openScripted('registry.example'), { leaked: planted.password });
    expect(logged([], repository).flatMap(secretsIn)).toEqual(['password']);
  });

  it('finds one in whatever part of a request it arrives', () => {
    const request = {
      method: 'GET',
      path: '/',
      query: new URLSearchParams(),
      headers: {},
      body: Buffer.alloc(0),
    };
    const found = secretsReceived([
      { ...request, url: `/?q=${encodeURIComponent(planted.identityToken)}` },
      { ...request, url: '/', headers: { 'x-more': planted.password } },
      { ...request, url: '/', headers: { authorization: `Basic ${encoded}` } },
      { ...request, url: '/', body: Buffer.from(planted.registryToken) },
    ]);
    expect(found).toEqual([
      'authorization: password',
      'body: registryToken',
      'headers: password',
      'url: identityToken',
    ]);
  });
});
