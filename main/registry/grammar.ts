/**
 * The names of the distribution specification, "Pulling manifests". None of them ever becomes part of a path on disk
 * (names and tags live in the catalogue's rows, blobs are filed under a checked digest), so a name can at worst be
 * refused, never escape.
 * Must-fail vectors: "names" in test/registry/parsers.test.ts.
 */
import { isDigest, type Digest } from '../base/digest.ts';
import { registryError } from './errors.ts';
import { registryLimits } from './limits.ts';

const component = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const namePattern = new RegExp(`^${component}(?:/${component})*$`);
const tagPattern = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;

export function isRepositoryName(text: string): boolean {
  return text.length <= registryLimits.nameCharacters && namePattern.test(text);
}

export function isTag(text: string): boolean {
  return tagPattern.test(text);
}

/** The repository name that `text` is. Throws `NAME_INVALID`. */
export function parseRepositoryName(text: string): string {
  if (!isRepositoryName(text)) throw registryError('NAME_INVALID', 'This is not a repository name.');
  return text;
}

/** The digest that `text` is; only sha256 and sha512 are. Throws `DIGEST_INVALID`. */
export function parseRequestedDigest(text: string | null): Digest {
  if (text === null || !isDigest(text)) {
    throw registryError('DIGEST_INVALID', 'A digest is sha256: or sha512: and lower-case hex.');
  }
  return text;
}

/** What a manifest is asked for by. */
export type ManifestReference =
  { readonly kind: 'tag'; readonly tag: string } | { readonly kind: 'digest'; readonly digest: Digest };

/** The reference that `text` is, or null for neither a tag nor a digest: nothing can be found under it. */
export function parseManifestReference(text: string): ManifestReference | null {
  if (isDigest(text)) return { kind: 'digest', digest: text };
  return isTag(text) ? { kind: 'tag', tag: text } : null;
}
