import { describe, expect, it } from 'vitest';
import type { Credentials } from '../../main/oci/repository.ts';
import {
  redirectTo,
  ociError,
  scriptedRegistry,
  type ScriptedAnswer,
  type ScriptedRegistry,
} from '../peers/scripted-registry.ts';
import { ScriptedWorld } from '../peers/scripted-world.ts';
import { blobOf } from './contract.ts';
import { openScripted, testClock } from './scripted.ts';
import { everythingOf, planted, secretsIn, secretsReceived } from './secrets.ts';

const home = 'https://registry.example';
const service = 'https://auth.example';
const collector = 'https://collector.example';
const blob = blobOf(Buffer.from('what was asked for'));
const blobPath = `/v2/team/mail/blobs/${blob.digest}`;

const identity = { kind: 'identity-token', token: planted.identityToken } as const;
const registryToken = { kind: 'registry-token', token: planted.registryToken } as const;

const challenge = (realm: string): ScriptedAnswer => ({
  status: 401,
  headers: { 'www-authenticate': `Bearer realm="${realm}",service="s"` },
});

/** The registry at `home`, one more peer for every other origin, and a client with this login. */
async function world<Origin extends string>(login: Credentials, ...others: readonly Origin[]) {
  const registry = await scriptedRegistry();
  const peers = {} as Record<Origin, ScriptedRegistry>;
  for (const origin of others) peers[origin] = await scriptedRegistry();
  const net = new ScriptedWorld({ [home]: registry, ...peers });
  const clock = testClock();
  const credentials = () => Promise.resolve(login);
  const repository = openScripted('registry.example', { credentials, clock, connections: net.connections });
  return { registry, peers, net, clock, repository };
}

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(secretsIn(everythingOf(error))).toEqual([]);
  return error;
}

describe('an identity token', () => {
  it.each([
    ['plain HTTP on the same host', 'http://registry.example/token'],
    ['plain HTTP elsewhere', 'http://collector.example/token'],
    ['this computer', 'https://localhost/token'],
    ['plain HTTP on this computer', 'http://127.0.0.1:8080/token'],
    ['an address with a user in it', 'https://user@auth.example/token'],
    ['no address', 'token'],
  ])('is not given to a realm on another origin that the realm rules refuse: %s', async (_name, realm) => {
    const { registry, net, repository } = await world(identity);
    registry.once('HEAD', blobPath, challenge(realm));
    expect(await failureOf(repository.exists(blob.digest))).toMatchObject({ code: 'protocol' });
    expect(net.departed).toHaveLength(1);
    expect(secretsReceived(registry.requests)).toEqual([]);
  });

  it('is not given to a realm that is named by another origin than the registry', async () => {
    const { registry, peers, net, repository } = await world(identity, collector);
    registry.once('GET', blobPath, redirectTo(`${collector}/object`, 307));
    peers[collector].once('GET', '/object', challenge(`${collector}/token`));
    expect(await failureOf(repository.fetchBlob(blob))).toMatchObject({ code: 'auth' });
    expect(net.departed.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `GET ${blobPath}`,
      'GET /object',
    ]);
    expect(secretsReceived(peers[collector].requests)).toEqual([]);
  });

  it.each([301, 302, 303, 307, 308])('is not sent after a redirect (%i) of its service', async (status) => {
    const { registry, net, peers, repository } = await world(identity, service, collector);
    registry.once('HEAD', blobPath, challenge(`${service}/token`));
    peers[service].once('POST', '/token', redirectTo(`${collector}/token`, status));
    expect(await failureOf(repository.exists(blob.digest))).toMatchObject({ code: 'protocol' });
    expect(net.origins).toEqual([home, service]);
    expect(net.originsWithCredentials).toEqual([]);
  });

  it('never goes to the registry itself, nor into an address or a header', async () => {
    const { registry, peers, net, repository } = await world(identity, service);
    registry.once('HEAD', blobPath, challenge(`${service}/token?from=registry`)).once('HEAD', blobPath, {});
    peers[service].once('POST', '/token', { body: { access_token: 'access' } });
    expect(await repository.exists(blob.digest)).toBe(true);
    expect(secretsReceived(registry.requests)).toEqual([]);
    expect(secretsReceived(peers[service].requests)).toEqual(['body: identityToken']);
    expect(net.originsWithCredentials).toEqual([home]);
  });

  it('that one service gave is not given to another one that is named later', async () => {
    const { registry, peers, clock, repository } = await world(identity, service, collector);
    registry.once('HEAD', blobPath, challenge(`${service}/token`)).once('HEAD', blobPath, {});
    peers[service].once('POST', '/token', {
      body: { access_token: 'one', refresh_token: 'of-this-service' },
    });
    await repository.exists(blob.digest);
    registry.once('HEAD', blobPath, challenge(`${collector}/token`)).once('HEAD', blobPath, {});
    peers[collector].once('POST', '/token', { body: { access_token: 'two' } });
    clock.advance(1_000);
    await repository.exists(blob.digest);
    expect(peers[collector].requests.map(({ body }) => body.toString('utf8')).join()).not.toContain(
      'of-this-service',
    );
  });

  it.each([
    ['a line break', 'a\r\nx-evil: 1'],
    ['a space', 'a b'],
    ['nothing', ''],
  ])('exchanged for an access token with %s in it gives none', async (_name, token) => {
    const { registry, peers, repository } = await world(identity, service);
    registry.once('HEAD', blobPath, challenge(`${service}/token`));
    peers[service].once('POST', '/token', { body: { access_token: token } });
    expect(await failureOf(repository.exists(blob.digest))).toMatchObject({ code: 'protocol' });
  });

  it.each<[string, ScriptedAnswer]>([
    [
      'in an error of OAuth2',
      { status: 400, body: { error: planted.identityToken, error_description: planted.identityToken } },
    ],
    ['as plain text', { status: 403, body: planted.identityToken }],
    ['in an answer that is no JSON', { status: 200, body: `${planted.identityToken}!` }],
    ['in JSON without a token', { status: 200, body: { access_token: [planted.identityToken] } }],
    ['in a reason for a lasting problem', { status: 500, body: planted.identityToken }],
  ])('that its service quotes %s is in no error', async (_name, answer) => {
    const { registry, peers, repository } = await world(identity, service);
    registry.once('HEAD', blobPath, challenge(`${service}/token`));
    peers[service].always('POST', '/token', answer);
    const error = await failureOf(repository.exists(blob.digest));
    // Parsers quote a few characters around what they did not understand.
    expect(everythingOf(error)).not.toContain(planted.identityToken.slice(0, 10));
  });

  it('that looks like the code of a registry error, and is quoted as one, is in no error', async () => {
    const token = 'IDENTITY_TOKEN_0A1B2C';
    const { registry, peers, repository } = await world({ ...identity, token }, service);
    registry.once('HEAD', blobPath, challenge(`${service}/token`));
    peers[service].once('POST', '/token', { status: 400, body: ociError(token) });
    expect(everythingOf(await failureOf(repository.exists(blob.digest)))).not.toContain(token);
  });

  it('exchanged at a service that never stops talking is given up', async () => {
    const { registry, peers, repository } = await world(identity, service);
    registry.once('HEAD', blobPath, challenge(`${service}/token`));
    peers[service].once('POST', '/token', { body: { access_token: 'x'.repeat(1_000_000) } });
    expect(await failureOf(repository.exists(blob.digest))).toMatchObject({ code: 'too-large' });
  });
});

describe('a registry token', () => {
  it('does not follow a redirect to another origin', async () => {
    const { registry, peers, net, repository } = await world(registryToken, collector);
    registry.once('GET', blobPath, challenge(`${collector}/token`));
    registry.once('GET', blobPath, redirectTo(`${collector}/object`, 307));
    peers[collector].once('GET', '/object', challenge(`${collector}/token`));
    expect(await failureOf(repository.fetchBlob(blob))).toMatchObject({ code: 'auth' });
    expect(net.originsWithCredentials).toEqual([home]);
    expect(secretsReceived(peers[collector].requests)).toEqual([]);
  });

  it('is never given to the realm, wherever that is', async () => {
    const { registry, net, repository } = await world(registryToken);
    registry.times(2, 'HEAD', blobPath, challenge(`${collector}/token`));
    expect(await failureOf(repository.exists(blob.digest))).toMatchObject({ code: 'auth' });
    expect(net.origins).toEqual([home]);
  });
});
