import { createHash } from 'node:crypto';
import {
  ociError,
  scriptedRegistry,
  type ScriptedAnswer,
  type ScriptedRegistry,
  type SeenRequest,
} from './scripted-registry.ts';

/** An answer that takes the place of the usual one for some requests; undefined: the usual one. */
export type Quirk = (request: SeenRequest) => ScriptedAnswer | undefined;

export interface PretendRegistry {
  readonly peer: ScriptedRegistry;
  /** Digest by tag, now. */
  readonly tags: ReadonlyMap<string, string>;
  /** The manifests that are there, by digest. */
  readonly manifests: ReadonlyMap<string, Buffer>;
}

/**
 * A scripted peer that behaves like an agreeable registry with one repository in memory, except for what `quirks` say:
 * the first that answers wins. For tests of what we make of one registry's ways; conformance is tested elsewhere.
 */
export async function pretendRegistry(...quirks: readonly Quirk[]): Promise<PretendRegistry> {
  const peer = await scriptedRegistry();
  const memory = { tags: new Map<string, string>(), manifests: new Map<string, Buffer>() };
  const react = (request: SeenRequest): ScriptedAnswer => {
    for (const quirk of quirks) {
      const answer = quirk(request);
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
}

function usual(memory: Memory, request: SeenRequest): ScriptedAnswer {
  const { method, path } = request;
  if (path === '/v2/') return { body: {} };
  if (path.endsWith('/tags/list')) return { body: { name: 'team/mail', tags: [...memory.tags.keys()] } };
  if (path.includes('/referrers/')) return { status: 404, body: ociError('NOT_FOUND') };
  if (path.includes('/blobs/')) return blob(method, path);
  const name = /\/manifests\/(.+)$/.exec(path)?.[1];
  return name === undefined ? { status: 404 } : manifest(memory, request, name);
}

function blob(method: string, path: string): ScriptedAnswer {
  if (method === 'POST') {
    const location = path.replace(/\/blobs\/.*/, '/blobs/uploads/1');
    return { status: 202, headers: { location } };
  }
  return { status: method === 'PUT' ? 201 : 404 };
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
