/**
 * A repository in whatever somebody pasted: an address, a command line, a reference with tag or digest.
 * Must-fail vectors: test/oci/pasted-reference.test.ts.
 */
import { parseRepositoryReference, type RepositoryReference } from './reference.ts';

/** Characters that are looked at: a command line with a reference in it, each of the longest that is read (reference.ts). */
const longestText = 1200;

/** Commands of container tools that name a repository. Options before it are left out; options with values are not known. */
const command =
  /^(?:[$#>]\s*)?(?:sudo\s+)?(?:docker|podman|nerdctl|oras|crane|skopeo)\s+(?:image\s+)?(?:pull|push)\s+(?:--?\S+\s+)*/i;

/** Web pages of repositories, as their addresses are copied from a browser: to the reference that is meant. */
const webPages: readonly (readonly [RegExp, (path: string) => string])[] = [
  [
    /^https?:\/\/hub\.docker\.com\/(?:r|repository\/docker)\/([^/?#]+\/[^/?#]+)/i,
    (path) => `docker.io/${path}`,
  ],
  [
    /^https?:\/\/quay\.io\/repository\/([^?#]+?)(?:\/(?:tag|manifest)\/.*|[?#].*|\/)?$/i,
    (path) => `quay.io/${path}`,
  ],
  [
    /^https?:\/\/github\.com\/(?:orgs|users)\/([^/?#]+\/packages\/container\/(?:package\/)?[^/?#]+)/i,
    (path) => `ghcr.io/${path.replace(/\/packages\/container\/(?:package\/)?/i, '/')}`,
  ],
];

/**
 * The repository that a person meant by what they typed or pasted: besides what `parseRepositoryReference` reads, a
 * `docker pull` line, the web page of a repository at Docker Hub, Quay or GitHub, and a reference with a tag or a
 * digest at its end, which a repository does not have. Only for people's input: what comes over the wire is read
 * strictly. Throws `invalid` with a sentence that says what to change.
 */
export function understandReference(text: string): RepositoryReference {
  const plain = text.trim().slice(0, longestText).replace(command, '').trim();
  return parseRepositoryReference(withoutVersion(fromWebPage(plain) ?? plain));
}

function fromWebPage(text: string): string | null {
  for (const [page, toReference] of webPages) {
    const path = page.exec(text)?.[1];
    if (path !== undefined) return toReference(decoded(path));
  }
  return null;
}

/** GitHub writes the slash in a package's name as %2F. */
function decoded(path: string): string {
  return path.replace(/%2f/gi, '/');
}

/** `:tag` and `@digest` behind the path; a port and a user stand before it. */
function withoutVersion(text: string): string {
  return text.replace(/(\/[^/@:]+)(?::\w[\w.-]{0,127})?(?:@sha(?:256|512):[0-9a-f]{64,128})?$/, '$1');
}
