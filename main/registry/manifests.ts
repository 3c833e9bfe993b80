/** Manifests: pull, push, delete ("Pulling manifests", "Pushing Manifests", "Deleting tags", "Deleting Manifests"). */
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { splitDigest, type Digest } from '../base/digest.ts';
import { MiB, limits } from '../base/limits.ts';
import type { Catalogue, StoredManifest } from './catalogue.ts';
import { registryError } from './errors.ts';
import { answerBytes, answerEmpty, bodyOf, type Exchange } from './exchange.ts';
import { parseManifestReference, type ManifestReference } from './grammar.ts';
import { registryLimits } from './limits.ts';
import type { Quota } from './quota.ts';
import { parsePushedManifest, type PushedManifest } from './manifest.ts';

export class Manifests {
  readonly #catalogue: Catalogue;
  readonly #quota: Quota;

  constructor(catalogue: Catalogue, quota: Quota) {
    this.#catalogue = catalogue;
    this.#quota = quota;
  }

  /** GET and HEAD. The bytes are those that were pushed, whatever `Accept` says: there is only one form. */
  serve(exchange: Exchange, name: string, reference: string): void {
    const manifest = this.#find(name, parseManifestReference(reference));
    const headers = { 'content-type': manifest.mediaType, 'docker-content-digest': manifest.digest };
    answerBytes(exchange, 200, headers, manifest.bytes);
  }

  async put(exchange: Exchange, name: string, reference: string): Promise<void> {
    const target = parseManifestReference(reference);
    if (target === null) throw registryError('MANIFEST_INVALID', 'This is neither a tag nor a digest.');
    const bytes = await readManifest(exchange.request);
    const pushed = parsePushedManifest(bytes, exchange.request.headers['content-type']);
    const digest = verifiedDigest(bytes, target);
    const added = this.#catalogue.manifest(name, digest) === null ? bytes.length : 0;
    this.#quota.take(added, exchange.client.kind === 'guest');
    try {
      this.#store(name, { bytes, pushed, digest, tag: target.kind === 'tag' ? target.tag : null });
    } catch (error) {
      this.#quota.giveBack(added);
      throw error;
    }
    await this.#catalogue.settle();
    answerEmpty(exchange, 201, {
      location: `/v2/${name}/manifests/${digest}`,
      'docker-content-digest': digest,
      ...(pushed.subject === null ? {} : { 'oci-subject': pushed.subject }),
    });
  }

  /** By tag, the tag alone; by digest, the manifest with all its tags. */
  async delete(exchange: Exchange, name: string, reference: string): Promise<void> {
    const target = parseManifestReference(reference);
    if (target === null || !this.#remove(name, target)) throw this.#unknown(name);
    await this.#catalogue.settle();
    answerEmpty(exchange, 202);
  }

  #find(name: string, target: ManifestReference | null): StoredManifest {
    const digest = target?.kind === 'tag' ? this.#catalogue.tagged(name, target.tag) : target?.digest;
    const manifest = digest ? this.#catalogue.manifest(name, digest) : null;
    if (manifest === null) throw this.#unknown(name);
    return manifest;
  }

  #remove(name: string, target: ManifestReference): boolean {
    return target.kind === 'tag'
      ? this.#catalogue.deleteTag(name, target.tag)
      : this.#catalogue.deleteManifest(name, target.digest);
  }

  #store(name: string, { bytes, pushed, digest, tag }: Verified): void {
    const { mediaType, subject, artifactType, references } = pushed;
    const descriptor = subject === null ? null : JSON.stringify(describe(pushed, digest, bytes.length));
    const refused = this.#catalogue.putManifest(name, {
      ...{ digest, mediaType, bytes, tag, subject, artifactType, descriptor, references },
    });
    if (refused === null) return;
    throw registryError(
      'MANIFEST_BLOB_UNKNOWN',
      `The repository does not have ${refused.missing.slice(0, limits.detailCharacters)}.`,
    );
  }

  #unknown(name: string): Error {
    return this.#catalogue.hasRepository(name)
      ? registryError('MANIFEST_UNKNOWN', 'This repository has no such manifest.')
      : registryError('NAME_UNKNOWN', 'There is no such repository.');
  }
}

interface Verified {
  readonly bytes: Uint8Array;
  readonly pushed: PushedManifest;
  readonly digest: Digest;
  readonly tag: string | null;
}

/** The descriptor under which referrers are listed: annotations and artifact type are copied into it. */
function describe(
  { mediaType, artifactType, annotations }: PushedManifest,
  digest: Digest,
  size: number,
): object {
  return {
    ...{ mediaType, digest, size },
    ...(artifactType === null ? {} : { artifactType }),
    ...(annotations === null ? {} : { annotations }),
  };
}

function verifiedDigest(bytes: Uint8Array, target: ManifestReference): Digest {
  const { algorithm } = target.kind === 'tag' ? { algorithm: 'sha256' as const } : splitDigest(target.digest);
  const digest: Digest = `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
  if (target.kind === 'digest' && target.digest !== digest) {
    throw registryError('DIGEST_INVALID', 'The manifest does not have this digest.');
  }
  return digest;
}

async function readManifest(request: IncomingMessage): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  refuseTooLarge(Number(request.headers['content-length'] ?? 0));
  for await (const piece of bodyOf(request)) {
    bytes += piece.length;
    refuseTooLarge(bytes);
    pieces.push(piece);
  }
  return Buffer.concat(pieces, bytes);
}

function refuseTooLarge(bytes: number): void {
  if (bytes <= registryLimits.manifestBytes) return;
  throw registryError(
    'SIZE_INVALID',
    `A manifest has at most ${registryLimits.manifestBytes / MiB} MiB here.`,
    { status: 413 },
  );
}
