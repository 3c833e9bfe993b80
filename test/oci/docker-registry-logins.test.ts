import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { parseRepositoryReference } from '../../main/oci/reference.ts';
import { OciRepository, type Credentials } from '../../main/oci/repository.ts';
import { registryLogin, startDockerRegistry, type RealRegistry } from '../peers/docker-registry.ts';
import { describeWithRealPart } from '../peers/real-parts.ts';
import { startTokenService, type TokenService } from '../peers/token-service.ts';
import { blobOf, collect, manifestOf } from './contract.ts';
import { alice, everythingOf, planted, secretsIn } from './secrets.ts';

const blob = blobOf(Buffer.from('what is pulled'));
const refused = { code: 'auth', detail: { reason: 'login-refused' } };
const notPermitted = { code: 'auth', detail: { reason: 'not-permitted' } };
const required = { code: 'auth', detail: { reason: 'login-required' } };
const everything = ['repository:team/mail:pull,push'];

type Operation = (repository: OciRepository) => Promise<unknown>;
const pull: Operation = async (repository) => buffer(await repository.fetchBlob(blob));
const push: Operation = async (repository) => {
  await repository.ensureEmptyConfig();
  await repository.pushManifest(manifestOf([], { annotations: { pushed: 'again' } }), { tag: 'again' });
};
const operations: readonly (readonly [string, Operation])[] = [
  ['pull', pull],
  ['push', push],
  ['list', (repository) => collect(repository.tags())],
  ['referrers', (repository) => collect(repository.referrers(blob.digest))],
];

function open(host: string, credentials: Credentials | null): OciRepository {
  const repository = new OciRepository(parseRepositoryReference(`${host}/team/mail`), {
    credentials: () => Promise.resolve(credentials),
  });
  onTestFinished(() => repository.close());
  return repository;
}

/** What the operation fails with, checked for secrets; null where it works. */
async function failureOf(operation: Operation, repository: OciRepository): Promise<unknown> {
  const error: unknown = await operation(repository).then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(secretsIn(everythingOf(error))).toEqual([]);
  return error;
}

function expectOutcome(error: unknown, failure: object | null): void {
  if (failure === null) expect(error).toBeNull();
  else expect(error).toMatchObject(failure);
}

async function fill(repository: OciRepository): Promise<void> {
  await repository.pushBlob(blob.bytes, blob);
  await repository.ensureEmptyConfig();
  await repository.pushManifest(manifestOf([]), { tag: 'first' });
}

const identity = (token: string): Credentials => ({ kind: 'identity-token', token });

describeWithRealPart(
  ['docker-registry', 'openssl'],
  'kinds of login at distribution 2.8 with bearer tokens',
  () => {
    let tokens: TokenService;
    let registry: RealRegistry;
    const readers = 'identity-of-a-reader';

    beforeAll(async () => {
      tokens = await startTokenService({
        users: { [alice.username]: alice.password, nobody: 'nothing' },
        identityTokens: { [planted.identityToken]: alice.username, [readers]: 'rita' },
        rights: (username) => {
          if (username === alice.username) return ['pull', 'push', 'delete'];
          return username === 'rita' ? ['pull'] : [];
        },
      });
      registry = await startDockerRegistry({ bearer: tokens.authentication });
      const repository = new OciRepository(parseRepositoryReference(`${registry.host}/team/mail`), {
        credentials: () => Promise.resolve(alice),
      });
      await fill(repository);
      await repository.close();
    });
    afterAll(async () => {
      await registry.remove();
      await tokens.stop();
    });

    const rows: readonly (readonly [
      string,
      () => Promise<Credentials | null> | Credentials | null,
      object | null,
    ])[] = [
      ['nobody', () => null, required],
      ['a password, by GET', () => alice, null],
      ['a wrong password', () => ({ ...alice, password: 'wrong' }), refused],
      ['an identity token, by POST', () => identity(planted.identityToken), null],
      ['an identity token that has run out', () => identity('no longer'), refused],
      [
        'a registry token',
        async () => ({ kind: 'registry-token', token: await tokens.issue(everything) }),
        null,
      ],
      [
        'a registry token that has run out',
        // Distribution allows clocks to differ by a minute.
        async () => ({ kind: 'registry-token', token: await tokens.issue(everything, -600) }),
        refused,
      ],
      [
        'a registry token with the wrong scope',
        async () => ({
          kind: 'registry-token',
          token: await tokens.issue(['repository:other/mail:pull,push']),
        }),
        refused,
      ],
      ['a password without rights', () => ({ username: 'nobody', password: 'nothing' }), notPermitted],
    ];

    describe.each(operations)('%s', (_name, operation) => {
      it.each(rows)('with %s', async (_login, login, failure) => {
        const before = tokens.requests.length;
        const credentials = await login();
        const repository = open(registry.host, credentials);
        expectOutcome(await failureOf(operation, repository), failure);
        const asked = tokens.requests.slice(before);
        if (credentials?.kind === 'registry-token') expect(asked).toEqual([]);
        if (credentials?.kind === 'identity-token') {
          expect(new Set(asked.map(({ method, url }) => `${method} ${url}`))).toEqual(
            new Set(['POST /token']),
          );
          expect(asked.every(({ authorization }) => authorization === undefined)).toBe(true);
        }
      });
    });

    it('the identity token of somebody who may only read is good for reading', async () => {
      const repository = open(registry.host, identity(readers));
      expectOutcome(await failureOf(pull, repository), null);
      expectOutcome(await failureOf(push, repository), notPermitted);
    });

    it('never wrote a secret into its own log', () => {
      expect(secretsIn(registry.logs())).toEqual([]);
    });
  },
);

describeWithRealPart('docker-registry', 'kinds of login at distribution 2.8 with passwords', () => {
  let registry: RealRegistry;
  beforeAll(async () => {
    registry = await startDockerRegistry({ login: true });
    const repository = new OciRepository(parseRepositoryReference(`${registry.host}/team/mail`), {
      credentials: () => Promise.resolve(registryLogin),
    });
    await fill(repository);
    await repository.close();
  });
  afterAll(() => registry.remove());

  const rows: readonly (readonly [string, Credentials | null, object | null])[] = [
    ['nobody', null, required],
    ['a password', registryLogin, null],
    ['a wrong password', alice, refused],
    ['an identity token', identity(planted.identityToken), refused],
    ['a registry token', { kind: 'registry-token', token: planted.registryToken }, refused],
  ];
  describe.each(operations)('%s', (_name, operation) => {
    it.each(rows)('with %s', async (_login, credentials, failure) => {
      expectOutcome(await failureOf(operation, open(registry.host, credentials)), failure);
    });
  });
});
