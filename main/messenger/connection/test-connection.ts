import type { ConnectionCheck, ConnectionReport } from '../../../preload/contract/connection.ts';
import type { Clock } from '../../base/clock.ts';
import { type DockerCommsError, toDockerCommsError } from '../../base/errors.ts';
import { ConnectionFacts } from '../../oci/connection-facts.ts';
import type { Credentials } from '../../oci/credentials.ts';
import {
  isUntrustedCertificate,
  shownCertificate,
  type ShownCertificate,
} from '../../oci/pinned-certificate.ts';
import { formatRepositoryReference, type RepositoryReference } from '../../oci/reference.ts';
import type { OciRepository } from '../../oci/repository.ts';
import { errorView } from '../errors.ts';
import { type Bench, type Check, checks, neededForMessages } from './checks.ts';
import { hintFor } from './hints.ts';
import { type KnownRegistry, knownRegistry } from './known-registries.ts';

export interface ConnectionTestOptions {
  readonly reference: RepositoryReference;
  readonly credentials: () => Promise<Credentials | null>;
  /** Makes the client, with connections of its own: what others have learnt or keep open would hide failures. */
  readonly connect: (credentials: () => Promise<Credentials | null>) => {
    readonly repository: OciRepository;
    readonly close: () => Promise<void>;
  };
  /** Whether the registry answers without encryption. */
  readonly plainHttp: () => Promise<boolean>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Told the report so far after every check. */
  readonly onProgress: (report: ConnectionReport) => void;
}

/**
 * Tries what messaging needs and what would help it, in the order in which it can fail, and says for each what it means
 * and what to do about it. Writes a few hundred bytes under one fixed tag and removes them where that is allowed. Fails
 * only `cancelled`.
 */
export async function testConnection(options: ConnectionTestOptions): Promise<ConnectionReport> {
  const { reference, clock, signal, onProgress, plainHttp } = options;
  const login = { asked: false, given: false };
  const { repository, close } = options.connect(async () => {
    login.asked = true;
    const found = await options.credentials();
    login.given = found !== null;
    return found;
  });
  const facts = new ConnectionFacts(repository.registry);
  const bench: Bench = {
    repository,
    plainHttp,
    facts,
    signal,
    login,
    now: clock.now(),
    tagged: null,
    left: false,
  };
  const known = knownRegistry(reference);
  const done: ConnectionCheck[] = [];
  const report = () => reportOf(bench, done);
  try {
    for (const check of checks) {
      onProgress(report());
      done.push(await perform(check, bench, done, known));
      signal.throwIfAborted();
    }
    const certificate = done.some(isUntrusted) ? await certificateToCompare(repository) : null;
    return { ...report(), ...(certificate !== null && { certificate }) };
  } catch (error) {
    throw toDockerCommsError(error);
  } finally {
    facts.stop();
    await close();
  }
}

function isUntrusted({ error }: ConnectionCheck): boolean {
  return error !== undefined && isUntrustedCertificate(error);
}

/** Null when it cannot be had any more: the failed check says enough then. */
function certificateToCompare({ registry }: OciRepository): Promise<ShownCertificate | null> {
  return shownCertificate(registry).catch(() => null);
}

async function perform(
  { name, needs, run }: Check,
  bench: Bench,
  done: readonly ConnectionCheck[],
  known: KnownRegistry | null,
): Promise<ConnectionCheck> {
  const missing = done.some((check) => needs.includes(check.name) && !isGood(check));
  if (missing)
    return { name, outcome: 'skipped', message: 'Not tried: something before it has to work first.' };
  try {
    return { name, ...(await run(bench)) };
  } catch (error) {
    const failure = toDockerCommsError(error);
    if (failure.code === 'cancelled') throw failure;
    return failedCheck(name, failure, known);
  }
}

/** Where messaging does not need it, a check that broke off leaves the question open. */
function failedCheck(
  name: ConnectionCheck['name'],
  error: DockerCommsError,
  known: KnownRegistry | null,
): ConnectionCheck {
  const hint = hintFor(name, error, known);
  return {
    name,
    outcome: neededForMessages.includes(name) ? 'failed' : 'unknown',
    message: error.message,
    error: errorView(error),
    ...(hint !== undefined && { hint }),
  };
}

function isGood({ outcome }: ConnectionCheck): boolean {
  return outcome === 'passed' || outcome === 'limited';
}

function reportOf(bench: Bench, done: readonly ConnectionCheck[]): ConnectionReport {
  const { repository, facts, now, left } = bench;
  const good = new Set(done.filter(isGood).map(({ name }) => name));
  return {
    repository: formatRepositoryReference(repository.reference),
    testedAt: now,
    complete: done.length === checks.length,
    usable: neededForMessages.every((name) => good.has(name)),
    checks: [...done],
    tls: facts.tls,
    pullLimit: facts.pullLimit,
    probeLeft: left,
    warnings: repository.warnings,
  };
}
