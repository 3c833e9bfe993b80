import { describe, expect, it } from 'vitest';
import type { Credentials } from '../../main/oci/repository.ts';
import { ociError, scriptedRegistry, type SeenRequest } from '../peers/scripted-registry.ts';
import { collect, blobOf, manifestOf } from './contract.ts';
import {
  basicHeader,
  login,
  openScripted,
  testClock,
  tokenService,
  whenLoggedIn,
  withLogin,
} from './scripted.ts';

const blob = blobOf(Buffer.from('x'));
const blobPath = `/v2/team/mail/blobs/${blob.digest}`;

/** A registry that accepts some tokens and challenges for everything else, and the token service on the same peer. */
async function tokenRegistry(accepts: (request: SeenRequest) => boolean, more?: Record<string, unknown>) {
  const peer = await scriptedRegistry();
  tokenService(peer, more);
  const scopes = () =>
    peer.requests.filter(({ path }) => path === '/token').map(({ query }) => query.getAll('scope'));
  const react = (request: SeenRequest) =>
    accepts(request)
      ? {
          status: request.method === 'PUT' ? 201 : 200,
          ...(request.path.endsWith('/list') && { body: { tags: [] } }),
        }
      : {
          status: 401,
          headers: {
            'www-authenticate': `Bearer realm="${peer.origin}/token",service="s",scope="repository:team/mail:pull"`,
          },
          body: ociError('UNAUTHORIZED'),
        };
  for (const method of ['GET', 'HEAD', 'PUT', 'DELETE']) peer.always(method, /^\/v2\//, react);
  return { peer, scopes };
}
const token = (number: number) => (request: SeenRequest) =>
  request.headers.authorization === `Bearer token-${number}`;
const anyToken = ({ headers }: SeenRequest): boolean =>
  headers.authorization?.startsWith('Bearer token-') === true;

describe('basic authentication', () => {
  it('begins when the registry asks, and then goes along unasked', async () => {
    const peer = await scriptedRegistry();
    peer.times(3, 'HEAD', blobPath, whenLoggedIn({ status: 200 }));
    const repository = openScripted(peer.host, withLogin);
    await repository.exists(blob.digest);
    await repository.exists(blob.digest);
    expect(peer.requests.map(({ headers }) => headers.authorization)).toEqual([
      undefined,
      basicHeader,
      basicHeader,
    ]);
  });

  it('with a wrong password fails auth and does not try it again', async () => {
    const peer = await scriptedRegistry();
    peer.times(2, 'HEAD', blobPath, { status: 401, headers: { 'www-authenticate': 'Basic realm="x"' } });
    await expect(openScripted(peer.host, withLogin).exists(blob.digest)).rejects.toMatchObject({
      code: 'auth',
      detail: { reason: 'login-refused' },
    });
  });

  it('without a login fails auth and says that one is needed', async () => {
    const peer = await scriptedRegistry();
    peer.once('HEAD', blobPath, { status: 401, headers: { 'www-authenticate': 'Basic realm="x"' } });
    await expect(openScripted(peer.host).exists(blob.digest)).rejects.toMatchObject({
      code: 'auth',
      detail: { reason: 'login-required' },
    });
  });

  it('takes a password that was changed meanwhile', async () => {
    const peer = await scriptedRegistry();
    let accepted = 'Basic ' + Buffer.from('alice:old').toString('base64');
    let current: Credentials = { username: 'alice', password: 'old' };
    peer.always('HEAD', blobPath, ({ headers }) =>
      headers.authorization === accepted
        ? { status: 200 }
        : { status: 401, headers: { 'www-authenticate': 'Basic realm="x"' } },
    );
    const repository = openScripted(peer.host, { credentials: () => Promise.resolve(current) });
    expect(await repository.exists(blob.digest)).toBe(true);
    accepted = 'Basic ' + Buffer.from('alice:new').toString('base64');
    current = { username: 'alice', password: 'new' };
    expect(await repository.exists(blob.digest)).toBe(true);
  });

  it('is chosen when the registry also offers what nobody knows', async () => {
    const peer = await scriptedRegistry();
    peer.times(2, 'HEAD', blobPath, ({ headers }) =>
      headers.authorization === basicHeader
        ? { status: 200 }
        : { status: 401, headers: { 'www-authenticate': ['Negotiate', 'Basic realm="x"'] } },
    );
    expect(await openScripted(peer.host, withLogin).exists(blob.digest)).toBe(true);
  });

  it('is not guessed when the registry offers only what nobody knows', async () => {
    const peer = await scriptedRegistry();
    peer.once('HEAD', blobPath, { status: 401, headers: { 'www-authenticate': 'Negotiate' } });
    await expect(openScripted(peer.host, withLogin).exists(blob.digest)).rejects.toMatchObject({
      code: 'unsupported',
    });
  });
});

describe('bearer tokens', () => {
  it('are asked for with the login, and then go along instead of it', async () => {
    const { peer } = await tokenRegistry(anyToken);
    expect(await openScripted(peer.host, withLogin).exists(blob.digest)).toBe(true);
    const asked = peer.requests.find(({ path }) => path === '/token');
    expect(asked?.headers.authorization).toBe(basicHeader);
    expect(Object.fromEntries(asked?.query ?? [])).toEqual({
      service: 's',
      scope: 'repository:team/mail:pull',
      account: login.username,
    });
    expect(
      peer.requests.filter(({ path }) => path !== '/token').map(({ headers }) => headers.authorization),
    ).toEqual([undefined, 'Bearer token-1']);
  });

  it('are asked for as nobody when there is no login', async () => {
    const { peer } = await tokenRegistry(anyToken);
    expect(await openScripted(peer.host).exists(blob.digest)).toBe(true);
    expect(peer.requests.find(({ path }) => path === '/token')?.headers.authorization).toBeUndefined();
  });

  it('are kept for each scope, and a wide one serves the narrow need', async () => {
    const { peer, scopes } = await tokenRegistry(anyToken);
    const repository = openScripted(peer.host, withLogin);
    await repository.pushManifest(manifestOf([]), { tag: 't' });
    await repository.exists(blob.digest);
    await collect(repository.tags());
    expect(scopes()).toEqual([['repository:team/mail:pull,push']]);
    await repository.delete(blob.digest);
    expect(scopes().at(-1)).toEqual(['repository:team/mail:delete,pull']);
  });

  it('are asked for with every action that we or the registry name', async () => {
    const peer = await scriptedRegistry();
    tokenService(peer);
    peer.times(2, 'PUT', '/v2/team/mail/manifests/t', (request) =>
      anyToken(request)
        ? { status: 201 }
        : {
            status: 401,
            headers: {
              'www-authenticate': `Bearer realm="${peer.origin}/token",scope="repository:team/mail:pull,special repository:other/base:pull"`,
            },
          },
    );
    await openScripted(peer.host).pushManifest(manifestOf([]), { tag: 't' });
    expect(peer.requests.find(({ path }) => path === '/token')?.query.getAll('scope')).toEqual([
      'repository:other/base:pull',
      'repository:team/mail:pull,push,special',
    ]);
  });

  it('are renewed before they run out, without a refusal in between', async () => {
    const clock = testClock();
    const { peer, scopes } = await tokenRegistry(anyToken);
    const repository = openScripted(peer.host, { clock });
    await repository.exists(blob.digest);
    clock.advance(260_000);
    await repository.exists(blob.digest);
    expect(scopes()).toHaveLength(1);
    clock.advance(20_000);
    await repository.exists(blob.digest);
    expect(scopes()).toHaveLength(2);
    expect(peer.requests.filter(({ headers }) => headers.authorization === undefined)).toHaveLength(3);
  });

  it.each([
    [{ expires_in: 1 }],
    [{ expires_in: undefined }],
    [{ expires_in: 'soon' }],
    [{ expires_in: null }],
  ])('live at least 60 seconds, also with %j', async (more) => {
    const clock = testClock();
    const { peer, scopes } = await tokenRegistry(anyToken, more);
    const repository = openScripted(peer.host, { clock });
    await repository.exists(blob.digest);
    clock.advance(40_000);
    await repository.exists(blob.digest);
    expect(scopes()).toHaveLength(1);
    clock.advance(21_000);
    await repository.exists(blob.digest);
    expect(scopes()).toHaveLength(2);
  });

  it('that the registry takes back are replaced once', async () => {
    let accepted = 1;
    const { peer, scopes } = await tokenRegistry((request) => token(accepted)(request));
    const repository = openScripted(peer.host);
    await repository.exists(blob.digest);
    accepted = 2;
    expect(await repository.exists(blob.digest)).toBe(true);
    expect(scopes()).toHaveLength(2);
  });

  it('that are never accepted end in auth, not in a loop', async () => {
    const { peer, scopes } = await tokenRegistry(() => false);
    await expect(openScripted(peer.host, withLogin).exists(blob.digest)).rejects.toMatchObject({
      code: 'auth',
      detail: { reason: 'not-permitted' },
    });
    await expect(openScripted(peer.host).exists(blob.digest)).rejects.toMatchObject({
      code: 'auth',
      detail: { reason: 'login-required' },
    });
    expect(scopes()).toHaveLength(2);
  });

  it('are asked for once, however many requests wait for them', async () => {
    const { peer, scopes } = await tokenRegistry(anyToken);
    const repository = openScripted(peer.host);
    await Promise.all(Array.from({ length: 20 }, () => repository.exists(blob.digest)));
    expect(scopes()).toHaveLength(1);
  });

  it('that one caller no longer waits for still come for the others', async () => {
    const peer = await scriptedRegistry();
    peer.once('GET', '/token', { body: { token: 'token-1' }, delay: 100 });
    peer.always('HEAD', blobPath, (request) =>
      anyToken(request)
        ? {}
        : { status: 401, headers: { 'www-authenticate': `Bearer realm="${peer.origin}/token"` } },
    );
    const repository = openScripted(peer.host);
    const stop = new AbortController();
    const impatient = repository.exists(blob.digest, stop.signal);
    const patient = repository.exists(blob.digest);
    setTimeout(() => stop.abort(), 30);
    await expect(impatient).rejects.toMatchObject({ code: 'cancelled' });
    expect(await patient).toBe(true);
  });

  it('may be called access_token', async () => {
    const { peer } = await tokenRegistry(anyToken, { token: undefined, access_token: 'token-9' });
    expect(await openScripted(peer.host).exists(blob.digest)).toBe(true);
  });

  it.each([
    [401, login, 'login-refused'],
    [403, login, 'login-refused'],
    [401, null, 'login-required'],
  ])('refused with %i end in auth with the reason (%j: %s)', async (status, credentials, reason) => {
    const peer = await scriptedRegistry();
    peer.once('HEAD', blobPath, {
      status: 401,
      headers: { 'www-authenticate': `Bearer realm="${peer.origin}/token"` },
    });
    peer.once('GET', '/token', { status, body: { details: 'incorrect username or password' } });
    const repository = openScripted(peer.host, { credentials: () => Promise.resolve(credentials) });
    await expect(repository.exists(blob.digest)).rejects.toMatchObject({ code: 'auth', detail: { reason } });
  });

  it('are asked for again when the service is busy', async () => {
    const peer = await scriptedRegistry();
    peer.once('HEAD', blobPath, {
      status: 401,
      headers: { 'www-authenticate': `Bearer realm="${peer.origin}/token"` },
    });
    peer.once('GET', '/token', { status: 503 });
    peer.once('GET', '/token', { body: { token: 'token-1' } });
    peer.once('HEAD', blobPath, {});
    expect(await openScripted(peer.host).exists(blob.digest)).toBe(true);
  });
});
