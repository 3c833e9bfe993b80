import parse from 'semver/functions/parse.js';
import compareParsed from 'semver/functions/compare.js';
import { DockerCommsError } from '../base/errors.ts';

/** Characters of a version: it stands in a tag and in a file's name. */
const longestVersion = 64;

/**
 * A version as releases have it (semantic versioning 2.0, without build metadata, which has no order): it is also safe in a
 * tag and in a file's name.
 */
export function isVersion(text: string): boolean {
  return text.length <= longestVersion && parse(text)?.version === text && !text.includes('+');
}

/** Below 0: `a` is older than `b` (semantic versioning 2.0, section 11). Throws `invalid` for what is no version. */
export function compareVersions(a: string, b: string): number {
  if (isVersion(a) && isVersion(b)) return compareParsed(a, b);
  throw new DockerCommsError('invalid', 'This is not the version of a release.');
}
