import type { CheckOutcome, ConnectionCheckName } from '../../../preload/contract/connection-checks.ts';
import { DockerCommsError, isDockerCommsError, toDockerCommsError } from '../../base/errors.ts';
import type { ConnectionFacts, TlsFacts } from '../../oci/connection-facts.ts';
import type { PullLimit } from '../../oci/pull-limit.ts';
import { emptyConfig, emptyConfigBytes } from '../../oci/descriptor.ts';
import { isLoopbackHost } from '../../oci/reference.ts';
import type { OciRepository, PushManifestOptions } from '../../oci/repository.ts';
import { passesByItself } from '../errors.ts';
import { emptyProbe, imageProbe, messageProbes, probeTag, type ProbeArtifact } from './probe.ts';

/** What checks work with and tell each other. */
export interface Bench {
  readonly repository: OciRepository;
  /** Whether the registry answers without encryption; asked where it did not answer with. */
  readonly plainHttp: () => Promise<boolean>;
  readonly facts: ConnectionFacts;
  readonly now: number;
  readonly signal: AbortSignal;
  /** Whether the registry asked for a login so far, and got one. */
  readonly login: { asked: boolean; given: boolean };
  /** What stands under the probe's tag now, as far as we put it there. */
  tagged: ProbeArtifact | null;
  /** Whether something of the probe stays in the repository. */
  left: boolean;
}

export interface Finding {
  readonly outcome: CheckOutcome;
  readonly message: string;
  readonly hint?: string;
}

export interface Check {
  readonly name: ConnectionCheckName;
  /** Checks without whose success this one would only repeat their failure. */
  readonly needs: readonly ConnectionCheckName[];
  /** Throws for what makes the repository unusable. */
  readonly run: (bench: Bench) => Promise<Finding>;
}

/** In the order in which they can fail. Those that nothing needs may fail without messaging being the worse for it. */
export const checks: readonly Check[] = [
  { name: 'reach', needs: [], run: reach },
  { name: 'encryption', needs: ['reach'], run: encryption },
  { name: 'login', needs: ['reach'], run: login },
  { name: 'pull', needs: ['login'], run: pull },
  { name: 'push', needs: ['pull'], run: push },
  { name: 'artifacts', needs: ['push'], run: artifacts },
  { name: 'empty-layers', needs: ['artifacts'], run: emptyLayers },
  { name: 'tags', needs: ['artifacts'], run: tags },
  { name: 'referrers', needs: ['pull'], run: referrers },
  { name: 'delete', needs: ['artifacts'], run: deletes },
  { name: 'limits', needs: ['pull'], run: limits },
];

/** Without these nobody can write to anybody. */
export const neededForMessages: readonly ConnectionCheckName[] = [
  'reach',
  'login',
  'pull',
  'push',
  'artifacts',
];

/** An answer that asks for a login is an answer: a later check speaks about the login, whatever became of it. */
async function reach({ repository, plainHttp, signal, login: seen }: Bench): Promise<Finding> {
  try {
    await repository.ping(signal);
  } catch (thrown) {
    const error = toDockerCommsError(thrown);
    const { code, detail } = error;
    const askedByProxy = detail.proxy !== undefined;
    if (code !== 'cancelled' && !askedByProxy && (code === 'auth' || seen.asked)) {
      return passed('The registry answers.');
    }
    if (mayBePlain(error) && (await plainHttp())) throw onlyPlain(repository, error);
    throw error;
  }
  return passed('The registry answers.');
}

function mayBePlain({ detail }: DockerCommsError): boolean {
  return detail.reason === 'not-encrypted' || detail.system === 'ECONNREFUSED';
}

function onlyPlain({ reference: { host } }: OciRepository, cause: DockerCommsError): DockerCommsError {
  return new DockerCommsError('network', `${host} answers, but does not encrypt.`, {
    detail: { host, reason: 'plain-http-only' },
    cause,
  });
}

function encryption({ repository, facts, now }: Bench): Promise<Finding> {
  if (repository.registry.protocol === 'https:') return Promise.resolve(encrypted(facts.tls, now));
  if (isLoopbackHost(repository.reference.host)) {
    return Promise.resolve(passed('Not encrypted, and need not be: this address is on this computer.'));
  }
  return Promise.resolve({
    outcome: 'limited',
    message: 'Nothing is encrypted: whoever is between you and the registry can read and change everything.',
    hint: 'Use this only in a network that you trust, and ask the administrator for TLS.',
  });
}

const day = 86_400_000;
/** Certificates that renew themselves do so a month before; this late somebody has to look. */
const soonMilliseconds = 14 * day;

function encrypted(tls: TlsFacts | null, now: number): Finding {
  const how =
    tls?.protocol === undefined || tls.protocol === null ? 'TLS' : tls.protocol.replace('TLSv', 'TLS ');
  const by = tls?.issuer === undefined || tls.issuer === null ? '' : `, certificate by ${tls.issuer}`;
  const until = tls?.validUntil ?? null;
  if (until === null) return passed(`Encrypted with ${how}${by}.`);
  const message = `Encrypted with ${how}${by}, valid until ${new Date(until).toISOString().slice(0, 10)}.`;
  if (until - now > soonMilliseconds) return passed(message);
  return {
    outcome: 'limited',
    message,
    hint: 'Tell the administrator: the certificate has to be renewed soon.',
  };
}

async function login({ repository, signal, login: seen }: Bench): Promise<Finding> {
  await repository.ping(signal);
  if (!seen.asked) return passed('The registry asks nobody for a login.');
  return passed(seen.given ? 'The login is accepted.' : 'The registry lets you in without a login.');
}

async function pull({ repository, signal }: Bench): Promise<Finding> {
  for await (const _tag of repository.tags({ pageSize: 1, signal })) break;
  return passed('Messages can be read here.');
}

async function push({ repository, signal }: Bench): Promise<Finding> {
  await repository.pushBlob(emptyConfigBytes, emptyConfig, { signal });
  return passed('Content can be uploaded here.');
}

/** Puts a message's like under the probe's tag: not what stands there already, which an immutable tag would refuse. */
async function artifacts(bench: Bench): Promise<Finding> {
  const { repository, signal } = bench;
  const there = (await repository.resolve(probeTag, signal))?.digest;
  const [one, other] = messageProbes;
  const standing = messageProbes.find(({ digest }) => digest === there) ?? null;
  const tagging = { signal, ...(there === undefined && { tag: probeTag }) };
  bench.left = true;
  try {
    await repository.pushManifest((standing === one ? other : one).bytes, tagging);
  } catch (error) {
    if (refusesContent(error)) {
      bench.left = there !== undefined;
      await compareWithImage(bench, tagging);
    }
    throw error;
  }
  bench.tagged = there === undefined ? one : standing;
  return passed('Messages are accepted.');
}

/** A message's like was refused. Where an image is taken in the same way, it was for what it is: no other will be taken. */
async function compareWithImage(bench: Bench, tagging: PushManifestOptions): Promise<void> {
  const { repository, left } = bench;
  try {
    await repository.pushManifest(imageProbe.bytes, tagging);
    bench.left = true;
    repository.capabilities.learn('artifact-types', false);
    if ((await removed(bench, imageProbe.digest)) === true) bench.left = left;
  } catch {
    // It was refused too, or the line is cut: what the check reports is the first refusal.
  }
}

/** Either way is fine: receipts then carry a small piece. */
async function emptyLayers({ repository, signal }: Bench): Promise<Finding> {
  try {
    await repository.pushManifest(emptyProbe.bytes, { signal });
    return passed('Receipts are accepted as they are.');
  } catch (error) {
    // A message with a part was taken just before: together they prove it.
    if (refusesContent(error)) repository.capabilities.learn('empty-layers', false);
    return tellUnless(error, {
      outcome: 'limited',
      message: 'Content without parts is refused, so receipts carry a small piece. They work all the same.',
    });
  }
}

async function tags(bench: Bench): Promise<Finding> {
  const { repository, signal, tagged } = bench;
  const next = tagged === messageProbes[0] ? messageProbes[1] : messageProbes[0];
  try {
    await repository.pushManifest(next.bytes, { tag: probeTag, signal });
    bench.tagged = next;
    if (tagged !== null) repository.capabilities.learn('tag-overwrite', true);
    return passed('Tags can be moved.');
  } catch (error) {
    // The same content was taken just before; a 403 may be about this login alone.
    if (isDockerCommsError(error, 'conflict') || refusesContent(error)) {
      repository.capabilities.learn('tag-overwrite', false);
    }
    return tellUnless(error, {
      outcome: 'limited',
      message:
        'Tags cannot be moved here. Messages and receipts do not need that; what is renewed in place, such as a profile, does.',
      hint: 'Where that matters, let the administrator exempt this repository from immutable tags.',
    });
  }
}

async function referrers({ repository, signal }: Bench): Promise<Finding> {
  if (await repository.referrersSupported(signal)) {
    return passed('What belongs to a message is found through the registry.');
  }
  return {
    outcome: 'limited',
    message:
      'This registry does not know what belongs to what, so tags are used instead. Nothing is missing.',
  };
}

/** Removes what the test has written, and learns from that what can be removed. */
async function deletes(bench: Bench): Promise<Finding> {
  const tag = await removed(bench, probeTag);
  const manifests: boolean[] = [];
  for (const { digest } of [...messageProbes, emptyProbe]) {
    const gone = await removed(bench, digest);
    if (gone !== null) manifests.push(gone);
    // Whoever refuses once refuses always.
    if (gone === false) break;
  }
  const content = manifests.includes(true) && !manifests.includes(false);
  bench.left = !content && tag !== true;
  if (content) {
    return passed(
      tag === true ? 'What has expired can be removed.' : 'What has expired can be removed, by its digest.',
    );
  }
  if (tag === null && manifests.length === 0) {
    return {
      outcome: 'unknown',
      message: 'What this test wrote was gone before it could be removed. Test again.',
    };
  }
  const hint = 'Ask the administrator for the right to delete, or for a retention rule for this repository.';
  if (tag === true) {
    return {
      outcome: 'limited',
      message: 'Tags can be removed; content stays until the registry cleans up.',
      hint,
    };
  }
  return {
    outcome: 'limited',
    message: `Nothing can be removed with this login. What has expired stays, and so does one small artifact under the tag ${probeTag}, which the next test uses again.`,
    hint,
  };
}

/** Null: it was not there. */
async function removed({ repository, signal }: Bench, reference: string): Promise<boolean | null> {
  try {
    await repository.delete(reference, signal);
    return true;
  } catch (error) {
    const failure = toDockerCommsError(error);
    if (failure.code === 'not-found') return null;
    if (failure.code === 'cancelled' || passesByItself(failure)) throw failure;
    return false;
  }
}

function limits({ facts }: Bench): Promise<Finding> {
  return Promise.resolve(
    facts.pullLimit === null ? passed('The registry names no limit.') : counted(facts.pullLimit),
  );
}

/** Below this share the next messages may already be too many. */
const scarceShare = 0.2;

function counted({ limit, remaining, windowSeconds }: PullLimit): Finding {
  const window = windowSeconds === null ? '' : ` in ${duration(windowSeconds)}`;
  const message =
    remaining === null
      ? `${limit} pulls are allowed${window}.`
      : `${remaining} of ${limit} pulls are left${window}.`;
  const hint = 'Looking for new messages is not counted; fetching one is. A login often has a higher limit.';
  const scarce = remaining !== null && remaining < limit * scarceShare;
  return { outcome: scarce ? 'limited' : 'passed', message, hint };
}

function duration(seconds: number): string {
  const minutes = seconds / 60;
  const hours = minutes / 60;
  if (Number.isInteger(hours)) return hours === 1 ? 'an hour' : `${hours} hours`;
  return Number.isInteger(minutes) ? `${minutes} minutes` : `${seconds} seconds`;
}

/** `finding`, unless `error` says nothing of the registry: a cut, a rest it asks for, somebody who cancelled. */
function tellUnless(error: unknown, finding: Finding): Finding {
  const failure = toDockerCommsError(error);
  if (failure.code === 'cancelled' || failure.code === 'internal' || passesByItself(failure)) throw failure;
  return finding;
}

function refusesContent(error: unknown): boolean {
  return isDockerCommsError(error, 'protocol') || isDockerCommsError(error, 'unsupported');
}

function passed(message: string): Finding {
  return { outcome: 'passed', message };
}
