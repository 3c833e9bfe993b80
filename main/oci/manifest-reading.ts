import { isDigest, type Digest } from '../base/digest.ts';
import { DockerCommsError } from '../base/errors.ts';
import { sha256 } from '../base/hash.ts';
import { limits } from '../base/limits.ts';
import { looksLikeHtml, notARegistry, requestDetail } from './failures.ts';
import { mediaTypeOfManifest } from './manifest.ts';
import type { FetchedManifest } from './options.ts';
import { headerOf, readBody, type WireAnswer } from './transport.ts';
import { digestLike, wrongContent } from './verified.ts';

/**
 * Reads one manifest, several times if need be, and says which bytes are to be believed. A digest that was asked for
 * decides. For a tag, the registry's own `Docker-Content-Digest` is a witness, no more: where it does not fit, or where
 * there is none and the bytes are no document, something on the way may have damaged them, so the same bytes have to come
 * twice. Headers may lie; what stays the same is what the registry has.
 */
export class ManifestReading {
  readonly #reference: string;
  readonly #doubted = new Set<Digest>();

  constructor(reference: string) {
    this.#reference = reference;
  }

  /**
   * The manifest that `answer` carries. Fails `verification-failed` where another reading has to show what is true,
   * `protocol` with `digest` in its detail for what is no manifest, `protocol` without where no registry answered.
   */
  async read(answer: WireAnswer): Promise<FetchedManifest> {
    const bytes = await readBody(answer, limits.manifestReadBytes);
    if (looksLikeHtml(headerOf(answer, 'content-type') ?? '', bytes))
      throw notARegistry(answer, answer.status);
    const reference = this.#reference;
    if (isDigest(reference)) {
      const digest = digestLike(reference, bytes);
      if (digest === reference) return { digest, mediaType: mediaTypeIn(answer, digest, bytes), bytes };
      throw wrongContent({ digest: reference, size: bytes.byteLength }, requestDetail(answer));
    }
    return this.#readTagged(answer, bytes);
  }

  #readTagged(answer: WireAnswer, bytes: Uint8Array): FetchedManifest {
    const digest = sha256(bytes);
    const claimed = headerOf(answer, 'docker-content-digest') ?? '';
    const vouched = isDigest(claimed) ? digestLike(claimed, bytes) === claimed : isManifest(bytes);
    if (!vouched && !this.#doubted.has(digest)) {
      this.#doubted.add(digest);
      const expected = { digest: isDigest(claimed) ? claimed : digest, size: bytes.byteLength };
      throw wrongContent(expected, requestDetail(answer));
    }
    return { digest, mediaType: mediaTypeIn(answer, digest, bytes), bytes };
  }
}

function isManifest(bytes: Uint8Array): boolean {
  try {
    mediaTypeOfManifest(bytes);
    return true;
  } catch {
    return false;
  }
}

function mediaTypeIn(answer: WireAnswer, digest: Digest, bytes: Uint8Array): string {
  try {
    return mediaTypeOfManifest(bytes);
  } catch (cause) {
    throw new DockerCommsError('protocol', 'This is not a manifest.', {
      detail: { ...requestDetail(answer), digest },
      cause,
    });
  }
}
