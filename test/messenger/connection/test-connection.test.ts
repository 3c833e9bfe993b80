import { describe, expect, test } from 'vitest';
import type { ConnectionReport } from '../../../preload/contract/connection.ts';
import { checks as allChecks } from '../../../main/messenger/connection/checks.ts';
import { probeTag } from '../../../main/messenger/connection/probe.ts';
import { testConnection } from '../../../main/messenger/connection/test-connection.ts';
import type { Credentials } from '../../../main/oci/credentials.ts';
import { parseRepositoryReference } from '../../../main/oci/reference.ts';
import { OciRepository } from '../../../main/oci/repository.ts';
import { login, testClock } from '../../oci/scripted.ts';
import { ociError, scriptedRegistry } from '../../peers/scripted-registry.ts';
import {
  allowList,
  immutableTags,
  noDeletes,
  pretendRegistry,
  refusing,
  type PretendRegistry,
  type Quirk,
} from '../../peers/pretend-registry.ts';
import { ScriptedWorld } from '../../peers/scripted-world.ts';

interface How {
  readonly credentials?: Credentials | null | Error;
  readonly world?: ScriptedWorld;
  readonly signal?: AbortSignal;
  readonly learnt?: Map<string, boolean>;
  readonly onProgress?: (report: ConnectionReport) => void;
}

function run(repository: string, how: How = {}): Promise<ConnectionReport> {
  const {
    credentials = null,
    world,
    learnt = new Map<string, boolean>(),
    signal = new AbortController().signal,
    onProgress = () => undefined,
  } = how;
  const reference = parseRepositoryReference(repository);
  const clock = testClock();
  return testConnection({
    ...{ reference, clock, signal, onProgress },
    credentials: () =>
      credentials instanceof Error ? Promise.reject(credentials) : Promise.resolve(credentials),
    plainHttp: () => Promise.resolve(false),
    connect: (asked) => {
      const connections = world?.connections;
      const repository = new OciRepository(reference, {
        ...{ credentials: asked, clock, connections },
        capabilities: { read: () => null, write: (name, { works }) => void learnt.set(name, works) },
      });
      return { repository, close: () => repository.close() };
    },
  });
}

const at = ({ peer }: PretendRegistry) => `${peer.host}/team/mail`;

/** Outcome by check, in order. */
function outcomes({ checks }: ConnectionReport): Record<string, string> {
  return Object.fromEntries(checks.map(({ name, outcome }) => [name, outcome]));
}

function check({ checks }: ConnectionReport, name: string) {
  return checks.find((line) => line.name === name);
}

describe('a registry that does everything but referrers', () => {
  test('is usable, with every check in its order, and nothing of the test stays there', async () => {
    const registry = await pretendRegistry();
    const report = await run(at(registry));
    expect(Object.keys(outcomes(report))).toEqual(allChecks.map(({ name }) => name));
    expect(outcomes(report)).toMatchObject({ artifacts: 'passed', tags: 'passed', delete: 'passed' });
    expect(outcomes(report)).toMatchObject({ referrers: 'limited', 'empty-layers': 'passed' });
    expect(report).toMatchObject({ usable: true, complete: true, probeLeft: false });
    expect([...registry.tags.keys()]).toEqual([]);
    expect([...registry.manifests.keys()]).toEqual([]);
  });

  test('is told of line by line while the test runs', async () => {
    const seen: number[] = [];
    await run(at(await pretendRegistry()), { onProgress: ({ checks }) => seen.push(checks.length) });
    expect(seen).toEqual(allChecks.map((_, index) => index));
  });

  test('is left alone at once when somebody cancels', async () => {
    const registry = await pretendRegistry();
    const cancelling = new AbortController();
    const onProgress = ({ checks }: ConnectionReport) => {
      if (checks.at(-1)?.name === 'pull') cancelling.abort();
    };
    const cancelled = run(at(registry), { signal: cancelling.signal, onProgress });
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
    expect(registry.peer.seen.filter((line) => !line.startsWith('GET'))).toEqual([]);
  });
});

test('GitLab’s list of content types: messages are refused, which is remembered, and the hint names the list', async () => {
  const { peer, manifests } = await pretendRegistry(allowList);
  const world = new ScriptedWorld({ 'https://registry.gitlab.com': peer });
  const learnt = new Map<string, boolean>();
  const report = await run('registry.gitlab.com/team/mail', { world, learnt });
  expect(report).toMatchObject({ usable: false, probeLeft: false });
  expect(outcomes(report)).toMatchObject({
    push: 'passed',
    artifacts: 'failed',
    tags: 'skipped',
    delete: 'skipped',
  });
  expect(check(report, 'artifacts')?.hint).toContain('GitLab');
  expect(learnt.get('artifact-types')).toBe(false);
  expect([...manifests.keys()]).toEqual([]);
});

test('an image that cannot be removed again is said to stay', async () => {
  const registry = await pretendRegistry(allowList, noDeletes);
  expect(await run(at(registry))).toMatchObject({ usable: false, probeLeft: true });
  expect([...registry.tags.keys()]).toEqual([probeTag]);
});

test.each([
  ['images too', refusing('PUT', /manifests/, { status: 400, body: ociError('MANIFEST_INVALID') })],
  [
    'every tag of this name',
    refusing('PUT', /dockercomms/, { status: 400, body: ociError('MANIFEST_INVALID') }),
  ],
  ['this login', refusing('PUT', /manifests/, { status: 403, body: ociError('DENIED') })],
])('where %s is refused, nothing is learnt of messages', async (_what, quirk) => {
  const learnt = new Map<string, boolean>();
  const report = await run(at(await pretendRegistry(quirk)), { learnt });
  expect(outcomes(report)).toMatchObject({ artifacts: 'failed' });
  expect(learnt.has('artifact-types')).toBe(false);
});

test('an ECR repository that was not created is explained before anything is sent', async () => {
  const missing = { status: 404, body: ociError('NAME_UNKNOWN') };
  const unknown: Quirk = ({ path }) => (path === '/v2/' ? undefined : missing);
  const { peer } = await pretendRegistry(unknown);
  const host = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';
  const world = new ScriptedWorld({ [`https://${host}`]: peer });
  const report = await run(`${host}/team/mail`, { world });
  expect(check(report, 'push')).toMatchObject({ outcome: 'failed', error: { code: 'not-found' } });
  expect(check(report, 'push')?.hint).toContain('aws ecr create-repository');
});

test('immutable tags limit nothing that messages need, also when the probe of an earlier test stands there', async () => {
  const registry: PretendRegistry = await pretendRegistry(
    immutableTags(() => registry.tags),
    noDeletes,
  );
  const first = await run(at(registry));
  expect(outcomes(first)).toMatchObject({ artifacts: 'passed', tags: 'limited', delete: 'limited' });
  const second = await run(at(registry));
  expect(outcomes(second)).toEqual(outcomes(first));
  expect(second.usable).toBe(true);
});

test('what a test proves is written down, and what may have another reason is not', async () => {
  const immutable: PretendRegistry = await pretendRegistry(
    immutableTags(() => immutable.tags),
    noDeletes,
  );
  const learnt = new Map<string, boolean>();
  await run(at(immutable), { learnt });
  expect(Object.fromEntries(learnt)).toMatchObject({
    ...{ 'artifact-types': true, 'empty-layers': true, 'tag-overwrite': false },
    ...{ 'delete-tag': false, 'delete-manifest': false },
  });
  const denied = await pretendRegistry(({ method, path, body }) =>
    method === 'PUT' && path.includes('/manifests/') && body.includes('"2"')
      ? { status: 403, body: ociError('DENIED') }
      : undefined,
  );
  learnt.clear();
  await run(at(denied), { learnt });
  expect(learnt.has('tag-overwrite')).toBe(false);
});

test('where nothing can be removed, one probe stays under its tag, and however many tests add nothing to it', async () => {
  const registry = await pretendRegistry(noDeletes);
  const report = await run(at(registry));
  expect(report).toMatchObject({ usable: true, probeLeft: true });
  expect(outcomes(report).delete).toBe('limited');
  expect([...registry.tags.keys()]).toEqual([probeTag]);
  const kept = [...registry.manifests.keys()];
  for (let again = 0; again < 3; again += 1) await run(at(registry));
  expect([...registry.manifests.keys()]).toEqual(kept);
});

test('a tag that cannot be removed is no matter where its content can', async () => {
  const report = await run(
    at(
      await pretendRegistry(
        refusing('DELETE', /dockercomms-probe$/, { status: 400, body: ociError('DIGEST_INVALID') }),
      ),
    ),
  );
  expect(outcomes(report).delete).toBe('passed');
  expect(report.probeLeft).toBe(false);
});

test('a registry that refuses content without parts is usable', async () => {
  const noEmpty: Quirk = ({ method, body }) =>
    method === 'PUT' && body.includes('"layers":[]')
      ? { status: 400, body: ociError('MANIFEST_INVALID') }
      : undefined;
  const report = await run(at(await pretendRegistry(noEmpty)));
  expect(outcomes(report)).toMatchObject({ 'empty-layers': 'limited', artifacts: 'passed' });
  expect(report.usable).toBe(true);
});

test('Docker Hub’s pull limit is read from its answers to HEAD, and no counted request is made', async () => {
  const limited: Quirk = ({ method, path }) =>
    method === 'HEAD' && path.includes('/manifests/')
      ? { status: 404, headers: { 'ratelimit-limit': '100;w=21600', 'ratelimit-remaining': '7;w=21600' } }
      : undefined;
  const { peer } = await pretendRegistry(limited);
  const report = await run(`${peer.host}/team/mail`);
  expect(report.pullLimit).toEqual({ limit: 100, remaining: 7, windowSeconds: 21_600 });
  expect(outcomes(report).limits).toBe('limited');
  expect(peer.seen.filter((line) => /^GET .*\/manifests\//.test(line))).toEqual([]);
});

describe('logins', () => {
  const asksForBasic: Quirk = ({ headers }) =>
    headers.authorization === `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`
      ? undefined
      : { status: 401, headers: { 'www-authenticate': 'Basic realm="r"' } };

  test('one that is refused fails there, and everything behind it is skipped', async () => {
    const registry = await pretendRegistry(asksForBasic);
    const report = await run(at(registry), { credentials: { username: 'alice', password: 'wrong' } });
    expect(outcomes(report)).toMatchObject({
      reach: 'passed',
      login: 'failed',
      pull: 'skipped',
      push: 'skipped',
    });
    expect(check(report, 'login')).toMatchObject({
      error: { code: 'auth', detail: { reason: 'login-refused' } },
    });
    expect(JSON.stringify(report)).not.toContain('wrong');
  });

  test('one that may only read passes where it may, and fails at writing', async () => {
    const readOnly = refusing('POST', /./, { status: 403, body: ociError('DENIED') });
    const report = await run(at(await pretendRegistry(asksForBasic, readOnly)), { credentials: login });
    expect(outcomes(report)).toMatchObject({
      login: 'passed',
      pull: 'passed',
      push: 'failed',
      artifacts: 'skipped',
    });
    expect(report.usable).toBe(false);
    expect(JSON.stringify(report)).not.toContain(login.password);
  });

  test('a missing one is asked for, and is no fault of the line', async () => {
    const report = await run(at(await pretendRegistry(asksForBasic)));
    expect(check(report, 'login')).toMatchObject({
      outcome: 'failed',
      error: { detail: { reason: 'login-required' } },
    });
    expect(outcomes(report).reach).toBe('passed');
  });

  test('a helper that fails is told at the login: the registry did answer', async () => {
    const broken = new Error('the helper');
    const report = await run(at(await pretendRegistry(asksForBasic)), { credentials: broken });
    expect(outcomes(report)).toMatchObject({ reach: 'passed', login: 'failed' });
  });
});

test('a portal’s web page is no registry, and nothing more is tried', async () => {
  const portal = await scriptedRegistry();
  portal.always('GET', /./, {
    headers: { 'content-type': 'text/html' },
    body: '<!doctype html><title>Sign in</title>',
  });
  const report = await run(`${portal.host}/team/mail`);
  expect(check(report, 'reach')).toMatchObject({ outcome: 'failed', error: { code: 'protocol' } });
  expect(new Set(report.checks.slice(1).map(({ outcome }) => outcome))).toEqual(new Set(['skipped']));
  expect(portal.seen).toEqual(['GET /v2/']);
});

test('a registry in trouble leaves the question open where messaging does not need the answer', async () => {
  const report = await run(at(await pretendRegistry(refusing('DELETE', /./, { status: 503 }))));
  expect(outcomes(report).delete).toBe('unknown');
  expect(report).toMatchObject({ usable: true, probeLeft: true });
});

test('nothing that a test writes leaves a fallback index behind', async () => {
  const registry = await pretendRegistry(noDeletes);
  const report = await run(at(registry));
  expect(outcomes(report)).toMatchObject({ referrers: 'limited', delete: 'limited' });
  expect([...registry.tags.keys()]).toEqual([probeTag]);
  expect(registry.peer.requests.filter(({ path }) => path.includes('/manifests/sha256-'))).toEqual([]);
});

test('what the registry itself warns of is in the report', async () => {
  const warns: Quirk = ({ path }) =>
    path === '/v2/' ? { body: {}, headers: { warning: '299 - "It moves on Monday."' } } : undefined;
  const report = await run(at(await pretendRegistry(warns)));
  expect(report).toMatchObject({ usable: true, warnings: ['It moves on Monday.'] });
});
