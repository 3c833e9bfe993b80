import { createHash } from 'node:crypto';
import {
  ociError,
  scriptedRegistry,
  type ScriptedAnswer,
  type ScriptedRegistry,
  type SeenRequest,
} from './scripted-registry.ts';

/** An answer that takes the place of the usual one for some requests; undefined: the usual one, maybe after a while. */
export type Quirk = (request: SeenRequest) => ScriptedAnswer | undefined | Promise<undefined>;

export interface PretendRegistry {
  readonly peer: ScriptedRegistry;
  /** Digest by tag, now. */
  readonly tags: ReadonlyMap<string, string>;
  /** The manifests that are there, by digest. */
  readonly manifests: ReadonlyMap<string, Buffer>;
  /** The blobs that are there, by digest. */
  readonly blobs: ReadonlyMap<string, Buffer>;
}

/**
 * A scripted peer that behaves like an agreeable registry with one repository in memory, except for what `quirks` say:
 * the first that answers wins. For tests of what we make of one registry's ways; conformance is tested elsewhere.
 */
export async function pretendRegistry(...quirks: readonly Quirk[]): Promise<PretendRegistry> {
  const peer = await scriptedRegistry();
  const memory = {
    tags: new Map<string, string>(),
    manifests: new Map<string, Buffer>(),
    blobs: new Map<string, Buffer>(),
  };
  const react = async (request: SeenRequest): Promise<ScriptedAnswer> => {
    for (const quirk of quirks) {
      const answer = await quirk(request);
      if (answer !== undefined) return answer;
    }
    return usual(memory, request);
  };
  for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'DELETE']) peer.always(method, /^\//, react);
  return { peer, ...memory };
}

interface Memory {
  readonly tags: Map<string, string>;
  readonly manifests: Map<string, Buffer>;
  readonly blobs: Map<string, Buffer>;
}

function usual(memory: Memory, request: SeenRequest): ScriptedAnswer {
  const { path } = request;
  if (path === '/v2/') return { body: {} };
  if (path.endsWith('/tags/list')) return { body: { name: 'team/mail', tags: [...memory.tags.keys()] } };
  if (path.includes('/referrers/')) return { status: 404, body: ociError('NOT_FOUND') };
  if (path.includes('/blobs/')) return blob(memory, request);
  const name = /\/manifests\/(.+)$/.exec(path)?.[1];
  return name === undefined ? { status: 404 } : manifest(memory, request, name);
}

function blob({ blobs }: Memory, { method, path, query, body }: SeenRequest): ScriptedAnswer {
  if (method === 'POST') {
    const location = path.replace(/\/blobs\/.*/, '/blobs/uploads/1');
    return { status: 202, headers: { location } };
  }
  if (method === 'PUT') {
    blobs.set(query.get('digest') ?? '', body);
    return { status: 201 };
  }
  const stored = blobs.get(path.replace(/.*\/blobs\//, ''));
  return stored === undefined ? { status: 404 } : { body: method === 'GET' ? stored : '' };
}

function manifest({ tags, manifests }: Memory, request: SeenRequest, name: string): ScriptedAnswer {
  const digest = name.startsWith('sha256:') ? name : tags.get(name);
  if (request.method === 'PUT') {
    const pushed = `sha256:${createHash('sha256').update(request.body).digest('hex')}`;
    manifests.set(pushed, request.body);
    if (digest !== name) tags.set(name, pushed);
    return { status: 201, headers: { 'docker-content-digest': pushed } };
  }
  const stored = manifests.get(digest ?? '');
  if (digest === undefined || stored === undefined) {
    return { status: 404, ...(request.method !== 'HEAD' && { body: ociError('MANIFEST_UNKNOWN') }) };
  }
  if (request.method === 'DELETE') {
    if (digest === name) manifests.delete(digest);
    for (const [tag, tagged] of tags) if (tag === name || tagged === name) tags.delete(tag);
    return { status: 202 };
  }
  const { mediaType } = JSON.parse(stored.toString('utf8')) as { mediaType: string };
  return {
    headers: {
      'content-type': mediaType,
      'docker-content-digest': digest,
      'content-length': String(stored.byteLength),
    },
    ...(request.method === 'GET' && { body: stored }),
  };
}

/** Refuses requests of these methods whose path matches. */
export function refusing(method: string, path: RegExp, answer: ScriptedAnswer): Quirk {
  return (request) => (request.method === method && path.test(request.path) ? answer : undefined);
}

/** What a registry with a list of content types says (GitLab): everything of ours is unknown to it. */
export const allowList: Quirk = ({ method, path, body }) =>
  method === 'PUT' && path.includes('/manifests/') && body.includes('vnd.dockercomms')
    ? { status: 400, body: ociError('MANIFEST_INVALID') }
    : undefined;

/** A tag that exists stays where it is (ECR). */
export function immutableTags(tagged: () => ReadonlyMap<string, string>): Quirk {
  return ({ method, path }) => {
    const tag = /\/manifests\/([^:]+)$/.exec(path)?.[1];
    const taken = method === 'PUT' && tag !== undefined && tagged().has(tag);
    return taken ? { status: 400, body: ociError('TAG_INVALID') } : undefined;
  };
}

/** Nothing can be removed (Docker Hub, GHCR). */
export const noDeletes: Quirk = refusing('DELETE', /./, { status: 405, body: ociError('UNSUPPORTED') });

/** Has the referrers API, whose entries `describe` completes: by default with the type that the manifest names. */
export function referrersApi(
  manifests: () => ReadonlyMap<string, Buffer>,
  describe: (manifest: SubjectManifest) => object = ({ artifactType }) => ({ artifactType }),
): Quirk {
  return ({ method, path }) => {
    const subject = /\/referrers\/(sha256:.*)$/.exec(path)?.[1];
    if (method !== 'GET' || subject === undefined) return undefined;
    const found = [...manifests()].map(([digest, bytes]) => ({ digest, bytes, manifest: parsed(bytes) }));
    const entries = found
      .filter(({ manifest }) => manifest.subject?.digest === subject)
      .map(({ digest, bytes, manifest }) => ({
        ...{ mediaType: manifest.mediaType, digest, size: bytes.byteLength },
        ...describe(manifest),
      }));
    return indexAnswer(entries);
  };
}

/** What of a manifest matters to who lists referrers. */
export interface SubjectManifest {
  readonly mediaType: string;
  readonly artifactType?: string;
  readonly config: { readonly mediaType: string };
  readonly subject?: { readonly digest: string };
}

function parsed(bytes: Buffer): SubjectManifest {
  return JSON.parse(bytes.toString('utf8')) as SubjectManifest;
}

/** An image index, typed as one. */
export function indexAnswer(manifests: readonly unknown[]): ScriptedAnswer {
  const mediaType = 'application/vnd.oci.image.index.v1+json';
  return {
    body: Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, manifests })),
    headers: { 'content-type': mediaType },
  };
}
