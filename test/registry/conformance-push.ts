import { expect } from 'vitest';
import type { RuleGroup } from './conformance.ts';
import {
  digestOf,
  emptyConfig,
  errorCodes,
  image,
  imageType,
  inPieces,
  index,
  layer,
  prepared,
  withQuery,
} from './http-client.ts';

/** "Pushing blobs", "Mounting a blob from another repository", "Pushing Manifests". */
export const push: RuleGroup = (rule, bench) => {
  monolithicPush(rule, bench);
  chunkedPush(rule, bench);
  mount(rule, bench);
  manifestPush(rule, bench);
  manifestShapes(rule, bench);
};

const monolithicPush: RuleGroup = (rule, { client, repository, bytes }) => {
  rule('POST opens an upload: 202 with a location and no body', async () => {
    const answer = await client().ask('POST', `/v2/${repository()}/blobs/uploads/`);
    expect([answer.status, answer.headers['content-length']]).toEqual([202, '0']);
    expect(answer.headers.location).toMatch(/uploads\//);
  });

  rule('POST then PUT stores a blob: 201 with a location that can be pulled', async () => {
    const [name, blob] = [repository(), bytes()];
    const location = await client().beginUpload(name);
    const put = await client().ask('PUT', withQuery(location, { digest: digestOf(blob) }), { body: blob });
    expect([put.status, put.headers['content-length']]).toEqual([201, '0']);
    expect(put.headers['docker-content-digest']).toBe(digestOf(blob));
    const pulled = await client().ask('GET', put.headers.location ?? '');
    expect(pulled.body.equals(blob)).toBe(true);
  });

  rule('a single POST with a digest stores the blob, or opens an upload', async () => {
    const [name, blob] = [repository(), bytes()];
    const path = `/v2/${name}/blobs/uploads/?digest=${digestOf(blob)}`;
    const answer = await client().ask('POST', path, { body: blob });
    expect([201, 202]).toContain(answer.status);
    const pulled = await client().ask('HEAD', `/v2/${name}/blobs/${digestOf(blob)}`);
    expect(pulled.status).toBe(answer.status === 201 ? 200 : 404);
  });

  rule('a single POST with a digest that the blob does not have stores nothing', async () => {
    const [name, digest] = [repository(), digestOf(bytes())];
    const answer = await client().ask('POST', `/v2/${name}/blobs/uploads/?digest=${digest}`, {
      body: bytes(),
    });
    expect([400, 202]).toContain(answer.status);
    expect((await client().ask('HEAD', `/v2/${name}/blobs/${digest}`)).status).toBe(404);
  });

  rule('a blob that is there may be pushed again', async () => {
    const [name, blob] = [repository(), bytes()];
    for (const _time of ['first', 'second']) await client().pushBlob(name, blob);
  });

  rule(
    'the name of a repository may have several parts, and a part may be called like an endpoint',
    async () => {
      for (const part of ['a/b_c/d--e', 'blobs/uploads', 'manifests/tags/list']) {
        const name = `${repository()}/${part}`;
        await client().pushImage(name, 'latest');
        expect((await client().ask('GET', `/v2/${name}/manifests/latest`)).status).toBe(200);
      }
    },
  );

  rule('a blob may be filed under its sha512', async () => {
    const [name, blob] = [repository(), bytes()];
    const digest = await client().pushBlob(name, blob, digestOf(blob, 'sha512'));
    const pulled = await client().ask('GET', `/v2/${name}/blobs/${digest}`);
    expect(pulled.body.equals(blob)).toBe(true);
    expect(pulled.headers['docker-content-digest']).toBe(digest);
  });

  rule(
    'a blob that does not have the digest is refused with 400 DIGEST_INVALID and is not there',
    async () => {
      const [name, digest] = [repository(), digestOf(bytes())];
      const put = await client().ask('PUT', withQuery(await client().beginUpload(name), { digest }), {
        body: bytes(),
      });
      expect([put.status, errorCodes(put)]).toEqual([400, ['DIGEST_INVALID']]);
      expect((await client().ask('HEAD', `/v2/${name}/blobs/${digest}`)).status).toBe(404);
    },
  );

  rule('an upload cannot be closed without a digest, or with something that is none', async () => {
    const location = await client().beginUpload(repository());
    expect((await client().ask('PUT', location)).status).toBe(400);
    expect((await client().ask('PUT', withQuery(location, { digest: 'sha256:no' }))).status).toBe(400);
  });

  const neverOpened = () => `/v2/${repository()}/blobs/uploads/6b3c9a93-af5d-473f-a4cf-9710022185cd`;

  rule('an upload that was never opened answers 404', async () => {
    expect((await client().ask('GET', neverOpened())).status).toBe(404);
  });

  rule('an upload that was never opened has the code BLOB_UPLOAD_UNKNOWN', async () => {
    expect(errorCodes(await client().ask('GET', neverOpened()))).toEqual(['BLOB_UPLOAD_UNKNOWN']);
  });
};

const chunkedPush: RuleGroup = (rule, { client, repository }) => {
  const digest = digestOf('0123456789');
  const chunk = (range: string, body: string) => ({ headers: { 'content-range': range }, body });

  rule('chunks in order make the blob; each answers 202 with Range and Location', async () => {
    const name = repository();
    const first = await client().ask('PATCH', await client().beginUpload(name), chunk('0-3', '0123'));
    expect([first.status, first.headers.range, first.headers['content-length']]).toEqual([202, '0-3', '0']);
    const second = await client().ask('PATCH', first.headers.location ?? '', chunk('4-7', '4567'));
    expect([second.status, second.headers.range]).toEqual([202, '0-7']);
    const put = await client().ask(
      'PUT',
      withQuery(second.headers.location ?? '', { digest }),
      chunk('8-9', '89'),
    );
    expect(put.status).toBe(201);
    expect((await client().ask('GET', `/v2/${name}/blobs/${digest}`)).body.toString()).toBe('0123456789');
  });

  rule('the last chunk may come by PATCH, and PUT then only closes', async () => {
    const patch = await client().ask(
      'PATCH',
      await client().beginUpload(repository()),
      chunk('0-9', '0123456789'),
    );
    const put = await client().ask('PUT', withQuery(patch.headers.location ?? '', { digest }));
    expect(put.status).toBe(201);
  });

  rule('a body of unknown length without Content-Range is a stream of what follows', async () => {
    const name = repository();
    const patch = await client().ask('PATCH', await client().beginUpload(name), {
      body: inPieces('01234', '56789'),
    });
    expect([patch.status, patch.headers.range]).toEqual([202, '0-9']);
    expect((await client().ask('PUT', withQuery(patch.headers.location ?? '', { digest }))).status).toBe(201);
  });

  rule('the status of an upload is 204 with Range and Location', async () => {
    const patch = await client().ask('PATCH', await client().beginUpload(repository()), chunk('0-3', '0123'));
    const status = await client().ask('GET', patch.headers.location ?? '');
    expect([status.status, status.headers.range]).toEqual([204, '0-3']);
    expect(status.headers.location).toMatch(/uploads\//);
  });

  rule('the status of an upload that has nothing yet is 204 with a Location', async () => {
    const status = await client().ask('GET', await client().beginUpload(repository()));
    expect(status.status).toBe(204);
    expect(status.headers.location).toMatch(/uploads\//);
  });

  rule('chunks may make a blob that is filed under its sha512', async () => {
    const [name, sha512] = [repository(), digestOf('0123456789', 'sha512')];
    const patch = await client().ask('PATCH', await client().beginUpload(name), chunk('0-9', '0123456789'));
    const put = await client().ask('PUT', withQuery(patch.headers.location ?? '', { digest: sha512 }));
    expect(put.status).toBe(201);
    expect((await client().ask('HEAD', `/v2/${name}/blobs/${sha512}`)).status).toBe(200);
  });

  rule('chunks that do not make the digest are refused with 400 DIGEST_INVALID', async () => {
    const patch = await client().ask(
      'PATCH',
      await client().beginUpload(repository()),
      chunk('0-8', '012345678'),
    );
    const put = await client().ask('PUT', withQuery(patch.headers.location ?? '', { digest }));
    expect([put.status, errorCodes(put)]).toEqual([400, ['DIGEST_INVALID']]);
  });

  for (const [what, range] of [
    ['beyond the end', '5-9'],
    ['that is there already', '0-3'],
    ['that overlaps', '2-6'],
  ] as const) {
    rule(`PATCH of a chunk ${what} answers 416, and the upload goes on from where it stood`, async () => {
      const first = await client().ask(
        'PATCH',
        await client().beginUpload(repository()),
        chunk('0-3', '0123'),
      );
      const location = first.headers.location ?? '';
      const wrong = await client().ask('PATCH', location, chunk(range, '?'.repeat(range === '0-3' ? 4 : 5)));
      expect(wrong.status).toBe(416);
      const status = await client().ask('GET', location);
      expect([status.status, status.headers.range]).toEqual([204, '0-3']);
      const rest = await client().ask('PATCH', status.headers.location ?? '', chunk('4-9', '456789'));
      expect((await client().ask('PUT', withQuery(rest.headers.location ?? '', { digest }))).status).toBe(
        201,
      );
    });
  }

  rule('PUT of a last chunk out of order answers 416, and the upload goes on', async () => {
    const first = await client().ask('PATCH', await client().beginUpload(repository()), chunk('0-3', '0123'));
    const location = withQuery(first.headers.location ?? '', { digest });
    expect((await client().ask('PUT', location, chunk('6-9', '6789'))).status).toBe(416);
    expect((await client().ask('PUT', location, chunk('4-9', '456789'))).status).toBe(201);
  });
};

const mount: RuleGroup = (rule, { client, repository, bytes }) => {
  rule('a blob of another repository is mounted: 201 with a location that can be pulled', async () => {
    const [from, to] = [repository(), repository()];
    const digest = await client().pushBlob(from, bytes());
    const answer = await client().ask('POST', `/v2/${to}/blobs/uploads/?mount=${digest}&from=${from}`);
    expect([answer.status, answer.headers['content-length']]).toEqual([201, '0']);
    expect((await client().ask('GET', answer.headers.location ?? '')).status).toBe(200);
    expect((await client().ask('HEAD', `/v2/${to}/blobs/${digest}`)).status).toBe(200);
  });

  rule('without from, a mount is done or an upload is opened', async () => {
    const to = repository();
    const digest = await client().pushBlob(repository(), bytes());
    const answer = await client().ask('POST', `/v2/${to}/blobs/uploads/?mount=${digest}`);
    expect([201, 202]).toContain(answer.status);
    const mounted = await client().ask('HEAD', `/v2/${to}/blobs/${digest}`);
    expect(mounted.status).toBe(answer.status === 201 ? 200 : 404);
  });

  rule('what cannot be mounted opens an upload: 202', async () => {
    const digest = digestOf(bytes());
    const answer = await client().ask(
      'POST',
      `/v2/${repository()}/blobs/uploads/?mount=${digest}&from=${repository()}`,
    );
    expect(answer.status).toBe(202);
    expect(answer.headers.location).toMatch(/uploads\//);
  });
};

const manifestPush: RuleGroup = (rule, { client, repository, bytes }) => {
  rule('PUT of a manifest answers 201 with its digest and a location that can be pulled', async () => {
    const name = repository();
    await client().pushBlob(name, '{}');
    const manifest = image({ layers: [] });
    for (const tag of [undefined, 'latest']) {
      const put = await client().putManifest(name, manifest, tag);
      expect([put.status, put.headers['content-length']]).toEqual([201, '0']);
      expect(put.headers['docker-content-digest']).toBe(manifest.digest);
      expect((await client().ask('GET', put.headers.location ?? '')).body.toString()).toBe(manifest.text);
    }
  });

  rule(
    'manifest bytes come back exactly as they were pushed, spaces, order and unknown fields and all',
    async () => {
      const name = repository();
      await client().pushBlob(name, '{}');
      const text = `\n {"future": [1.0e2], "layers":[],  "config": ${JSON.stringify(emptyConfig)},\t"schemaVersion":2 }\n`;
      const manifest = { ...prepared(imageType, {}), text, digest: digestOf(text) };
      expect((await client().putManifest(name, manifest)).status).toBe(201);
      expect((await client().ask('GET', `/v2/${name}/manifests/${digestOf(text)}`)).body.toString()).toBe(
        text,
      );
    },
  );

  rule('a manifest without a Content-Length is taken', async () => {
    const name = repository();
    await client().pushBlob(name, '{}');
    const { text } = image({ layers: [] });
    const headers = { 'content-type': imageType };
    const put = await client().ask('PUT', `/v2/${name}/manifests/latest`, { headers, body: inPieces(text) });
    expect(put.status).toBe(201);
  });

  rule('a manifest that does not have the digest is refused with 400 DIGEST_INVALID', async () => {
    const name = repository();
    await client().pushBlob(name, '{}');
    const put = await client().putManifest(name, { ...image({ layers: [] }), digest: digestOf(bytes()) });
    expect([put.status, errorCodes(put)]).toEqual([400, ['DIGEST_INVALID']]);
  });

  rule(
    'a manifest that references a blob that is not there is refused with MANIFEST_BLOB_UNKNOWN',
    async () => {
      const name = repository();
      await client().pushBlob(name, '{}');
      const put = await client().putManifest(name, image({ layers: [layer(bytes())] }), 'latest');
      expect(put.status).toBeGreaterThanOrEqual(400);
      expect(errorCodes(put)).toContain('MANIFEST_BLOB_UNKNOWN');
      expect((await client().ask('HEAD', `/v2/${name}/manifests/latest`)).status).toBe(404);
    },
  );

  rule('what is no manifest is refused with 400 MANIFEST_INVALID', async () => {
    const put = await client().putManifest(repository(), { ...image({}), text: 'no JSON' }, 'latest');
    expect([put.status, errorCodes(put)]).toEqual([400, ['MANIFEST_INVALID']]);
  });

  rule('a manifest of nearly 4 MiB is taken', async () => {
    const large = { large: 'x'.repeat(4 * 1024 * 1024 - 1024) };
    await client().pushImage(repository(), 'large', { annotations: large });
  });

  rule('a manifest over the limit is refused with 413', async () => {
    const name = repository();
    await client().pushBlob(name, '{}');
    const large = image({ layers: [], annotations: { large: 'x'.repeat(4 * 1024 * 1024) } });
    expect((await client().putManifest(name, large, 'large')).status).toBe(413);
  });

  rule('a manifest may be filed under its sha512', async () => {
    const name = repository();
    await client().pushBlob(name, '{}');
    const manifest = image({ layers: [] });
    const digest = digestOf(manifest.text, 'sha512');
    expect((await client().putManifest(name, { ...manifest, digest })).status).toBe(201);
    const pulled = await client().ask('GET', `/v2/${name}/manifests/${digest}`);
    expect([pulled.status, pulled.headers['docker-content-digest']]).toEqual([200, digest]);
  });

  rule('a tag moves to what was pushed under it last', async () => {
    const name = repository();
    await client().pushImage(name, 'latest');
    const second = await client().pushImage(name, 'latest');
    const head = await client().ask('HEAD', `/v2/${name}/manifests/latest`);
    expect(head.headers['docker-content-digest']).toBe(second.digest);
  });
};

const manifestShapes: RuleGroup = (rule, { client, repository, bytes }) => {
  for (const [what, fields] of [
    ['an empty list of', { layers: [] }],
    ['null for', { layers: null }],
    ['no field for', {}],
  ] as const) {
    rule(`a manifest with ${what} layers is taken`, async () => {
      const name = repository();
      await client().pushBlob(name, '{}');
      expect((await client().putManifest(name, image(fields), 'latest')).status).toBe(201);
    });
  }

  rule('an artifact manifest with layers is taken once they are there', async () => {
    const [name, blob] = [repository(), bytes()];
    await client().pushBlob(name, blob);
    await client().pushImage(name, 'artifact', {
      artifactType: 'application/vnd.example',
      layers: [layer(blob)],
    });
  });

  rule('an index of an index is taken', async () => {
    const name = repository();
    const manifest = await client().pushImage(name);
    const inner = index({ manifests: [manifest.descriptor] });
    const outer = index({ manifests: [inner.descriptor] });
    expect((await client().putManifest(name, inner)).status).toBe(201);
    expect((await client().putManifest(name, outer, 'outer')).status).toBe(201);
  });

  rule('an empty index is taken', async () => {
    expect((await client().putManifest(repository(), index({ manifests: [] }), 'empty')).status).toBe(201);
  });

  rule('a layer that is to be had elsewhere need not be there', async () => {
    const elsewhere = {
      ...layer(bytes()),
      mediaType: 'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip',
      urls: ['https://store.example.com/layer'],
    };
    await client().pushImage(repository(), 'latest', { layers: [elsewhere] });
  });

  rule(
    'a manifest with a subject is answered with OCI-Subject, also when the subject is not there',
    async () => {
      const name = repository();
      await client().pushBlob(name, '{}');
      const subject = { mediaType: imageType, digest: digestOf(bytes()), size: 100 };
      const put = await client().putManifest(name, image({ layers: [], subject }));
      expect([put.status, put.headers['oci-subject']]).toEqual([201, subject.digest]);
    },
  );

  rule('an index with a subject is answered with OCI-Subject', async () => {
    const name = repository();
    const subject = (await client().pushImage(name)).descriptor;
    const put = await client().putManifest(name, index({ manifests: [], subject }));
    expect([put.status, put.headers['oci-subject']]).toEqual([201, subject.digest]);
  });
};
