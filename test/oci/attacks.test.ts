import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { MiB } from '../../main/base/limits.ts';
import { ociMediaTypes } from '../../main/oci/media-types.ts';
import {
  redirectTo,
  scriptedRegistry,
  type ScriptedAnswer,
  type ScriptedRegistry,
} from '../peers/scripted-registry.ts';
import { ScriptedWorld } from '../peers/scripted-world.ts';
import { blobOf, collect, manifestOf } from './contract.ts';
import { basicHeader, login, openScripted, tokenService, whenLoggedIn, withLogin } from './scripted.ts';

const home = 'https://registry.example';
const storage = 'https://storage.example';
const blob = blobOf(Buffer.from('what was asked for'));
const blobPath = `/v2/team/mail/blobs/${blob.digest}`;
const uploads = '/v2/team/mail/blobs/uploads/';

const uploadAt = (location: string): ScriptedAnswer => ({ status: 202, headers: { location } });

/** The registry at `home`, one more peer for every other origin, and a client with a login. */
async function world<Origin extends string>(...others: readonly Origin[]) {
  const registry = await scriptedRegistry();
  const peers = {} as Record<Origin, ScriptedRegistry>;
  for (const origin of others) peers[origin] = await scriptedRegistry();
  const net = new ScriptedWorld({ [home]: registry, ...peers });
  const repository = openScripted('registry.example', { ...withLogin, connections: net.connections });
  return { registry, peers, net, repository };
}

describe('a redirect', () => {
  it('to storage elsewhere is followed without the login, and what comes is verified', async () => {
    const { registry, peers, net, repository } = await world(storage);
    registry.times(2, 'GET', blobPath, whenLoggedIn(redirectTo(`${storage}/object?signature=s`)));
    peers[storage].once('GET', '/object', { body: blob.bytes });
    expect(await buffer(await repository.fetchBlob(blob))).toEqual(Buffer.from(blob.bytes));
    expect(net.originsWithCredentials).toEqual([home]);
    expect(peers[storage].credentialsSeen).toEqual([]);
  });

  it('that leaves the registry and comes back never restores the login', async () => {
    const { registry, peers, net, repository } = await world(storage);
    registry.times(2, 'GET', blobPath, whenLoggedIn(redirectTo(`${storage}/out`)));
    peers[storage].once('GET', '/out', redirectTo(`${home}/back`));
    registry.once('GET', '/back', { body: blob.bytes });
    await buffer(await repository.fetchBlob(blob));
    expect(net.departed.at(-1)).toMatchObject({ origin: home, path: '/back', authorization: undefined });
  });

  it('to another port of the same host is another origin: no login', async () => {
    const other = `${home}:8443`;
    const { registry, peers, net, repository } = await world(other);
    registry.times(2, 'GET', blobPath, whenLoggedIn(redirectTo(`${other}/object`)));
    peers[other].once('GET', '/object', { body: blob.bytes });
    await buffer(await repository.fetchBlob(blob));
    expect(net.originsWithCredentials).toEqual([home]);
  });

  it.each([
    ['plain HTTP on the same host', 'http://registry.example/x', 'unencrypted'],
    ['plain HTTP elsewhere', 'http://other.example/x', 'unencrypted'],
    ['this computer', 'https://localhost:8443/x', 'loopback'],
    ['this computer in an odd notation', 'https://0x7f.1/x', 'loopback'],
    ['plain HTTP on this computer', 'http://127.0.0.1:2375/x', 'loopback'],
    ['an address with a password in it', 'https://a:b@registry.example/x', 'credentials-in-url'],
    ['a file', 'file:///etc/passwd', 'scheme'],
    ['a cloud’s metadata', 'http://169.254.169.254/latest/meta-data/iam', 'link-local'],
    ['a link-local address', 'https://[fe80::1]/x', 'link-local'],
    ['a private address without encryption', 'http://10.0.0.7/x', 'unencrypted'],
  ])('to %s is refused before anything is sent', async (_name, location, refusal) => {
    const { registry, net, repository } = await world();
    registry.times(2, 'GET', blobPath, whenLoggedIn(redirectTo(location)));
    await expect(repository.fetchBlob(blob)).rejects.toMatchObject({ code: 'protocol', detail: { refusal } });
    expect(net.origins).toEqual([home]);
  });

  it('from plain HTTP on this computer to plain HTTP elsewhere is refused', async () => {
    const peer = await scriptedRegistry();
    const net = new ScriptedWorld({ [peer.origin]: peer });
    peer.once('GET', blobPath, redirectTo('http://other.example/x'));
    const repository = openScripted(peer.host, { connections: net.connections });
    await expect(repository.fetchBlob(blob)).rejects.toMatchObject({ code: 'protocol' });
    expect(net.origins).toEqual([peer.origin]);
  });

  it('that leads in circles ends', async () => {
    const { registry, repository } = await world();
    registry.always('GET', blobPath, redirectTo(blobPath));
    await expect(repository.fetchBlob(blob)).rejects.toMatchObject({ code: 'protocol' });
    expect(registry.requests.length).toBeLessThan(10);
  });

  it('to a host that asks for a login gets none', async () => {
    const { registry, peers, net, repository } = await world(storage);
    registry.times(2, 'GET', blobPath, whenLoggedIn(redirectTo(`${storage}/object`)));
    peers[storage].once('GET', '/object', {
      status: 401,
      headers: { 'www-authenticate': 'Basic realm="mine"' },
    });
    await expect(repository.fetchBlob(blob)).rejects.toMatchObject({ code: 'auth' });
    expect(net.originsWithCredentials).toEqual([home]);
  });

  it('to a host that names a token service does not reach that service', async () => {
    const { registry, peers, net, repository } = await world(storage);
    registry.once('GET', blobPath, redirectTo(`${storage}/object`));
    peers[storage].once('GET', '/object', {
      status: 401,
      headers: { 'www-authenticate': `Bearer realm="https://collector.example/token"` },
    });
    await expect(repository.fetchBlob(blob)).rejects.toMatchObject({ code: 'auth' });
    expect(net.origins).toEqual([home, storage]);
    expect(net.originsWithCredentials).toEqual([]);
  });

  it.each([307, 308, 302, 301])(
    'of a manifest that is pushed (%i) does not take it elsewhere',
    async (status) => {
      const { registry, net, repository } = await world();
      registry.times(
        2,
        'PUT',
        '/v2/team/mail/manifests/t',
        whenLoggedIn(redirectTo(`${storage}/steal`, status)),
      );
      await expect(repository.pushManifest(manifestOf([]), { tag: 't' })).rejects.toMatchObject({
        code: 'protocol',
      });
      expect(net.origins).toEqual([home]);
    },
  );

  it('of a deletion does not take it elsewhere', async () => {
    const { registry, net, repository } = await world();
    registry.times(
      2,
      'DELETE',
      `/v2/team/mail/manifests/${blob.digest}`,
      whenLoggedIn(redirectTo(`${storage}/x`)),
    );
    await expect(repository.delete(blob.digest)).rejects.toMatchObject({ code: 'protocol' });
    expect(net.origins).toEqual([home]);
  });

  it('of a bearer token: it stays at the registry too', async () => {
    const { registry, peers, net, repository } = await world(storage, 'https://auth.example');
    tokenService(peers['https://auth.example']);
    registry.times(2, 'GET', blobPath, ({ headers }) =>
      headers.authorization === 'Bearer token-1'
        ? redirectTo(`${storage}/object`)
        : { status: 401, headers: { 'www-authenticate': 'Bearer realm="https://auth.example/token"' } },
    );
    peers[storage].once('GET', '/object', { body: blob.bytes });
    await buffer(await repository.fetchBlob(blob));
    expect(peers[storage].credentialsSeen).toEqual([]);
    expect(peers['https://auth.example'].credentialsSeen).toEqual([basicHeader]);
    expect(registry.credentialsSeen).toEqual(['Bearer token-1']);
    expect(net.originsWithCredentials).toEqual(['https://auth.example', home]);
  });
});

describe('an upload Location', () => {
  it('elsewhere gets the content without the login', async () => {
    const { registry, peers, net, repository } = await world(storage);
    registry.times(2, 'POST', uploads, whenLoggedIn(uploadAt(`${storage}/put?state=x`)));
    peers[storage].once('PUT', '/put', { status: 201 });
    await repository.pushBlob(blob.bytes, blob);
    expect(net.originsWithCredentials).toEqual([home]);
    const put = peers[storage].requests[0];
    expect(put?.body).toEqual(Buffer.from(blob.bytes));
    expect(put?.url).toBe(`/put?state=x&digest=${encodeURIComponent(blob.digest)}`);
  });

  it('elsewhere that asks for a login gets none', async () => {
    const { registry, peers, net, repository } = await world(storage);
    registry.times(2, 'POST', uploads, whenLoggedIn(uploadAt(`${storage}/put`)));
    peers[storage].once('PUT', '/put', {
      status: 401,
      headers: { 'www-authenticate': 'Basic realm="mine"' },
    });
    await expect(repository.pushBlob(blob.bytes, blob)).rejects.toMatchObject({ code: 'auth' });
    expect(net.originsWithCredentials).toEqual([home]);
  });

  it.each([
    ['plain HTTP', 'http://registry.example/put', 'unencrypted'],
    ['this computer', 'https://127.0.0.1/put', 'loopback'],
    ['an address with a password in it', 'https://a:b@registry.example/put', 'credentials-in-url'],
    ['a cloud’s metadata', 'http://169.254.169.254/latest/api/token', 'link-local'],
  ])('on %s is refused before any content is sent', async (_name, location, refusal) => {
    const { registry, net, repository } = await world();
    registry.times(2, 'POST', uploads, whenLoggedIn(uploadAt(location)));
    await expect(repository.pushBlob(blob.bytes, blob)).rejects.toMatchObject({
      code: 'protocol',
      detail: { refusal },
    });
    expect(net.origins).toEqual([home]);
  });

  it('that redirects the content elsewhere is refused', async () => {
    const { registry, net, repository } = await world();
    registry.times(2, 'POST', uploads, whenLoggedIn(uploadAt('/put')));
    registry.once('PUT', '/put', redirectTo(`${storage}/steal`));
    await expect(repository.pushBlob(blob.bytes, blob)).rejects.toMatchObject({ code: 'protocol' });
    expect(net.origins).toEqual([home]);
  });

  const large = blobOf(Buffer.alloc(9 * MiB, 7));
  const next = (location: string) => ({ status: 202, headers: { location } });

  it('of a later piece that leads elsewhere gets the content without the login, and never gets it back', async () => {
    const { registry, peers, net, repository } = await world(storage);
    registry.always('POST', uploads, whenLoggedIn(uploadAt('/u')));
    registry.once('PUT', /^\/u/, { status: 413 }).always('DELETE', /^\/u/, { status: 204 });
    registry.once('PATCH', '/u', next(`${storage}/u`));
    // Somebody else's word must not choose where our login goes.
    peers[storage].once('PATCH', '/u', next(`${home}/v2/somebody/else/blobs/uploads/1`));
    registry.once('PATCH', '/v2/somebody/else/blobs/uploads/1', next('/v2/somebody/else/blobs/uploads/2'));
    registry.once('PUT', /^\/v2\/somebody\/else\/blobs\/uploads\/2/, { status: 201 });
    await repository.pushBlob(large.bytes, large);
    expect(peers[storage].credentialsSeen).toEqual([]);
    const back = registry.requests.filter(({ path }) => path.startsWith('/v2/somebody/'));
    expect(back.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined]);
    expect(net.originsWithCredentials).toEqual([home]);
  });

  it('elsewhere is asked for its status without the login, and given up there without it', async () => {
    const { registry, peers, net, repository } = await world(storage);
    registry.always('POST', uploads, whenLoggedIn(uploadAt(`${storage}/u`)));
    peers[storage].once('PUT', '/u', { status: 413 }).always('DELETE', '/u', { status: 204 });
    peers[storage].once('PATCH', '/u', { cutAfter: -1 }).once('GET', '/u', { status: 404 });
    peers[storage].always('PATCH', '/u', { status: 405 });
    await expect(repository.pushBlob(large.bytes, large)).rejects.toMatchObject({ code: 'too-large' });
    expect(net.originsWithCredentials).toEqual([home]);
    expect(peers[storage].credentialsSeen).toEqual([]);
  });

  it.each([
    ['plain HTTP', 'http://registry.example/u', 'unencrypted'],
    ['this computer', 'https://127.0.0.1/u', 'loopback'],
    ['a file', 'file:///etc/passwd', 'scheme'],
  ])('of a later piece on %s is refused', async (_name, location, refusal) => {
    const { registry, net, repository } = await world();
    registry.always('POST', uploads, whenLoggedIn(uploadAt('/u')));
    registry.once('PUT', /^\/u/, { status: 413 }).always('DELETE', /^\/u/, { status: 204 });
    registry.once('PATCH', '/u', next(location));
    await expect(repository.pushBlob(large.bytes, large)).rejects.toMatchObject({ detail: { refusal } });
    expect(net.origins).toEqual([home]);
  });

  it('of a mount is bound by the same rules', async () => {
    const { registry, peers, net, repository } = await world(storage);
    registry.times(2, 'POST', uploads, whenLoggedIn(uploadAt(`${storage}/put`)));
    peers[storage].once('PUT', '/put', { status: 201 });
    await repository.pushBlob(large.bytes, large, { from: 'team/other' });
    expect(net.originsWithCredentials).toEqual([home]);
  });

  it.each([
    ['a query of its own', 'team/other&digest=x'],
    ['a way up', '../../admin'],
    ['a line break', 'team/other\r\nx-evil: 1'],
    ['another host', 'https://other.example/team/mail'],
  ])('of a mount: a source with %s stays one value of one parameter', async (_name, from) => {
    const { registry, net, repository } = await world();
    registry.once('POST', /mount=/, uploadAt('/put')).once('PUT', '/put', { status: 201 });
    await repository.pushBlob(large.bytes, large, { from });
    const { path, query } = registry.requests[0] ?? {};
    expect(path).toBe(uploads);
    expect([...(query ?? [])]).toEqual([
      ['mount', large.digest],
      ['from', from],
    ]);
    expect(net.origins).toEqual([home]);
  });

  it('of a mount that a registry only claims to have made is not believed', async () => {
    const { registry, repository } = await world();
    registry.once('POST', /mount=/, { status: 201 }).once('HEAD', /./, { status: 404 });
    registry.once('POST', uploads, uploadAt('/put')).once('PUT', '/put', { status: 201 });
    await repository.pushBlob(large.bytes, large, { from: 'team/other' });
    expect(registry.requests.at(-1)?.body.byteLength).toBe(large.size);
  });

  it('to which a mount is redirected elsewhere gets nothing', async () => {
    const { registry, peers, net, repository } = await world(storage);
    registry.times(2, 'POST', /mount=/, whenLoggedIn(redirectTo(`${storage}/mount`)));
    registry.once('POST', uploads, uploadAt('/put')).once('PUT', '/put', { status: 201 });
    await repository.pushBlob(large.bytes, large, { from: 'team/other' });
    expect(peers[storage].requests).toEqual([]);
    expect(net.origins).toEqual([home]);
  });

  it.each([[undefined], ['http://[bad']])('that is %s is refused', async (location) => {
    const { registry, repository } = await world();
    registry.once('POST', uploads, { status: 202, headers: location === undefined ? {} : { location } });
    await expect(repository.pushBlob(blob.bytes, blob)).rejects.toMatchObject({ code: 'protocol' });
  });
});

describe('a token realm', () => {
  const challenge = (realm: string): ScriptedAnswer => ({
    status: 401,
    headers: { 'www-authenticate': `Bearer realm="${realm}",service="s"` },
  });

  it.each([
    ['plain HTTP on the same host', 'http://registry.example/token'],
    ['plain HTTP elsewhere', 'http://collector.example/token'],
    ['this computer', 'https://localhost/token'],
    ['plain HTTP on this computer', 'http://127.0.0.1:8080/token'],
    ['an address with a user in it', 'https://user@auth.example/token'],
    ['no address', 'token'],
    ['a cloud’s metadata', 'http://169.254.169.254/latest/meta-data'],
    ['a link-local address', 'https://[fe80::1]/token'],
  ])('on %s never gets the password', async (_name, realm) => {
    const { registry, net, repository } = await world();
    registry.once('HEAD', blobPath, challenge(realm));
    await expect(repository.exists(blob.digest)).rejects.toMatchObject({ code: 'protocol' });
    expect(net.origins).toEqual([home]);
    expect(net.originsWithCredentials).toEqual([]);
  });

  it('on plain HTTP elsewhere never gets the password of a registry on this computer', async () => {
    const peer = await scriptedRegistry();
    const net = new ScriptedWorld({ [peer.origin]: peer });
    peer.once('HEAD', blobPath, challenge('http://collector.example/token'));
    const repository = openScripted(peer.host, { ...withLogin, connections: net.connections });
    await expect(repository.exists(blob.digest)).rejects.toMatchObject({ code: 'protocol' });
    expect(net.origins).toEqual([peer.origin]);
  });

  it('that redirects is not followed: the request carries the password', async () => {
    const { registry, peers, net, repository } = await world('https://auth.example');
    registry.once('HEAD', blobPath, challenge('https://auth.example/token'));
    peers['https://auth.example'].once('GET', '/token', redirectTo('https://collector.example/token'));
    await expect(repository.exists(blob.digest)).rejects.toMatchObject({ code: 'protocol' });
    expect(net.origins).toEqual([home, 'https://auth.example']);
  });

  it.each([
    ['a line break', 'a\r\nx-evil: 1'],
    ['a space', 'a b'],
    ['nothing', ''],
  ])('that gives a token with %s in it gives none', async (_name, token) => {
    const { registry, peers, repository } = await world('https://auth.example');
    registry.once('HEAD', blobPath, challenge('https://auth.example/token'));
    peers['https://auth.example'].once('GET', '/token', { body: { token } });
    await expect(repository.exists(blob.digest)).rejects.toMatchObject({ code: 'protocol' });
  });

  it('that never stops talking is cut off', async () => {
    const { registry, peers, repository } = await world('https://auth.example');
    registry.once('HEAD', blobPath, challenge('https://auth.example/token'));
    peers['https://auth.example'].once('GET', '/token', { body: { token: 'x'.repeat(1_000_000) } });
    await expect(repository.exists(blob.digest)).rejects.toMatchObject({ code: 'too-large' });
  });
});

describe('a listing', () => {
  it.each([
    ['at another host', 'https://collector.example/v2/team/mail/tags/list', 'protocol'],
    ['on plain HTTP', 'http://registry.example/v2/team/mail/tags/list', 'protocol'],
    ['on this computer', 'https://localhost/v2/', 'protocol'],
    ['at a cloud’s metadata', 'http://169.254.169.254/latest/meta-data', 'protocol'],
  ])('that goes on %s is refused', async (_name, target, code) => {
    const { registry, net, repository } = await world();
    registry.times(
      2,
      'GET',
      '/v2/team/mail/tags/list',
      whenLoggedIn({
        body: { name: 'team/mail', tags: ['a'] },
        headers: { link: `<${target}>; rel="next"` },
      }),
    );
    await expect(collect(repository.tags())).rejects.toMatchObject({ code });
    expect(net.origins).toEqual([home]);
  });

  it.each([
    ['at another host', 'https://collector.example/v2/'],
    ['at a name below the registry’s', 'https://sub.registry.example/v2/'],
    ['on another port', 'https://registry.example:8443/v2/'],
    ['on plain HTTP', 'http://registry.example/v2/'],
    ['on this computer', 'https://[::ffff:127.0.0.1]/v2/'],
  ])('of referrers that goes on %s is refused', async (_name, target) => {
    const { registry, net, repository } = await world();
    const headers = { 'content-type': ociMediaTypes.imageIndex, link: `<${target}>; rel="next"` };
    const page = { body: Buffer.from('{"manifests":[]}'), headers };
    registry.times(2, 'GET', `/v2/team/mail/referrers/${blob.digest}`, whenLoggedIn(page));
    await expect(collect(repository.referrers(blob.digest))).rejects.toMatchObject({ code: 'protocol' });
    expect(net.origins).toEqual([home]);
    expect(net.originsWithCredentials).toEqual([home]);
  });
});

describe('an error', () => {
  it('carries neither the password, nor a token, nor the query of a signed address', async () => {
    const { registry, peers, repository } = await world(storage);
    registry.times(2, 'GET', blobPath, whenLoggedIn(redirectTo(`${storage}/object?signature=s3cr3t`)));
    peers[storage].once('GET', '/object', {
      status: 403,
      body: { errors: [{ code: 'DENIED', message: basicHeader, detail: login.password }] },
    });
    const error: unknown = await repository.fetchBlob(blob).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: 'auth',
      detail: { url: `${storage}/object`, registryCodes: 'DENIED' },
    });
    const everything = JSON.stringify(error) + String(error) + String((error as Error).stack);
    for (const secret of ['s3cr3t', login.password, basicHeader.slice(6)])
      expect(everything).not.toContain(secret);
  });
});
