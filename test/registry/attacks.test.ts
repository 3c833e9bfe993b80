/** What somebody who can reach the port must not be able to do. Each title names the attack or the rule against it. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { request, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { digestOf, errorCodes, image, imageType, inPieces, withQuery, type Method } from './http-client.ts';
import { started, type Started } from './started.ts';

let peer: Started;
beforeAll(async () => {
  peer = await started();
});
afterAll(() => peer.close());

interface Sent {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

/** Sends the path exactly as it is: no client in between that tidies dots and slashes away. */
function sendRaw(method: Method, path: string, headers: Record<string, string> = {}): Promise<Sent> {
  return new Promise((resolve, reject) => {
    const { port } = peer.registry;
    const sending = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (response) => {
      response
        .resume()
        .once('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers }));
    });
    sending.once('error', reject).end();
  });
}

/** The first line of the answer to bytes that no HTTP client would send. */
function sendBytes(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(peer.registry.port, '127.0.0.1', () => socket.end(text));
    let answer = '';
    socket.setEncoding('latin1').on('data', (piece: string) => (answer += piece));
    socket.once('close', () => resolve(answer.split('\r\n', 1)[0] ?? '')).once('error', reject);
  });
}

describe('path traversal', () => {
  const secret = 'not yours';
  const escapes = [
    '..',
    '../..',
    '%2e%2e',
    '..%2f..',
    '%2e%2e%2f%2e%2e',
    '..\\..',
    '.',
    '%00',
    '/etc',
    'a/../b',
    'a//b',
  ];

  test('no repository name, tag, digest or upload id leads out of the folder', async () => {
    await writeFile(join(peer.folder, 'secret'), secret);
    for (const escape of escapes) {
      const paths = [
        `/v2/${escape}/tags/list`,
        `/v2/${escape}/blobs/${digestOf(secret)}`,
        `/v2/a/manifests/${escape}%2fsecret`,
        `/v2/a/blobs/${escape}%2fsecret`,
        `/v2/a/blobs/sha256:${escape}%2fsecret`,
        `/v2/a/blobs/uploads/${escape}%2fsecret`,
        `/v2/a/referrers/${escape}%2fsecret`,
      ];
      for (const path of paths) expect((await sendRaw('GET', path)).status).toBeGreaterThanOrEqual(400);
    }
  });

  test('nothing is pushed under a name that is none, and no file appears for it', async () => {
    const before = await readdir(peer.folder, { recursive: true });
    for (const escape of escapes) {
      expect((await sendRaw('POST', `/v2/${escape}/blobs/uploads/`)).status).toBeGreaterThanOrEqual(400);
      expect((await sendRaw('POST', `/v2/a/blobs/uploads/?mount=${escape}&from=${escape}`)).status).toBe(400);
      expect((await sendRaw('PUT', `/v2/a/manifests/${escape}%2fx`)).status).toBeGreaterThanOrEqual(400);
      expect((await sendRaw('DELETE', `/v2/a/blobs/${escape}`)).status).toBeGreaterThanOrEqual(400);
    }
    expect((await readdir(peer.folder, { recursive: true })).sort()).toEqual(before.sort());
  });

  test('any path at all is answered, and never with a success that was not asked for', async () => {
    const path = fc
      .string({ unit: 'grapheme-ascii', maxLength: 60 })
      .map((text) => text.replace(/[^!-~]/g, ''));
    await fc.assert(
      fc.asyncProperty(path, async (text) => {
        const { status } = await sendRaw('GET', `/v2/a/blobs/../${text.replaceAll('#', '')}`);
        expect(status).toBeGreaterThanOrEqual(400);
        expect(status).toBeLessThan(500);
      }),
      { numRuns: 200 },
    );
    expect(await readFile(join(peer.folder, 'secret'), 'utf8')).toBe(secret);
  });

  test('another repository cannot reach an upload by its id', async () => {
    const location = await peer.client.beginUpload('mine/one');
    const stolen = location.replace('/mine/one/', '/mine/two/');
    for (const method of ['GET', 'PATCH', 'DELETE'] as const) {
      expect((await peer.client.ask(method, stolen)).status).toBe(404);
    }
    expect((await peer.client.ask('GET', location)).status).toBe(204);
  });
});

describe('web pages', () => {
  test.each([
    'evil.example',
    'evil.example:PORT',
    'localhost.evil.example:PORT',
    '127.0.0.1',
    '127.0.0.1:1',
    '10.0.0.1:PORT',
    '127.0.0.1.nip.io:PORT',
    '[::2]:PORT',
    'localhost.:PORT',
  ])('DNS rebinding: a request for host %s is denied', async (host) => {
    const headers = { host: host.replace('PORT', String(peer.registry.port)) };
    expect((await sendRaw('GET', '/v2/', headers)).status).toBe(403);
  });

  test.each(['localhost:PORT', 'LOCALHOST:PORT', '127.0.0.1:PORT', '127.1.2.3:PORT', '[::1]:PORT'])(
    'a request for host %s is for us',
    async (host) => {
      const headers = { host: host.replace('PORT', String(peer.registry.port)) };
      expect((await sendRaw('GET', '/v2/', headers)).status).toBe(200);
    },
  );

  test('a second Host header, no Host header and an absolute target do not get around the check', async () => {
    const own = `Host: 127.0.0.1:${peer.registry.port}\r\n`;
    expect(await sendBytes(`GET /v2/ HTTP/1.1\r\n${own}Host: evil.example\r\n\r\n`)).toMatch(/ 4\d\d /);
    expect(await sendBytes('GET /v2/ HTTP/1.0\r\n\r\n')).toMatch(/ 403 /);
    expect(
      await sendBytes(`GET http://evil.example/v2/ HTTP/1.1\r\n${own}Connection: close\r\n\r\n`),
    ).toMatch(/ 404 /);
  });

  test.each(['https://evil.example', 'null', 'http://127.0.0.1:1'])(
    'a request with Origin %s is denied',
    async (origin) => {
      const location = await peer.client.beginUpload('mine/one');
      for (const method of ['GET', 'PATCH', 'DELETE', 'OPTIONS'] as const) {
        const answer = await peer.client.ask(method, location, { headers: { origin } });
        expect([answer.status, errorCodes(answer)]).toEqual([403, ['DENIED']]);
        expect(answer.headers['access-control-allow-origin']).toBeUndefined();
      }
      expect((await peer.client.ask('GET', location)).status).toBe(204);
    },
  );

  test.each(['cross-site', 'same-site', 'anything'])(
    'a request that a browser marks %s is denied',
    async (site) => {
      expect((await peer.client.ask('GET', '/v2/', { headers: { 'sec-fetch-site': site } })).status).toBe(
        403,
      );
    },
  );

  test('an address that a person typed is answered, and nothing in the answer can run', async () => {
    await peer.client.pushBlob('mine/one', '<script>alert(1)</script>');
    const path = `/v2/mine/one/blobs/${digestOf('<script>alert(1)</script>')}`;
    const answer = await peer.client.ask('GET', path, { headers: { 'sec-fetch-site': 'none' } });
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('application/octet-stream');
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
    expect(answer.headers['content-security-policy']).toContain('sandbox');
  });

  test.each(['text/html', 'image/svg+xml', 'application/', 'x'])(
    'a manifest of type %s is refused',
    async (mediaType) => {
      await peer.client.pushBlob('mine/one', '{}');
      const { text } = image({ mediaType });
      const put = await peer.client.ask('PUT', '/v2/mine/one/manifests/page', {
        headers: { 'content-type': mediaType },
        body: text,
      });
      expect([put.status, errorCodes(put)]).toEqual([400, ['MANIFEST_INVALID']]);
    },
  );
});

describe('content', () => {
  test('a blob of another repository cannot be read by its digest, only mounted', async () => {
    const digest = await peer.client.pushBlob('mine/secret', 'only in mine/secret');
    await peer.client.pushBlob('other/repository', 'something');
    for (const method of ['GET', 'HEAD', 'DELETE'] as const) {
      expect((await peer.client.ask(method, `/v2/other/repository/blobs/${digest}`)).status).toBe(404);
    }
    const manifest = image({ layers: [{ mediaType: 'application/octet-stream', digest, size: 19 }] });
    await peer.client.pushBlob('other/repository', '{}');
    const put = await peer.client.putManifest('other/repository', manifest);
    expect(errorCodes(put)).toEqual(['MANIFEST_BLOB_UNKNOWN']);
  });

  test('a digest that does not fit leaves no blob, no upload and no file', async () => {
    const before = await readdir(peer.folder, { recursive: true });
    for (const algorithm of ['sha256', 'sha512']) {
      const location = await peer.client.beginUpload('mine/wrong');
      const digest = digestOf('what was promised', algorithm);
      const put = await peer.client.ask('PUT', withQuery(location, { digest }), { body: 'what came' });
      expect([put.status, errorCodes(put)]).toEqual([400, ['DIGEST_INVALID']]);
      expect((await peer.client.ask('GET', location)).status).toBe(404);
      expect((await peer.client.ask('HEAD', `/v2/mine/wrong/blobs/${digest}`)).status).toBe(404);
      const post = await peer.client.ask('POST', `/v2/mine/wrong/blobs/uploads/?digest=${digest}`, {
        body: 'what came',
      });
      expect(post.status).toBe(400);
    }
    expect((await readdir(peer.folder, { recursive: true })).sort()).toEqual(before.sort());
    expect((await peer.client.ask('GET', '/v2/mine/wrong/tags/list')).status).toBe(404);
  });

  test('a chunk out of order changes nothing, not even the hash', async () => {
    const location = await peer.client.beginUpload('mine/order');
    const patch = (range: string, body: string) =>
      peer.client.ask('PATCH', location, { headers: { 'content-range': range }, body });
    expect((await patch('3-5', 'def')).status).toBe(416);
    expect((await patch('0-2', 'abc')).status).toBe(202);
    expect((await patch('0-2', 'abc')).status).toBe(416);
    expect((await patch('6-8', 'ghi')).status).toBe(416);
    expect((await patch('3-x', 'def')).status).toBe(400);
    expect((await patch('3-5', 'def')).status).toBe(202);
    const put = await peer.client.ask('PUT', withQuery(location, { digest: digestOf('abcdef') }));
    expect(put.status).toBe(201);
  });

  test('a streamed chunk that is longer or shorter than its range leaves the upload as it was', async () => {
    const location = await peer.client.beginUpload('mine/lengths');
    const patch = (...pieces: string[]) =>
      peer.client.ask('PATCH', location, { headers: { 'content-range': '0-5' }, body: inPieces(...pieces) });
    const tooLong = await patch('abc', 'defg');
    expect([tooLong.status, errorCodes(tooLong), tooLong.headers.range]).toEqual([
      400,
      ['SIZE_INVALID'],
      '0-0',
    ]);
    expect((await patch('abc')).status).toBe(400);
    expect((await patch('abc', 'def')).status).toBe(202);
    const put = await peer.client.ask('PUT', withQuery(location, { digest: digestOf('abcdef') }));
    expect(put.status).toBe(201);
  });

  test('Content-Range and Content-Length that differ are refused with 416', async () => {
    const location = await peer.client.beginUpload('mine/lengths');
    const headers = { 'content-range': '0-9' };
    expect((await peer.client.ask('PATCH', location, { headers, body: 'abc' })).status).toBe(416);
  });

  test('one document cannot be a manifest and an index at once', async () => {
    await peer.client.pushBlob('mine/both', '{}');
    for (const mediaType of [
      imageType,
      'application/vnd.oci.image.index.v1+json',
      'application/vnd.example+json',
    ]) {
      const { text } = image({ mediaType, layers: [], manifests: [] });
      const headers = { 'content-type': mediaType };
      const put = await peer.client.ask('PUT', '/v2/mine/both/manifests/x', { headers, body: text });
      expect([put.status, errorCodes(put)]).toEqual([400, ['MANIFEST_INVALID']]);
    }
  });

  test('a Content-Type that contradicts the mediaType is refused', async () => {
    await peer.client.pushBlob('mine/both', '{}');
    const put = await peer.client.ask('PUT', '/v2/mine/both/manifests/x', {
      headers: { 'content-type': 'application/vnd.oci.image.index.v1+json' },
      body: image({ layers: [] }).text,
    });
    expect(errorCodes(put)).toEqual(['MANIFEST_INVALID']);
  });
});

describe('limits', () => {
  test('a manifest without end is cut off at the limit', async () => {
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) yield await Promise.resolve(Buffer.alloc(65_536, ' '));
    }
    const headers = { 'content-type': imageType };
    // The registry ends the connection: the client sees the answer or the cut.
    const sent = peer.client.ask('PUT', '/v2/mine/endless/manifests/x', { headers, body: endless() });
    expect(await sent.then(({ status }) => status).catch(() => 413)).toBe(413);
    expect((await peer.client.ask('GET', '/v2/')).status).toBe(200);
  });

  test('a refused body is read on, so that whoever sends it gets to the answer and keeps the connection', async () => {
    const pieces = Array.from({ length: 100 }, () => 'x'.repeat(100_000));
    const headers = { 'content-type': imageType };
    const body = inPieces(...pieces);
    const put = await peer.client.ask('PUT', '/v2/mine/large/manifests/x', { headers, body });
    expect([put.status, errorCodes(put), put.headers.connection]).toEqual([
      413,
      ['SIZE_INVALID'],
      'keep-alive',
    ]);
  });

  test('a head over 16 KiB is refused', async () => {
    expect((await sendRaw('GET', '/v2/', { 'x-large': 'x'.repeat(20_000) })).status).toBe(431);
  });

  test('a repository name over 255 characters is refused', async () => {
    expect((await sendRaw('GET', `/v2/${'a'.repeat(255)}/tags/list`)).status).toBe(404);
    expect((await sendRaw('GET', `/v2/${'a'.repeat(256)}/tags/list`)).status).toBe(400);
  });

  test('methods that an address does not take answer 405 and say which it takes', async () => {
    const answer = await sendRaw('DELETE', '/v2/a/tags/list');
    expect([answer.status, answer.headers.allow]).toEqual([405, 'GET, HEAD']);
    expect((await sendRaw('OPTIONS', '/v2/')).status).toBe(405);
  });
});
