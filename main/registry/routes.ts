/**
 * From a request's target to what it names: the endpoints of the distribution specification, "Endpoints".
 * Must-fail vectors: "names" in test/registry/parsers.test.ts, and "path traversal" in test/registry/attacks.test.ts.
 */
import { registryError } from './errors.ts';
import { parseRepositoryName } from './grammar.ts';

export type Route =
  | { readonly kind: 'base' }
  | { readonly kind: 'manifest'; readonly name: string; readonly reference: string }
  | { readonly kind: 'blob'; readonly name: string; readonly digest: string }
  | { readonly kind: 'uploads'; readonly name: string }
  | { readonly kind: 'upload'; readonly name: string; readonly id: string }
  | { readonly kind: 'tags'; readonly name: string }
  | { readonly kind: 'referrers'; readonly name: string; readonly subject: string };

export interface Target {
  readonly route: Route;
  readonly query: URLSearchParams;
}

type Shape = readonly [pattern: RegExp, make: (name: string, last: string) => Route];

// The name is greedy and the tail is anchored: `a/blobs/blobs/sha256:…` is a blob of the repository `a/blobs`.
const shapes: readonly Shape[] = [
  [/^\/v2\/(.+)\/blobs\/uploads\/?()$/, (name) => ({ kind: 'uploads', name })],
  [/^\/v2\/(.+)\/blobs\/uploads\/([^/]+)$/, (name, id) => ({ kind: 'upload', name, id })],
  [/^\/v2\/(.+)\/blobs\/([^/]+)$/, (name, digest) => ({ kind: 'blob', name, digest })],
  [/^\/v2\/(.+)\/manifests\/([^/]+)$/, (name, reference) => ({ kind: 'manifest', name, reference })],
  [/^\/v2\/(.+)\/tags\/list()$/, (name) => ({ kind: 'tags', name })],
  [/^\/v2\/(.+)\/referrers\/([^/]+)$/, (name, subject) => ({ kind: 'referrers', name, subject })],
];

/**
 * Reads a request target in origin form. Only the last segment may be percent-encoded (clients encode a digest's
 * colon): a repository name never needs it, and an encoded one is a disguise. Throws `NAME_INVALID`, `UNSUPPORTED`.
 */
export function parseTarget(target: string): Target {
  const mark = target.indexOf('?');
  const path = mark === -1 ? target : target.slice(0, mark);
  const query = new URLSearchParams(mark === -1 ? '' : target.slice(mark + 1));
  return { route: parsePath(path), query };
}

function parsePath(path: string): Route {
  if (path === '/v2/' || path === '/v2') return { kind: 'base' };
  for (const [pattern, make] of shapes) {
    const match = pattern.exec(path);
    if (match !== null) return make(parseRepositoryName(match[1] ?? ''), decodeSegment(match[2] ?? ''));
  }
  throw registryError('UNSUPPORTED', 'There is nothing at this address.', { status: 404 });
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw registryError('UNSUPPORTED', 'This address is not properly encoded.', { status: 400 });
  }
}
