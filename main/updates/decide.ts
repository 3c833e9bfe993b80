/** What a verified release means for this installation. Pure. */
import { DockerCommsError } from '../base/errors.ts';
import { hasReached } from './rollout.ts';
import type { Release, ReleaseFile } from './release.ts';
import type { Target } from './target.ts';
import { compareVersions } from './version.ts';

/** The youngest release that was ever verified here. */
export interface SeenRelease {
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

export interface Situation {
  /** The version that runs. */
  readonly version: string;
  readonly target: Target;
  readonly seen: SeenRelease | null;
  /** Where this home stands in the roll-out of a version (`placeInRollout`). */
  readonly place: (version: string) => number;
  readonly now: number;
}

export type Decision =
  | { readonly kind: 'offer'; readonly file: ReleaseFile }
  /** Not newer than what runs; nothing in it for this computer; or its roll-out has not come this far. */
  | { readonly kind: 'none'; readonly why: 'not-newer' | 'other-computer' | 'not-reached' };

/**
 * Whether a release is offered. Throws `conflict` for one that is older than another that was seen: the tag was moved back,
 * by whoever can write there, to something that was once right.
 */
export function decide(release: Release, situation: Situation): Decision {
  if (situation.seen !== null && isOlder(release, situation.seen)) throw movedBack(release);
  if (compareVersions(release.version, situation.version) <= 0) return { kind: 'none', why: 'not-newer' };
  const file = release.files.find((each) => fits(each, situation.target));
  if (file === undefined) return { kind: 'none', why: 'other-computer' };
  return hasReached(release.rollout, situation.place(release.version), situation.now)
    ? { kind: 'offer', file }
    : { kind: 'none', why: 'not-reached' };
}

function isOlder({ version, createdAt }: Release, seen: SeenRelease): boolean {
  const order = compareVersions(version, seen.version);
  return order < 0 || (order === 0 && createdAt.getTime() < seen.createdAt);
}

function fits(file: Target, { platform, arch, kind }: Target): boolean {
  return file.platform === platform && file.arch === arch && file.kind === kind;
}

function movedBack({ version }: Release): DockerCommsError {
  return new DockerCommsError(
    'conflict',
    'Where updates come from, an older release lies than before. Nothing was taken from there.',
    { detail: { version } },
  );
}
