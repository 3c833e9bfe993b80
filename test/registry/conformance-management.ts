import { expect } from 'vitest';
import type { RuleGroup } from './conformance.ts';
import { digestOf } from './http-client.ts';

/** "Content Management": deleting tags, manifests, blobs; and giving an upload up. */
export const contentManagement: RuleGroup = (rule, { client, repository, bytes }) => {
  rule('a deleted tag is gone at once: 202, then 404; its manifest stays', async () => {
    const name = repository();
    const { digest } = await client().pushImage(name, 'old');
    const deleted = await client().ask('DELETE', `/v2/${name}/manifests/old`);
    expect([deleted.status, deleted.headers['content-length']]).toEqual([202, '0']);
    expect((await client().ask('GET', `/v2/${name}/manifests/old`)).status).toBe(404);
    expect((await client().ask('GET', `/v2/${name}/manifests/${digest}`)).status).toBe(200);
  });

  rule('deleting a tag leaves the other tags on the same manifest', async () => {
    const name = repository();
    const manifest = await client().pushImage(name, 'one');
    await client().putManifest(name, manifest, 'two');
    expect((await client().ask('DELETE', `/v2/${name}/manifests/one`)).status).toBe(202);
    const list = await client().ask('GET', `/v2/${name}/tags/list`);
    expect(JSON.parse(list.body.toString())).toEqual({ name, tags: ['two'] });
  });

  rule('deleting twice answers 404 the second time: tag, manifest, blob', async () => {
    const name = repository();
    const { digest } = await client().pushImage(name, 'tag');
    const blob = await client().pushBlob(name, bytes());
    for (const path of ['manifests/tag', `manifests/${digest}`, `blobs/${blob}`]) {
      const first = await client().ask('DELETE', `/v2/${name}/${path}`);
      expect([first.status, first.headers['content-length']]).toEqual([202, '0']);
      expect((await client().ask('DELETE', `/v2/${name}/${path}`)).status).toBe(404);
    }
  });

  rule('a deleted manifest can be pushed again', async () => {
    const name = repository();
    const manifest = await client().pushImage(name, 'latest');
    await client().ask('DELETE', `/v2/${name}/manifests/${manifest.digest}`);
    expect((await client().putManifest(name, manifest, 'latest')).status).toBe(201);
    expect((await client().ask('GET', `/v2/${name}/manifests/latest`)).body.toString()).toBe(manifest.text);
  });

  rule('a deleted manifest is gone at once, with every tag on it: 202, then 404', async () => {
    const name = repository();
    const manifest = await client().pushImage(name, 'one');
    await client().putManifest(name, manifest, 'two');
    expect((await client().ask('DELETE', `/v2/${name}/manifests/${manifest.digest}`)).status).toBe(202);
    for (const reference of [manifest.digest, 'one', 'two']) {
      expect((await client().ask('GET', `/v2/${name}/manifests/${reference}`)).status).toBe(404);
    }
    const list = await client().ask('GET', `/v2/${name}/tags/list`);
    expect(list.status === 404 || /"tags": ?(?:\[\]|null)/.test(list.body.toString())).toBe(true);
  });

  rule('a deleted manifest is no longer among the referrers', async () => {
    const name = repository();
    const subject = (await client().pushImage(name, 'subject')).descriptor;
    const referrer = await client().pushImage(name, undefined, { subject });
    await client().ask('DELETE', `/v2/${name}/manifests/${referrer.digest}`);
    const answer = await client().ask('GET', `/v2/${name}/referrers/${subject.digest}`);
    expect((JSON.parse(answer.body.toString()) as { manifests: unknown }).manifests).toEqual([]);
  });

  rule('a deleted blob is gone at once: 202, then 404', async () => {
    const name = repository();
    const digest = await client().pushBlob(name, bytes());
    expect((await client().ask('DELETE', `/v2/${name}/blobs/${digest}`)).status).toBe(202);
    expect((await client().ask('GET', `/v2/${name}/blobs/${digest}`)).status).toBe(404);
    expect((await client().ask('HEAD', `/v2/${name}/blobs/${digest}`)).status).toBe(404);
  });

  rule('a blob that was deleted can be pushed again', async () => {
    const [name, blob] = [repository(), bytes()];
    const digest = await client().pushBlob(name, blob);
    await client().ask('DELETE', `/v2/${name}/blobs/${digest}`);
    await client().pushBlob(name, blob);
    expect((await client().ask('GET', `/v2/${name}/blobs/${digest}`)).body.equals(blob)).toBe(true);
  });

  rule('a blob deleted in one repository stays in the others', async () => {
    const [one, other, blob] = [repository(), repository(), bytes()];
    const digest = await client().pushBlob(one, blob);
    await client().pushBlob(other, blob);
    await client().ask('DELETE', `/v2/${one}/blobs/${digest}`);
    expect((await client().ask('GET', `/v2/${other}/blobs/${digest}`)).body.equals(blob)).toBe(true);
  });

  rule('deleting what is not there answers 404', async () => {
    const name = repository();
    await client().pushImage(name, 'there');
    const absent = digestOf(bytes());
    for (const path of [`blobs/${absent}`, `manifests/${absent}`, 'manifests/other']) {
      expect((await client().ask('DELETE', `/v2/${name}/${path}`)).status).toBe(404);
    }
    expect((await client().ask('DELETE', `/v2/${repository()}/manifests/${absent}`)).status).toBe(404);
  });

  rule('an upload can be given up: 204, then 404', async () => {
    const location = await client().beginUpload(repository());
    expect((await client().ask('DELETE', location)).status).toBe(204);
    expect((await client().ask('GET', location)).status).toBe(404);
  });
};
