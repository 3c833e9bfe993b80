import { parseDigest } from '../../base/digest.ts';
import { DockerCommsError, isDockerCommsError } from '../../base/errors.ts';
import type { OciRepository } from '../../oci/repository.ts';

/** A manifest of ours, by the digest that we computed ourselves, and the tags that we gave it. */
export interface OwnManifest {
  readonly digest: string;
  readonly tags: readonly string[];
}

/** `gone`: somebody else, or the registry's own rules, had removed it before. */
export type Removal = 'removed' | 'gone';

export interface RemovalOptions {
  readonly signal: AbortSignal;
  /** Ask the registry, also for what it is known to refuse. */
  readonly insist?: boolean;
}

/**
 * Takes a manifest of ours off the registry: by its digest, and where the registry does not allow that (or only without
 * tags), first by its tags. A tag is only touched while it names this very manifest: whatever stands there otherwise is
 * not ours. What is known not to work here is not tried, until that is doubted (`Capabilities`). Fails `unsupported` or
 * `auth` where the registry or the login does not allow it.
 */
export async function removeManifest(
  repository: OciRepository,
  manifest: OwnManifest,
  { signal, insist = false }: RemovalOptions,
): Promise<Removal> {
  const { capabilities } = repository;
  const hopeless = (name: 'delete-manifest' | 'delete-tag') => !insist && capabilities.lacks(name);
  const own = parseDigest(manifest.digest);
  if (!hopeless('delete-manifest')) {
    try {
      await repository.delete(own, signal);
      return 'removed';
    } catch (error) {
      if (isDockerCommsError(error, 'not-found')) return confirmGone(repository, manifest, signal);
      if (!isDockerCommsError(error, 'unsupported') && !isDockerCommsError(error, 'conflict')) throw error;
    }
  }
  if (hopeless('delete-tag')) throw nothingCanBeRemoved();
  const standing = await standingTags(repository, manifest, signal);
  for (const tag of standing) await repository.delete(tag, signal);
  // Registries that insist on untagging first let go of the manifest now; the others collect it by their own rules.
  if (standing.length > 0 && !capabilities.lacks('delete-manifest')) {
    await repository.delete(own, signal).catch(ignoreRefusal);
  }
  return standing.length > 0 ? 'removed' : 'gone';
}

function nothingCanBeRemoved(): DockerCommsError {
  return new DockerCommsError('unsupported', 'The registry lets nothing be removed.');
}

/** Some registries say "not found" to who may not delete: believed only when none of our tags names it any more. */
async function confirmGone(
  repository: OciRepository,
  manifest: OwnManifest,
  signal: AbortSignal,
): Promise<Removal> {
  if ((await standingTags(repository, manifest, signal)).length === 0) return 'gone';
  throw new DockerCommsError('auth', 'This login may not delete in this repository. Ask for permission.');
}

async function standingTags(
  repository: OciRepository,
  { digest, tags }: OwnManifest,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const standing: string[] = [];
  for (const tag of tags) {
    if ((await repository.resolve(tag, signal))?.digest === digest) standing.push(tag);
  }
  return standing;
}

/**
 * Takes a manifest of ours that is gone out of its subject's fallback index. Whatever is in the way leaves an entry that
 * leads nowhere, which readers must expect anyway. Fails `cancelled` only.
 */
export async function forgetEntry(
  repository: OciRepository,
  { digest, subject }: { readonly digest: string; readonly subject: string | null },
  signal: AbortSignal,
): Promise<void> {
  if (subject === null) return;
  try {
    await repository.forgetReferrer(parseDigest(subject), parseDigest(digest), signal);
  } catch (error) {
    if (isDockerCommsError(error, 'cancelled')) throw error;
  }
}

function ignoreRefusal(error: unknown): void {
  if (isDockerCommsError(error, 'unsupported') || isDockerCommsError(error, 'not-found')) return;
  throw error;
}
