import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import type { RuleGroup } from './conformance.ts';
import { digestOf, errorCodes, index } from './http-client.ts';

const absent = digestOf(randomBytes(16));

/** "Pulling manifests", "Pulling blobs", "Checking if content exists in the registry". */
export const pull: RuleGroup = (rule, { client, repository, bytes }) => {
  rule('GET /v2/ answers 200', async () => {
    expect((await client().ask('GET', '/v2/')).status).toBe(200);
  });

  for (const method of ['GET', 'HEAD'] as const) {
    rule(
      `${method} of a manifest by tag and by digest gives type, length, digest${method === 'GET' ? ' and the bytes' : ''}`,
      async () => {
        const name = repository();
        const manifest = await client().pushImage(name, 'latest');
        for (const reference of ['latest', manifest.digest]) {
          const answer = await client().ask(method, `/v2/${name}/manifests/${reference}`);
          expect(answer.status).toBe(200);
          expect(answer.headers['content-type']).toBe(manifest.mediaType);
          expect(answer.headers['content-length']).toBe(String(manifest.descriptor.size));
          expect(answer.headers['docker-content-digest']).toBe(manifest.digest);
          expect(answer.body.toString()).toBe(method === 'GET' ? manifest.text : '');
        }
      },
    );

    rule(`${method} of a blob gives length, digest${method === 'GET' ? ' and the bytes' : ''}`, async () => {
      const [name, blob] = [repository(), bytes(70_000)];
      const digest = await client().pushBlob(name, blob);
      const answer = await client().ask(method, `/v2/${name}/blobs/${digest}`);
      expect(answer.status).toBe(200);
      expect(answer.headers['content-length']).toBe('70000');
      expect(answer.headers['docker-content-digest']).toBe(digest);
      expect(answer.body.equals(method === 'GET' ? blob : Buffer.alloc(0))).toBe(true);
    });

    rule(
      `${method} of what is not there answers 404: blob, tag, digest, repository, a reference that is neither`,
      async () => {
        const name = repository();
        await client().pushImage(name, 'latest');
        const paths = [
          `/v2/${name}/blobs/${absent}`,
          `/v2/${name}/manifests/other`,
          `/v2/${name}/manifests/${absent}`,
          `/v2/${repository()}/manifests/latest`,
          `/v2/${name}/manifests/.INVALID_MANIFEST_NAME`,
        ];
        for (const path of paths) expect((await client().ask(method, path)).status).toBe(404);
      },
    );
  }

  rule('an index comes back as an index', async () => {
    const name = repository();
    const { descriptor } = await client().pushImage(name);
    const pushed = index({ manifests: [descriptor] });
    expect((await client().putManifest(name, pushed, 'all')).status).toBe(201);
    const answer = await client().ask('GET', `/v2/${name}/manifests/all`);
    expect([answer.headers['content-type'], answer.body.toString()]).toEqual([pushed.mediaType, pushed.text]);
  });

  rule('errors carry the codes of the specification', async () => {
    const name = repository();
    await client().pushImage(name, 'latest');
    expect(errorCodes(await client().ask('GET', `/v2/${name}/blobs/${absent}`))).toEqual(['BLOB_UNKNOWN']);
    expect(errorCodes(await client().ask('GET', `/v2/${name}/manifests/other`))).toEqual([
      'MANIFEST_UNKNOWN',
    ]);
    expect(errorCodes(await client().ask('GET', `/v2/${repository()}/tags/list`))).toEqual(['NAME_UNKNOWN']);
  });

  rule('a digest with an encoded colon is the same digest', async () => {
    const name = repository();
    const digest = await client().pushBlob(name, bytes());
    const answer = await client().ask('GET', `/v2/${name}/blobs/${digest.replace(':', '%3A')}`);
    expect(answer.status).toBe(200);
  });

  rule('an empty blob can be pulled', async () => {
    const name = repository();
    const digest = await client().pushBlob(name, '');
    const answer = await client().ask('GET', `/v2/${name}/blobs/${digest}`);
    expect([answer.status, answer.body.length, answer.headers['content-length']]).toEqual([200, 0, '0']);
  });

  for (const [header, from, to] of [
    ['bytes=0-9', 0, 9],
    ['bytes=0-0', 0, 0],
    ['bytes=99-99', 99, 99],
    ['bytes=90-', 90, 99],
    ['bytes=-5', 95, 99],
    ['bytes=50-5000', 50, 99],
  ] as const) {
    rule(`a blob's range ${header} of 100 bytes is answered with 206`, async () => {
      const [name, blob] = [repository(), bytes()];
      const digest = await client().pushBlob(name, blob);
      const answer = await client().ask('GET', `/v2/${name}/blobs/${digest}`, { headers: { range: header } });
      expect(answer.status).toBe(206);
      expect(answer.headers['content-range']).toBe(`bytes ${from}-${to}/100`);
      expect(answer.body.equals(blob.subarray(from, to + 1))).toBe(true);
    });
  }

  rule('a range outside of the blob is answered with 416', async () => {
    const name = repository();
    const digest = await client().pushBlob(name, bytes());
    const answer = await client().ask('GET', `/v2/${name}/blobs/${digest}`, {
      headers: { range: 'bytes=100-' },
    });
    expect(answer.status).toBe(416);
    expect(answer.headers['content-range']).toBe('bytes */100');
  });
};
