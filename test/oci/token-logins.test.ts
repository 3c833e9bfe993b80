import { describe, expect, it } from 'vitest';
import { IdentityTokenLogin, RegistryTokenLogin } from '../../main/credentials/found-login.ts';
import type { Credentials } from '../../main/oci/repository.ts';
import { scriptedRegistry, type ScriptedAnswer, type SeenRequest } from '../peers/scripted-registry.ts';
import { blobOf, manifestOf } from './contract.ts';
import { login, openScripted, testClock } from './scripted.ts';

const blob = blobOf(Buffer.from('x'));
const blobPath = `/v2/team/mail/blobs/${blob.digest}`;
const identityToken = 'identity+PLANTED/token=';
const registryToken = 'registry-PLANTED-token';
const withIdentityToken = { kind: 'identity-token', token: identityToken } as const;
const withRegistryToken = { kind: 'registry-token', token: registryToken } as const;

/** A registry that takes the tokens given last by the token service on the same peer, and asks for one until then. */
async function tokenPeer(
  answers: (form: URLSearchParams, count: number) => ScriptedAnswer,
  service = ',service="s"',
) {
  const peer = await scriptedRegistry();
  const forms = () =>
    peer.requests
      .filter(({ path }) => path === '/token')
      .map(({ body }) => new URLSearchParams(body.toString()));
  peer.always('POST', '/token', ({ body }) => answers(new URLSearchParams(body.toString()), forms().length));
  const react = ({ method, headers }: SeenRequest): ScriptedAnswer =>
    headers.authorization?.startsWith('Bearer access-') === true
      ? { status: method === 'PUT' ? 201 : 200 }
      : { status: 401, headers: { 'www-authenticate': `Bearer realm="${peer.origin}/token"${service}` } };
  for (const method of ['HEAD', 'PUT']) peer.always(method, /^\/v2\//, react);
  return { peer, forms };
}

const open = (host: string, credentials: Credentials, clock = testClock()) =>
  openScripted(host, { credentials: () => Promise.resolve(credentials), clock });

const given = (number: number, more: object = {}): ScriptedAnswer => ({
  body: { access_token: `access-${number}`, expires_in: 300, ...more },
});

describe('an identity token', () => {
  it('is exchanged by POST, in the body alone (OAuth2 Token Authentication)', async () => {
    const { peer } = await tokenPeer((_form, count) => given(count));
    await open(peer.host, withIdentityToken).pushManifest(manifestOf([]), { tag: 't' });
    const asked = peer.requests.filter(({ path }) => path === '/token');
    expect(asked).toHaveLength(1);
    expect(asked[0]?.url).toBe('/token');
    expect(asked[0]?.headers.authorization).toBeUndefined();
    expect(asked[0]?.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect([...new URLSearchParams(asked[0]?.body.toString())]).toEqual([
      ['grant_type', 'refresh_token'],
      ['refresh_token', identityToken],
      ['service', 's'],
      ['client_id', 'dockercomms'],
      ['scope', 'repository:team/mail:pull,push'],
    ]);
  });

  it('is used as it is found in the configuration of container tools', async () => {
    const { peer, forms } = await tokenPeer((_form, count) => given(count));
    const found = new IdentityTokenLogin('here', identityToken);
    expect(await open(peer.host, found).exists(blob.digest)).toBe(true);
    expect(forms()[0]?.get('refresh_token')).toBe(identityToken);
  });

  it('is exchanged for every scope that we or the registry name, in one field', async () => {
    const { peer, forms } = await tokenPeer(
      (_form, count) => given(count),
      ',scope="repository:team/mail:pull,special repository:other/base:pull"',
    );
    await open(peer.host, withIdentityToken).exists(blob.digest);
    expect(forms()[0]?.getAll('scope')).toEqual([
      'repository:other/base:pull repository:team/mail:pull,special',
    ]);
  });

  it("names the registry's host where the challenge names no service", async () => {
    const { peer, forms } = await tokenPeer((_form, count) => given(count), '');
    await open(peer.host, withIdentityToken).exists(blob.digest);
    expect(forms()[0]?.getAll('service')).toEqual([peer.host]);
  });

  it.each([
    [{ access_token: 'access-1', token: 'other-1' }],
    [{ access_token: undefined, token: 'access-1' }],
    [{ access_token: '', token: 'access-1' }],
  ])('gets its access token from %j', async (body) => {
    const { peer } = await tokenPeer(() => ({ body }));
    expect(await open(peer.host, withIdentityToken).exists(blob.digest)).toBe(true);
  });

  it('gives access for 60 seconds where the service does not say how long', async () => {
    const clock = testClock();
    const { peer, forms } = await tokenPeer((_form, count) => given(count, { expires_in: undefined }));
    const repository = open(peer.host, withIdentityToken, clock);
    await repository.exists(blob.digest);
    clock.advance(40_000);
    await repository.exists(blob.digest);
    expect(forms()).toHaveLength(1);
    clock.advance(21_000);
    await repository.exists(blob.digest);
    expect(forms()).toHaveLength(2);
  });

  it('that the service replaces is replaced, for this login only', async () => {
    const clock = testClock();
    const { peer, forms } = await tokenPeer((_form, count) =>
      given(count, { refresh_token: `next-${count}` }),
    );
    let current: Credentials = withIdentityToken;
    const repository = openScripted(peer.host, { credentials: () => Promise.resolve(current), clock });
    for (const token of [identityToken, identityToken, 'another']) {
      current = { ...withIdentityToken, token };
      await repository.exists(blob.digest);
      clock.advance(300_000);
    }
    expect(forms().map((form) => form.get('refresh_token'))).toEqual([identityToken, 'next-1', 'another']);
    const fresh = open(peer.host, withIdentityToken);
    await fresh.exists(blob.digest);
    expect(forms().at(-1)?.get('refresh_token')).toBe(identityToken);
  });

  it('is tried itself when the one that replaced it is not accepted', async () => {
    const clock = testClock();
    const { peer, forms } = await tokenPeer((form, count) =>
      form.get('refresh_token') === identityToken ? given(count, { refresh_token: 'bad' }) : { status: 401 },
    );
    const repository = open(peer.host, withIdentityToken, clock);
    await repository.exists(blob.digest);
    clock.advance(300_000);
    expect(await repository.exists(blob.digest)).toBe(true);
    expect(forms().map((form) => form.get('refresh_token'))).toEqual([identityToken, 'bad', identityToken]);
  });

  it('is exchanged once at a time: a service may take each just once', async () => {
    let next = identityToken;
    const { peer, forms } = await tokenPeer((form, count) => {
      const asked = form.get('refresh_token');
      if (asked !== next) return { status: 400, body: { error: 'invalid_grant' } };
      next = `next-${count}`;
      return { ...given(count, { refresh_token: next }), delay: 20 };
    });
    const repository = open(peer.host, withIdentityToken);
    await Promise.all([
      repository.exists(blob.digest),
      repository.pushManifest(manifestOf([]), { tag: 't' }),
      repository.exists(blob.digest),
    ]);
    expect(forms().length).toBeLessThanOrEqual(2);
  });

  it.each<[string, ScriptedAnswer, object]>([
    [
      'invalid_grant',
      { status: 400, body: { error: 'invalid_grant' } },
      { code: 'auth', detail: { reason: 'login-refused' } },
    ],
    ['401', { status: 401 }, { code: 'auth', detail: { reason: 'login-refused' } }],
    ['403', { status: 403 }, { code: 'auth', detail: { reason: 'login-refused' } }],
    ['404', { status: 404 }, { code: 'unsupported' }],
    ['405', { status: 405 }, { code: 'unsupported' }],
    [
      'unsupported_grant_type',
      { status: 400, body: { error: 'unsupported_grant_type' } },
      { code: 'unsupported' },
    ],
    ['invalid_request', { status: 400, body: { error: 'invalid_request' } }, { code: 'protocol' }],
    ['429', { status: 429, headers: { 'retry-after': '3600' } }, { code: 'rate-limited' }],
    ['no JSON', { body: 'what?' }, { code: 'protocol' }],
    ['no token', { body: { refresh_token: 'r' } }, { code: 'protocol' }],
  ])('answered with %s fails clearly', async (_name, answer, failure) => {
    const { peer } = await tokenPeer(() => answer);
    await expect(open(peer.host, withIdentityToken).exists(blob.digest)).rejects.toMatchObject(failure);
  });

  it('is sent again when the service was busy', async () => {
    const { peer } = await tokenPeer((_form, count) => (count === 1 ? { status: 503 } : given(count)));
    expect(await open(peer.host, withIdentityToken).exists(blob.digest)).toBe(true);
  });
});

describe('a registry token', () => {
  it('goes to the registry as it is, and then along unasked; no token service is asked', async () => {
    const peer = await scriptedRegistry();
    peer.times(3, 'HEAD', blobPath, ({ headers }) =>
      headers.authorization === `Bearer ${registryToken}`
        ? {}
        : { status: 401, headers: { 'www-authenticate': 'Bearer realm="https://auth.example/token"' } },
    );
    const repository = open(peer.host, new RegistryTokenLogin('here', registryToken));
    await repository.exists(blob.digest);
    await repository.exists(blob.digest);
    expect(peer.requests.map(({ headers }) => headers.authorization)).toEqual([
      undefined,
      `Bearer ${registryToken}`,
      `Bearer ${registryToken}`,
    ]);
  });

  it.each(['Bearer', 'Bearer realm="nowhere at all"', 'Bearer error="invalid_token"'])(
    'does not care about the realm in the challenge %s',
    async (challenge) => {
      const peer = await scriptedRegistry();
      peer.once('HEAD', blobPath, { status: 401, headers: { 'www-authenticate': challenge } });
      peer.once('HEAD', blobPath, {});
      expect(await open(peer.host, withRegistryToken).exists(blob.digest)).toBe(true);
    },
  );

  it('that is refused later fails auth, and the same one is not sent again with that request', async () => {
    const peer = await scriptedRegistry();
    const challenge = {
      status: 401,
      headers: { 'www-authenticate': 'Bearer realm="https://auth.example/"' },
    };
    peer.once('HEAD', blobPath, challenge).once('HEAD', blobPath, {}).once('HEAD', blobPath, challenge);
    const repository = open(peer.host, withRegistryToken);
    await repository.exists(blob.digest);
    await expect(repository.exists(blob.digest)).rejects.toMatchObject({
      code: 'auth',
      detail: { reason: 'login-refused' },
    });
  });

  it('that was replaced meanwhile is found within a minute, and at once when it is refused', async () => {
    const peer = await scriptedRegistry();
    let accepted = 'one';
    let current = 'one';
    peer.always('HEAD', blobPath, ({ headers }) =>
      headers.authorization === `Bearer ${accepted}`
        ? {}
        : { status: 401, headers: { 'www-authenticate': 'Bearer realm="https://auth.example/"' } },
    );
    const clock = testClock();
    const repository = openScripted(peer.host, {
      credentials: () => Promise.resolve({ kind: 'registry-token', token: current }),
      clock,
    });
    await repository.exists(blob.digest);
    current = 'two';
    clock.advance(60_000);
    accepted = 'two';
    await repository.exists(blob.digest);
    expect(peer.credentialsSeen).toEqual(['Bearer one', 'Bearer two']);
    accepted = current = 'three';
    expect(await repository.exists(blob.digest)).toBe(true);
  });

  it('with a line break in it is sent nowhere', async () => {
    const peer = await scriptedRegistry();
    peer.once('HEAD', blobPath, {
      status: 401,
      headers: { 'www-authenticate': 'Bearer realm="https://a.example/"' },
    });
    const repository = open(peer.host, { ...withRegistryToken, token: `${registryToken}\r\nx-evil: 1` });
    await expect(repository.exists(blob.digest)).rejects.toMatchObject({ code: 'auth' });
    expect(peer.credentialsSeen).toEqual([]);
  });
});

describe.each([
  ['an identity token', withIdentityToken],
  ['a registry token', withRegistryToken],
])('%s', (_name, credentials) => {
  it('is not sent to a registry that takes passwords only', async () => {
    const peer = await scriptedRegistry();
    peer.once('HEAD', blobPath, { status: 401, headers: { 'www-authenticate': 'Basic realm="x"' } });
    await expect(open(peer.host, credentials).exists(blob.digest)).rejects.toMatchObject({
      code: 'auth',
      detail: { reason: 'login-refused' },
    });
    expect(peer.credentialsSeen).toEqual([]);
  });

  it('that is refused is not called a wrong password', async () => {
    const peer = await scriptedRegistry();
    peer.always('POST', '/token', { status: 401 });
    peer.times(credentials.kind === 'registry-token' ? 2 : 1, 'HEAD', blobPath, {
      status: 401,
      headers: { 'www-authenticate': `Bearer realm="${peer.origin}/token"` },
    });
    const error: unknown = await open(peer.host, credentials)
      .exists(blob.digest)
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'auth', detail: { reason: 'login-refused' } });
    expect((error as Error).message).not.toMatch(/password|user name/);
  });
});

describe('tokens of an earlier login', () => {
  it.each<[string, Credentials | null, Credentials | null]>([
    ['the password changed', login, { ...login, password: 'new' }],
    ['the user changed', login, { ...login, username: 'bob' }],
    ['the kind changed', login, withIdentityToken],
    ['somebody logged in', null, login],
    ['somebody logged out', withIdentityToken, null],
  ])('are not used any more after %s', async (_name, before, after) => {
    const peer = await scriptedRegistry();
    let current = before;
    const issue = (): ScriptedAnswer => ({
      body: { token: current === before ? 'access-before' : 'access-after', expires_in: 300 },
    });
    peer.always('GET', '/token', issue).always('POST', '/token', issue);
    const react = ({ method, headers }: SeenRequest): ScriptedAnswer =>
      headers.authorization?.startsWith('Bearer access-') === true
        ? { status: method === 'PUT' ? 201 : 200 }
        : { status: 401, headers: { 'www-authenticate': `Bearer realm="${peer.origin}/token"` } };
    for (const method of ['HEAD', 'PUT']) peer.always(method, /^\/v2\//, react);
    const repository = openScripted(peer.host, { credentials: () => Promise.resolve(current) });
    await repository.exists(blob.digest);
    current = after;
    // Needs a token of its own, which is when the login is asked for again.
    await repository.pushManifest(manifestOf([]), { tag: 't' });
    await repository.exists(blob.digest);
    const sent = peer.credentialsSeen.filter((header) => header.startsWith('Bearer'));
    expect(sent).toEqual(['Bearer access-before', 'Bearer access-after', 'Bearer access-after']);
  });

  it('that come late, when there is another login already, are not kept', async () => {
    const peer = await scriptedRegistry();
    let current: Credentials = login;
    const late = Promise.withResolvers<undefined>();
    const asked = Promise.withResolvers<undefined>();
    peer.once('GET', '/token', async () => {
      asked.resolve(undefined);
      await late.promise;
      return { body: { token: 'access-late' } };
    });
    peer.always('POST', '/token', { body: { access_token: 'access-new' } });
    const react = ({ method, headers }: SeenRequest): ScriptedAnswer =>
      headers.authorization?.startsWith('Bearer access-') === true
        ? { status: method === 'PUT' ? 201 : 200 }
        : { status: 401, headers: { 'www-authenticate': `Bearer realm="${peer.origin}/token"` } };
    for (const method of ['HEAD', 'PUT']) peer.always(method, /^\/v2\//, react);
    const repository = openScripted(peer.host, { credentials: () => Promise.resolve(current) });
    const waiting = repository.exists(blob.digest);
    await asked.promise;
    current = withIdentityToken;
    await repository.pushManifest(manifestOf([]), { tag: 't' });
    late.resolve(undefined);
    await waiting;
    await repository.exists(blob.digest);
    expect(peer.credentialsSeen.at(-1)).toBe('Bearer access-new');
  });

  it('are kept while the login is the same', async () => {
    const { peer, forms } = await tokenPeer((_form, count) => given(count));
    const repository = openScripted(peer.host, {
      credentials: () => Promise.resolve({ ...withIdentityToken }),
    });
    await repository.exists(blob.digest);
    await repository.pushManifest(manifestOf([]), { tag: 't' });
    await repository.exists(blob.digest);
    expect(forms()).toHaveLength(2);
    expect(peer.credentialsSeen).toEqual(['Bearer access-1', 'Bearer access-2', 'Bearer access-1']);
  });
});
