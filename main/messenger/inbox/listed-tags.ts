import type { Digest } from '../../base/digest.ts';
import { anyBundlePrefix, anyProfilePrefix, bundlePrefix, profileTag } from '../../protocol/tags.ts';
import { profileVersions } from '../../trust/profile-artifact.ts';

/** Tags of a listing that are kept: whoever fills a mailbox with more than that costs a listing more, not memory. */
const mostKept = 200_000;

/**
 * The tags of one listing that lead to proofs: signatures and profiles. One listing serves all messages of a look. Claims,
 * as every tag.
 */
export class ListedTags {
  readonly #bundles = new Map<string, string[]>();
  readonly #profiles = new Set<string>();
  #kept = 0;

  /** Takes a tag of the listing, if it is one of these. */
  offer(tag: string): void {
    if (this.#kept > mostKept) return;
    if (tag.startsWith(anyBundlePrefix)) {
      const prefix = tag.slice(0, tag.indexOf('-', anyBundlePrefix.length) + 1);
      const group = this.#bundles.get(prefix);
      if (group === undefined) this.#bundles.set(prefix, [tag]);
      else group.push(tag);
    } else if (tag.startsWith(anyProfilePrefix)) this.#profiles.add(tag);
    else return;
    this.#kept += 1;
  }

  /**
   * The tags of signatures of this manifest, as far as they were kept. Where there were too many, what lies beside the
   * manifest has to tell: listing all of them again for each message is what somebody who put them there would like.
   */
  bundlesOf(subject: Digest): readonly string[] {
    return this.#bundles.get(bundlePrefix(subject)) ?? [];
  }

  /** Whether a profile of this identity may lie here. */
  hasProfileOf(identity: string): boolean {
    return !this.#isWhole || this.#profiles.has(profileTag(identity));
  }

  /** Whether a later version than `sequence` may lie here. */
  hasNewerProfileOf(identity: string, sequence: number): boolean {
    return !this.#isWhole || profileVersions(this.#profiles, identity, sequence + 1).length > 0;
  }

  get #isWhole(): boolean {
    return this.#kept <= mostKept;
  }
}
