import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Agent } from 'undici';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Connections } from '../../main/oci/connections.ts';
import { failureOfTransport } from '../../main/oci/failures.ts';
import { ociError, scriptedRegistry, type ScriptedAnswer } from '../peers/scripted-registry.ts';
import { blobOf, collect, manifestOf } from './contract.ts';
import { openScripted, testClock, withLogin } from './scripted.ts';

const blob = blobOf(Buffer.from('x'));
const html = { body: '<!doctype html><title>Sign in</title>', headers: { 'content-type': 'text/html' } };
const tagged = '/v2/team/mail/manifests/t';

/** How pushing a manifest fails when the registry answers so. */
async function pushAnswered(answer: ScriptedAnswer): Promise<unknown> {
  const peer = await scriptedRegistry();
  peer.always('PUT', tagged, answer);
  const repository = openScripted(peer.host, withLogin);
  return repository.pushManifest(manifestOf([]), { tag: 't' }).catch((error: unknown) => error);
}

describe('a refusal of the registry', () => {
  it.each<[string, ScriptedAnswer, object]>([
    ['401', { status: 401 }, { code: 'auth', detail: { reason: 'login-refused' } }],
    [
      '403 DENIED',
      { status: 403, body: ociError('DENIED') },
      { code: 'auth', detail: { reason: 'not-permitted' } },
    ],
    ['403', { status: 403 }, { code: 'auth', detail: { reason: 'not-permitted' } }],
    ['404 NAME_UNKNOWN', { status: 404, body: ociError('NAME_UNKNOWN') }, { code: 'not-found' }],
    ['400 NAME_INVALID', { status: 400, body: ociError('NAME_INVALID') }, { code: 'invalid' }],
    ['400 MANIFEST_INVALID', { status: 400, body: ociError('MANIFEST_INVALID') }, { code: 'unsupported' }],
    [
      '400 DIGEST_INVALID',
      { status: 400, body: ociError('DIGEST_INVALID') },
      { code: 'verification-failed' },
    ],
    [
      '404 MANIFEST_BLOB_UNKNOWN',
      { status: 404, body: ociError('MANIFEST_BLOB_UNKNOWN') },
      { code: 'not-found' },
    ],
    ['405', { status: 405 }, { code: 'unsupported' }],
    ['409', { status: 409 }, { code: 'conflict' }],
    ['412', { status: 412 }, { code: 'conflict' }],
    ['413', { status: 413 }, { code: 'too-large' }],
    ['413 as a web page', { ...html, status: 413 }, { code: 'too-large' }],
    [
      '429',
      { status: 429, headers: { 'retry-after': '3600' } },
      { code: 'rate-limited', detail: { retryAfterMs: 3_600_000 } },
    ],
    [
      '500',
      { status: 500, body: ociError('UNKNOWN') },
      { code: 'network', detail: { registryCodes: 'UNKNOWN' } },
    ],
    [
      '500 for a full disk during an upload',
      { status: 500, body: ociError('UNKNOWN', 'write /data/_uploads/x/data: no space left on device') },
      { code: 'too-large' },
    ],
    [
      '500 for a full disk',
      { status: 500, body: ociError('UNKNOWN', { Op: 'mkdir', Path: '/data', Err: 28 }) },
      { code: 'too-large' },
    ],
    [
      '500 for a used up quota',
      {
        status: 500,
        body: ociError('UNKNOWN', { DriverName: 'filesystem', Enclosed: { Op: 'write', Err: 122 } }),
      },
      { code: 'too-large' },
    ],
    ['507', { status: 507 }, { code: 'too-large' }],
    ['503', { status: 503 }, { code: 'network' }],
    ['418', { status: 418 }, { code: 'protocol' }],
    ['200 where 201 belongs', { status: 200 }, { code: 'protocol' }],
    ['a status under a web page', { ...html, status: 400 }, { code: 'protocol' }],
    ['error codes that are none', { status: 400, body: ociError('<script>') }, { code: 'protocol' }],
  ])('%s', async (_name, answer, expected) => {
    expect(await pushAnswered(answer)).toMatchObject(expected);
  });

  it('names method, address without query, status and codes', async () => {
    const peer = await scriptedRegistry();
    peer.once('GET', '/v2/team/mail/tags/list', { status: 403, body: ociError('DENIED') });
    await expect(collect(openScripted(peer.host).tags())).rejects.toMatchObject({
      detail: {
        method: 'GET',
        url: `${peer.origin}/v2/team/mail/tags/list`,
        status: 403,
        registryCodes: 'DENIED',
      },
    });
  });

  it('of a large upload is heard while it is still being sent', async () => {
    const peer = await scriptedRegistry();
    const large = blobOf(Buffer.alloc(32 * 1024 * 1024, 7));
    peer.times(2, 'POST', '/v2/team/mail/blobs/uploads/', { status: 202, headers: { location: '/put' } });
    peer.once('PUT', '/put', { status: 413, early: true }).once('PATCH', '/put', { status: 405 });
    peer.times(2, 'DELETE', '/put', { status: 204 });
    await expect(openScripted(peer.host).pushBlob(large.bytes, large)).rejects.toMatchObject({
      code: 'too-large',
    });
  });
});

describe('something that is no registry', () => {
  const requests: [string, (repository: ReturnType<typeof openScripted>) => Promise<unknown>][] = [
    ['ping', (repository) => repository.ping()],
    ['a blob', (repository) => repository.fetchBlob(blob)],
    ['a manifest', (repository) => repository.fetchManifest('t')],
    ['tags', (repository) => collect(repository.tags())],
  ];
  it.each(requests)('answers %s with a web page: protocol', async (_name, request) => {
    const peer = await scriptedRegistry();
    peer.once('GET', /./, html);
    await expect(request(openScripted(peer.host))).rejects.toMatchObject({ code: 'protocol' });
  });

  it.each(requests)('answers %s with a web page and 404: protocol', async (_name, request) => {
    const peer = await scriptedRegistry();
    peer.once('GET', /./, { ...html, status: 404 });
    await expect(request(openScripted(peer.host))).rejects.toMatchObject({ code: 'protocol' });
  });

  it('redirects to a page for signing in: protocol', async () => {
    const peer = await scriptedRegistry();
    peer.once('GET', '/v2/', { status: 302, headers: { location: '/login' } });
    peer.once('GET', '/login', html);
    await expect(openScripted(peer.host).ping()).rejects.toMatchObject({ code: 'protocol' });
  });

  it.each([
    ['plain text', { body: 'It works!', headers: { 'content-type': 'text/plain' } }],
    ['404', { status: 404 }],
  ])('answers the ping with %s: protocol', async (_name, answer) => {
    const peer = await scriptedRegistry();
    peer.once('GET', '/v2/', answer);
    await expect(openScripted(peer.host).ping()).rejects.toMatchObject({ code: 'protocol' });
  });

  it('does not speak HTTP: protocol', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined).once('data', () => socket.end('+OK POP3 server ready\r\n'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    await expect(openScripted(`127.0.0.1:${port}`).ping()).rejects.toMatchObject({ code: 'protocol' });
  });
});

describe('a registry', () => {
  it.each([
    ['{}', { body: {} }],
    ['an empty body', {}],
    ['its header', { body: 'true', headers: { 'docker-distribution-api-version': 'registry/2.0' } }],
  ])('is known by %s', async (_name, answer) => {
    const peer = await scriptedRegistry();
    peer.once('GET', '/v2/', answer);
    await expect(openScripted(peer.host).ping()).resolves.toBeUndefined();
  });
});

describe('no answer', () => {
  it('from a port where nobody listens: network', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    await expect(openScripted(`127.0.0.1:${port}`).ping()).rejects.toMatchObject({
      code: 'network',
      detail: { system: 'ECONNREFUSED' },
    });
  });

  it('from a host that does not exist: network, and not tried again', async () => {
    const clock = testClock();
    const dispatcher = new Agent({
      connect: {
        lookup: (hostname, _options, callback) =>
          callback(Object.assign(new Error(hostname), { code: 'ENOTFOUND' }), '', 4),
      },
    });
    onTestFinished(() => dispatcher.destroy());
    const repository = openScripted('nowhere.example', {
      connections: new Connections({ dispatcher, clock }),
      clock,
    });
    await expect(repository.exists(blob.digest)).rejects.toMatchObject({
      code: 'network',
      detail: { system: 'ENOTFOUND' },
    });
    expect(clock.waits).toEqual([]);
  });

  it('from a port without TLS: network, and not tried again', async () => {
    const peer = await scriptedRegistry();
    const clock = testClock();
    const dispatcher = new Agent({
      connect: {
        lookup: (_hostname, options, callback) =>
          options.all === true
            ? callback(null, [{ address: '127.0.0.1', family: 4 }])
            : callback(null, '127.0.0.1', 4),
      },
    });
    onTestFinished(() => dispatcher.destroy());
    const port = peer.host.split(':')[1] ?? '';
    const repository = openScripted(`registry.example:${port}`, {
      connections: new Connections({ dispatcher, clock }),
      clock,
    });
    await expect(repository.exists(blob.digest)).rejects.toMatchObject({
      code: 'network',
      detail: { system: expect.stringMatching(/^(?:ERR_SSL_|EPROTO)/) as string },
    });
    expect(clock.waits).toEqual([]);
  });

  it.each([
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'network'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'network'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'network'],
    ['CERT_HAS_EXPIRED', 'network'],
    ['UND_ERR_CONNECT_TIMEOUT', 'network'],
    ['UND_ERR_HEADERS_TIMEOUT', 'network'],
    ['UND_ERR_BODY_TIMEOUT', 'network'],
    ['UND_ERR_DESTROYED', 'cancelled'],
    ['HPE_INVALID_CONSTANT', 'protocol'],
  ])('%s: %s', (system, code) => {
    const error = Object.assign(new Error('x'), { code: system });
    const failure = failureOfTransport(error, { method: 'GET', url: new URL('https://r.example/') });
    expect(failure).toMatchObject({ code, detail: { system } });
  });

  it('because somebody stopped it: cancelled, whatever the connection says', async () => {
    const peer = await scriptedRegistry();
    const stop = new AbortController();
    peer.once('GET', '/v2/', () => {
      stop.abort();
      return { delay: 1000 };
    });
    await expect(openScripted(peer.host).ping(stop.signal)).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('because it was stopped before it began: cancelled, and nothing is sent', async () => {
    const peer = await scriptedRegistry();
    await expect(openScripted(peer.host).ping(AbortSignal.abort())).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect(peer.requests).toEqual([]);
  });
});
