import type { Digest } from '../base/digest.ts';
import type { RepositoryReference } from './reference.ts';

/** Blobs that are remembered: those of one largest message. */
const mostPlaces = 10_000;

/**
 * Where blobs were put lately, so that the same file for another mailbox of the same registry is mounted there instead
 * of uploaded again. One for each login: what one of a person's accounts knows says nothing to another.
 */
export class BlobPlaces {
  readonly #paths = new Map<string, string>();

  /** Notes that `repository` has the blob. */
  note({ host, path }: RepositoryReference, digest: Digest): void {
    const key = `${host} ${digest}`;
    this.#paths.delete(key);
    this.#paths.set(key, path);
    const oldest = this.#paths.keys().next();
    if (this.#paths.size > mostPlaces && oldest.done !== true) this.#paths.delete(oldest.value);
  }

  /** The path of another repository of the same registry that has the blob. */
  beside({ host, path }: RepositoryReference, digest: Digest): string | undefined {
    const known = this.#paths.get(`${host} ${digest}`);
    return known === path ? undefined : known;
  }
}
