import { expect } from 'vitest';
import type { RuleGroup } from './conformance.ts';
import { digestOf, image, imageType, index, indexType, type Answer, type HttpClient } from './http-client.ts';

/** "Listing Tags", "Listing Referrers". */
export const contentDiscovery: RuleGroup = (rule, bench) => {
  tagListing(rule, bench);
  referrersListing(rule, bench);
};

const tagListing: RuleGroup = (rule, { client, repository }) => {
  async function tagged(...tags: readonly string[]): Promise<string> {
    const name = repository();
    const manifest = await client().pushImage(name);
    for (const tag of tags) expect((await client().putManifest(name, manifest, tag)).status).toBe(201);
    return name;
  }

  rule('tags are listed with the name of the repository', async () => {
    const name = await tagged('one');
    const answer = await client().ask('GET', `/v2/${name}/tags/list`);
    expect([answer.status, JSON.parse(answer.body.toString())]).toEqual([200, { name, tags: ['one'] }]);
  });

  rule('tags are in lexical order, without regard to case', async () => {
    const name = await tagged('beta', 'Alpha', 'gamma', '_first', '9', 'alpha', 'B.1', 'a-1');
    const listed = tagsOf(await client().ask('GET', `/v2/${name}/tags/list`));
    expect(listed).toEqual(['9', '_first', 'a-1', 'Alpha', 'alpha', 'B.1', 'beta', 'gamma']);
  });

  rule('n limits the list, last continues after a tag, and together they page', async () => {
    const name = await tagged('c', 'a', 'd', 'b');
    const list = async (query: string) => tagsOf(await client().ask('GET', `/v2/${name}/tags/list?${query}`));
    expect(await list('n=2')).toEqual(['a', 'b']);
    expect(await list('n=2&last=b')).toEqual(['c', 'd']);
    expect(await list('last=b')).toEqual(['c', 'd']);
    expect(await list('n=10&last=d')).toEqual([]);
  });

  rule('last need not be a tag that is there: the list goes on after where it would be', async () => {
    const name = await tagged('inbox-a-1', 'inbox-b-1', 'inbox-b-2', 'receipt');
    const listed = tagsOf(await client().ask('GET', `/v2/${name}/tags/list?last=inbox-b-`));
    expect(listed).toEqual(['inbox-b-1', 'inbox-b-2', 'receipt']);
  });

  rule('Link leads through all pages, each tag once, and the last page has none', async () => {
    const all = Array.from({ length: 7 }, (_, at) => `tag-${at}`);
    const name = await tagged(...all);
    const pages = await follow(client(), `/v2/${name}/tags/list?n=3`);
    expect(pages.map(tagsOf)).toEqual([all.slice(0, 3), all.slice(3, 6), all.slice(6)]);
  });

  rule('a full last page has no Link', async () => {
    const name = await tagged('a', 'b');
    expect((await client().ask('GET', `/v2/${name}/tags/list?n=2`)).headers.link).toBeUndefined();
  });

  rule('n=0 gives an empty list without a Link', async () => {
    const answer = await client().ask('GET', `/v2/${await tagged('a')}/tags/list?n=0`);
    expect([answer.status, tagsOf(answer), answer.headers.link]).toEqual([200, [], undefined]);
  });

  rule('the tags of a repository that is not there answer 404', async () => {
    expect((await client().ask('GET', `/v2/${repository()}/tags/list`)).status).toBe(404);
  });
};

const referrersListing: RuleGroup = (rule, { client, repository, bytes }) => {
  const signature = 'application/vnd.example.signature';
  const bill = 'application/vnd.example.sbom';

  rule('referrers are an index of descriptors with artifact type and annotations', async () => {
    const name = repository();
    const subject = (await client().pushImage(name, 'subject')).descriptor;
    const annotations = { 'org.example.colour': 'red' };
    const typed = await client().pushImage(name, undefined, {
      subject,
      artifactType: signature,
      annotations,
    });
    const untyped = await client().pushImage(name, undefined, { subject, annotations });
    const untypedIndex = index({ manifests: [], subject, annotations });
    await client().putManifest(name, untypedIndex);
    const answer = await client().ask('GET', `/v2/${name}/referrers/${subject.digest}`);
    expect([answer.status, answer.headers['content-type']]).toEqual([200, indexType]);
    expect(sorted(manifestsOf(answer))).toEqual(
      sorted([
        { ...typed.descriptor, artifactType: signature, annotations },
        { ...untyped.descriptor, artifactType: 'application/vnd.oci.empty.v1+json', annotations },
        { ...untypedIndex.descriptor, annotations },
      ]),
    );
  });

  rule('a filter on artifactType is applied and said to be', async () => {
    const name = repository();
    const subject = (await client().pushImage(name, 'subject')).descriptor;
    const wanted = await client().pushImage(name, undefined, { subject, artifactType: signature });
    await client().pushImage(name, undefined, { subject, artifactType: bill });
    const answer = await client().ask(
      'GET',
      `/v2/${name}/referrers/${subject.digest}?artifactType=${signature}`,
    );
    expect(answer.headers['oci-filters-applied']).toBe('artifactType');
    expect(manifestsOf(answer).map(({ digest }) => digest)).toEqual([wanted.digest]);
  });

  rule('a filter that fits nothing is applied too, and gives an empty index', async () => {
    const name = repository();
    const subject = (await client().pushImage(name, 'subject')).descriptor;
    await client().pushImage(name, undefined, { subject, artifactType: bill });
    const path = `/v2/${name}/referrers/${subject.digest}?artifactType=${signature}`;
    const answer = await client().ask('GET', path);
    expect([answer.status, answer.headers['oci-filters-applied'], manifestsOf(answer)]).toEqual([
      200,
      'artifactType',
      [],
    ]);
  });

  rule('referrers of a manifest that is filed under its sha512 are found under that', async () => {
    const name = repository();
    await client().pushBlob(name, '{}');
    const plain = image({ layers: [], annotations: { unique: digestOf(bytes()) } });
    const digest = digestOf(plain.text, 'sha512');
    expect((await client().putManifest(name, { ...plain, digest })).status).toBe(201);
    const referrer = await client().pushImage(name, undefined, { subject: { ...plain.descriptor, digest } });
    const answer = await client().ask('GET', `/v2/${name}/referrers/${digest}`);
    expect(manifestsOf(answer).map((listed) => listed.digest)).toEqual([referrer.digest]);
  });

  rule('a manifest is listed although its subject came later or never', async () => {
    const name = repository();
    const subject = { mediaType: imageType, digest: digestOf(bytes()), size: 100 };
    const referrer = await client().pushImage(name, undefined, { subject });
    const answer = await client().ask('GET', `/v2/${name}/referrers/${subject.digest}`);
    expect(manifestsOf(answer).map(({ digest }) => digest)).toEqual([referrer.digest]);
  });

  rule('nothing refers to it, or no such repository: 200 and an empty index', async () => {
    const name = repository();
    const { digest } = await client().pushImage(name, 'subject');
    for (const path of [`/v2/${name}/referrers/${digest}`, `/v2/${repository()}/referrers/${digest}`]) {
      const answer = await client().ask('GET', path);
      expect([answer.status, answer.headers['content-type'], manifestsOf(answer)]).toEqual([
        200,
        indexType,
        [],
      ]);
    }
  });

  rule('referrers of something that is no digest answer 400', async () => {
    const name = repository();
    await client().pushImage(name, 'subject');
    expect((await client().ask('GET', `/v2/${name}/referrers/sha256:no`)).status).toBe(400);
  });

  rule('a listing too large for one index is paged with Link, filter included', async () => {
    const name = repository();
    const subject = (await client().pushImage(name, 'subject')).descriptor;
    const annotations = { large: 'x'.repeat(1_900_000) };
    const pushed: string[] = [];
    for (const artifactType of [signature, bill, signature, signature]) {
      const { digest } = await client().pushImage(name, undefined, {
        ...{ subject, artifactType },
        annotations: { ...annotations, unique: digestOf(bytes()) },
      });
      if (artifactType === signature) pushed.push(digest);
    }
    const pages = await follow(client(), `/v2/${name}/referrers/${subject.digest}?artifactType=${signature}`);
    expect(pages.length).toBeGreaterThan(1);
    expect(pages.every(({ body }) => body.length <= 4 * 1024 * 1024)).toBe(true);
    expect(
      pages
        .flatMap(manifestsOf)
        .map(({ digest }) => digest)
        .sort(),
    ).toEqual(pushed.sort());
  });

  rule('a manifest pushed twice is listed once', async () => {
    const name = repository();
    const subject = (await client().pushImage(name, 'subject')).descriptor;
    const referrer = image({ layers: [], subject });
    for (const tag of ['one', 'two']) await client().putManifest(name, referrer, tag);
    const answer = await client().ask('GET', `/v2/${name}/referrers/${subject.digest}`);
    expect(manifestsOf(answer)).toHaveLength(1);
  });
};

interface Listed {
  readonly digest: string;
  readonly artifactType?: string;
  readonly annotations?: object;
}

function tagsOf(answer: Answer): readonly string[] {
  return (JSON.parse(answer.body.toString()) as { tags: readonly string[] }).tags;
}

function manifestsOf(answer: Answer): readonly Listed[] {
  return (JSON.parse(answer.body.toString()) as { manifests: readonly Listed[] }).manifests;
}

function sorted(manifests: readonly Listed[]): readonly Listed[] {
  return manifests.toSorted((a, b) => (a.digest < b.digest ? -1 : 1));
}

/** All pages from `path` on; more than twenty is a loop. */
async function follow(client: HttpClient, path: string): Promise<readonly Answer[]> {
  const pages: Answer[] = [];
  let next: string | undefined = path;
  while (next !== undefined && pages.length < 20) {
    const page: Answer = await client.ask('GET', next);
    expect(page.status).toBe(200);
    pages.push(page);
    next = /^<([^>]+)>; *rel="?next"?$/.exec(page.headers.link ?? '')?.[1];
  }
  return pages;
}
