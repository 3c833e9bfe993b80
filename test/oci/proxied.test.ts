import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { Connections } from '../../main/oci/connections.ts';
import { plainNetwork, type Network } from '../../main/oci/network.ts';
import { parseProxy, proxiesOfEnvironment, proxyForAll } from '../../main/oci/proxy.ts';
import type { OciRepositoryOptions } from '../../main/oci/repository.ts';
import { PrivateAuthority, type Certificate } from '../peers/certificate.ts';
import { forwardProxy } from '../peers/started-proxy.ts';
import { describeWithRealPart } from '../peers/real-parts.ts';
import { scriptedRegistry } from '../peers/scripted-registry.ts';
import { openScripted, testClock, tokenService, whenLoggedIn, withLogin, login } from './scripted.ts';
import { everythingOf } from './secrets.ts';

const proxyPassword = 'proxy-PLANTED-91ce';
const proxyLogin = { username: 'anna', password: proxyPassword };

/** A client that obeys `network`, for a host that exists only behind the proxy. */
function open(host: string, network: Partial<Network>, options: OciRepositoryOptions = {}) {
  const { clock = testClock() } = options;
  const connections = new Connections({ network: { ...plainNetwork, ...network }, clock });
  onTestFinished(() => connections.close());
  return openScripted(host, { ...options, connections, clock });
}
const usesPlainHttp = (host: string) => host === 'registry.lan:5000';

/** A loopback port where nothing listens. */
async function deadPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const forbidden = (error: unknown) => everythingOf(error).includes(proxyPassword);
const encodedLogin = Buffer.from(`anna:${proxyPassword}`).toString('base64');

describeWithRealPart('openssl', 'through a proxy', () => {
  let authority: PrivateAuthority;
  let registryCertificate: Certificate;
  beforeAll(async () => {
    authority = await PrivateAuthority.make();
    registryCertificate = await authority.issue('registry.example');
  });
  afterAll(() => authority.remove());

  const secureRegistry = () =>
    scriptedRegistry({ cert: registryCertificate.certificate, key: registryCertificate.key });
  const tlsFor = () => ({ authorities: [authority.certificate], client: null });

  it('https goes in a tunnel that names the host, for every request and connection', async () => {
    const registry = await secureRegistry();
    registry.always('GET', '/v2/', { body: {} });
    const proxy = await forwardProxy({ port: () => registry.port });
    const repository = open('registry.example', {
      tlsFor,
      proxyFor: proxiesOfEnvironment({ HTTPS_PROXY: `http://${proxy.host}` }),
    });
    await repository.ping();
    await repository.ping();
    expect(new Set(proxy.passed)).toEqual(new Set(['CONNECT registry.example:443']));
    expect(registry.requests).toHaveLength(2);
    expect(registry.requests[0]?.headers.host).toBe('registry.example');
  });

  it('a proxy may itself be reached by TLS', async () => {
    const registry = await secureRegistry();
    registry.always('GET', '/v2/', { body: {} });
    const tls = await authority.issue('localhost');
    const proxy = await forwardProxy({ port: () => registry.port, tls });
    const proxyFor = proxiesOfEnvironment({ HTTPS_PROXY: `https://localhost:${proxy.port}` });
    await open('registry.example', { tlsFor, proxyFor }).ping();
    expect(proxy.passed).toEqual(['CONNECT registry.example:443']);
    const trustsNobody = open('registry.example', { proxyFor });
    await expect(trustsNobody.ping()).rejects.toMatchObject({
      code: 'network',
      detail: { reason: 'proxy-unreachable', proxy: `https://localhost:${proxy.port}` },
    });
  });

  it('the proxy gets its own login, and the registry never sees it', async () => {
    const registry = await secureRegistry();
    registry.always('GET', '/v2/', whenLoggedIn({ body: {} }));
    const proxy = await forwardProxy({ port: () => registry.port, login: proxyLogin });
    const proxyFor = proxiesOfEnvironment({ HTTPS_PROXY: `http://anna:${proxyPassword}@${proxy.host}` });
    await open('registry.example', { tlsFor, proxyFor }, withLogin).ping();
    expect(proxy.passed[0]).toBe('CONNECT registry.example:443');
    expect(new Set(proxy.logins)).toEqual(new Set([`Basic ${encodedLogin}`]));
    expect(JSON.stringify(registry.requests)).not.toContain(encodedLogin);
    expect(registry.requests.every(({ headers }) => headers['proxy-authorization'] === undefined)).toBe(true);
  });

  it.each([
    ['no login', '', 'proxy-login-required'],
    ['a wrong login', `anna:${proxyPassword}@`, 'proxy-login-refused'],
  ])(
    'a proxy that asks for one and gets %s fails auth, names itself, and is asked once',
    async (_, user, reason) => {
      const registry = await secureRegistry();
      const proxy = await forwardProxy({
        port: () => registry.port,
        login: { username: 'anna', password: 'other' },
      });
      const clock = testClock();
      const proxyFor = proxiesOfEnvironment({ HTTPS_PROXY: `http://${user}${proxy.host}` });
      const error: unknown = await open('registry.example', { tlsFor, proxyFor }, { clock })
        .resolve('t')
        .catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({
        code: 'auth',
        detail: { reason, status: 407, proxy: `http://${proxy.host}` },
      });
      expect(forbidden(error)).toBe(false);
      expect(proxy.logins).toHaveLength(1);
      expect(clock.waits).toEqual([]);
      expect(registry.requests).toEqual([]);
    },
  );

  it('a proxy that is down is what the error names, not the registry', async () => {
    const port = await deadPort();
    const proxyFor = proxiesOfEnvironment({ HTTPS_PROXY: `http://anna:${proxyPassword}@127.0.0.1:${port}` });
    const error: unknown = await open('registry.example', { proxyFor })
      .ping()
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'network',
      detail: { reason: 'proxy-unreachable', proxy: `http://127.0.0.1:${port}`, system: 'ECONNREFUSED' },
    });
    expect(forbidden(error)).toBe(false);
  });

  it.each([
    [403, 1],
    [502, 4],
  ])(
    'a proxy that opens no tunnel (%i) says so; only what passes is tried again',
    async (status, attempts) => {
      const proxy = await forwardProxy({ port: () => 1, refuse: status });
      const proxyFor = proxiesOfEnvironment({ HTTPS_PROXY: proxy.host });
      await expect(open('registry.example', { proxyFor }).resolve('t')).rejects.toMatchObject({
        code: 'network',
        detail: { reason: 'proxy-refused', status },
      });
      expect(proxy.logins).toHaveLength(attempts);
    },
  );

  it('inside the tunnel it is the registry whose certificate is judged', async () => {
    const registry = await secureRegistry();
    const proxy = await forwardProxy({ port: () => registry.port });
    const proxyFor = proxiesOfEnvironment({ HTTPS_PROXY: proxy.host });
    await expect(open('registry.example', { proxyFor }).ping()).rejects.toMatchObject({
      code: 'network',
      detail: { reason: 'untrusted-certificate' },
    });
    await expect(open('other.example', { proxyFor, tlsFor }).ping()).rejects.toMatchObject({
      detail: { system: 'ERR_TLS_CERT_ALTNAME_INVALID' },
    });
    expect(registry.requests).toEqual([]);
  });

  it('token services and redirect targets obey the same rules, each by its own host', async () => {
    const registry = await secureRegistry();
    registry.always('GET', '/v2/', ({ headers }) =>
      headers.authorization === 'Bearer token-1'
        ? { status: 307, headers: { location: 'https://storage.registry.example/v2/' } }
        : headers.host === 'storage.registry.example'
          ? { body: {} }
          : {
              status: 401,
              headers: {
                'www-authenticate': 'Bearer realm="https://auth.registry.example/token",service="s"',
              },
            },
    );
    tokenService(registry);
    const certificate = await authority.issue('*.registry.example');
    const others = await scriptedRegistry({ cert: certificate.certificate, key: certificate.key });
    tokenService(others);
    others.always('GET', '/v2/', { body: {} });
    const near = await forwardProxy({ port: () => registry.port });
    const far = await forwardProxy({ port: () => others.port });
    const nearChoice = proxyForAll(parseProxy(near.host), '');
    const farChoice = proxyForAll(parseProxy(far.host), '');
    const proxyFor: Network['proxyFor'] = (target) =>
      target.hostname === 'registry.example' ? nearChoice(target) : farChoice(target);
    await open('registry.example', { tlsFor, proxyFor }, withLogin).ping();
    expect(new Set(near.passed)).toEqual(new Set(['CONNECT registry.example:443']));
    expect(new Set(far.passed)).toEqual(
      new Set(['CONNECT auth.registry.example:443', 'CONNECT storage.registry.example:443']),
    );
    expect(others.requests.find(({ path }) => path === '/v2/')?.headers.authorization).toBeUndefined();
  });
});

describe('plain HTTP through a proxy', () => {
  const choice = (host: string) => proxiesOfEnvironment({ HTTP_PROXY: host });

  it('goes in absolute form, to the host that was chosen', async () => {
    const registry = await scriptedRegistry();
    registry.always('GET', '/v2/', whenLoggedIn({ body: {} }));
    const proxy = await forwardProxy({ port: () => registry.port, login: proxyLogin });
    const proxyFor = choice(`anna:${proxyPassword}@${proxy.host}`);
    await open('registry.lan:5000', { proxyFor, usesPlainHttp }, withLogin).ping();
    expect(new Set(proxy.passed)).toEqual(new Set(['GET http://registry.lan:5000/v2/']));
    expect(registry.requests.at(-1)?.headers.host).toBe('registry.lan:5000');
    expect(registry.credentialsSeen).toHaveLength(1);
    expect(JSON.stringify(registry.requests)).not.toContain(encodedLogin);
  });

  it('takes the login that was named for plain HTTP, also where https has another one for the same proxy', async () => {
    const registry = await scriptedRegistry();
    registry.always('GET', '/v2/', { body: {} });
    const proxy = await forwardProxy({ port: () => registry.port });
    const proxyFor = proxiesOfEnvironment({
      HTTPS_PROXY: `http://secure:s@${proxy.host}`,
      HTTP_PROXY: `http://plain:p@${proxy.host}`,
    });
    const connections = new Connections({ network: { ...plainNetwork, proxyFor, usesPlainHttp } });
    onTestFinished(() => connections.close());
    await expect(
      openScripted('registry.example', { connections, clock: testClock() }).ping(),
    ).rejects.toThrow();
    const before = proxy.logins.length;
    await openScripted('registry.lan:5000', { connections }).ping();
    const encoded = (login: string) => `Basic ${Buffer.from(login).toString('base64')}`;
    expect(new Set(proxy.logins.slice(0, before))).toEqual(new Set([encoded('secure:s')]));
    expect(new Set(proxy.logins.slice(before))).toEqual(new Set([encoded('plain:p')]));
  });

  it('and 407 is the proxy asking, not the registry', async () => {
    const proxy = await forwardProxy({ port: () => 1, login: proxyLogin });
    await expect(
      open('registry.lan:5000', { proxyFor: choice(proxy.host), usesPlainHttp }).ping(),
    ).rejects.toMatchObject({ code: 'auth', detail: { reason: 'proxy-login-required' } });
    const port = await deadPort();
    await expect(
      open('registry.lan:5000', { proxyFor: choice(`127.0.0.1:${port}`), usesPlainHttp }).ping(),
    ).rejects.toMatchObject({ code: 'network', detail: { reason: 'proxy-unreachable' } });
  });

  it('loopback never goes there, whatever the rules say', async () => {
    const registry = await scriptedRegistry();
    registry.always('GET', '/v2/', { body: {} });
    const proxy = await forwardProxy({ port: () => registry.port });
    for (const proxyFor of [choice(proxy.host), proxyForAll(parseProxy(proxy.host), '')]) {
      await open(registry.host, { proxyFor }).ping();
    }
    expect(proxy.logins).toEqual([]);
  });
});

describe('plain HTTP by choice', () => {
  /** Names of tests exist nowhere: the way through a proxy is an honest way to a host that is not this computer. */
  async function chosenHost() {
    const registry = await scriptedRegistry();
    const proxy = await forwardProxy({ port: () => registry.port });
    const proxyFor = proxiesOfEnvironment({ HTTP_PROXY: proxy.host });
    const repository = open('registry.lan:5000', { proxyFor, usesPlainHttp }, withLogin);
    return { registry, proxy, repository };
  }

  it('is never what happens without it', async () => {
    const { proxy, registry } = await chosenHost();
    const proxyFor = proxiesOfEnvironment({ HTTP_PROXY: proxy.host, HTTPS_PROXY: proxy.host });
    await expect(open('registry.lan:5000', { proxyFor }, withLogin).ping()).rejects.toMatchObject({
      code: 'network',
      detail: { reason: 'not-encrypted' },
    });
    expect(proxy.passed).toEqual(['CONNECT registry.lan:5000']);
    expect(registry.requests).toEqual([]);
  });

  it.each(['http://other.lan/x', 'http://registry.lan:5001/x', 'http://127.0.0.1:2375/x'])(
    'means this host alone: a redirect to %s is refused',
    async (location) => {
      const { registry, proxy, repository } = await chosenHost();
      registry.once('GET', '/v2/', { status: 307, headers: { location } });
      await expect(repository.ping()).rejects.toMatchObject({ code: 'protocol' });
      expect(proxy.passed).toEqual(['GET http://registry.lan:5000/v2/']);
    },
  );

  it('means this host alone: a token service elsewhere without encryption never sees the login', async () => {
    const { registry, proxy, repository } = await chosenHost();
    registry.once('GET', '/v2/', {
      status: 401,
      headers: { 'www-authenticate': 'Bearer realm="http://auth.lan/token",service="s"' },
    });
    await expect(repository.ping()).rejects.toMatchObject({ code: 'protocol' });
    expect(proxy.passed).toEqual(['GET http://registry.lan:5000/v2/']);
    expect(registry.credentialsSeen).toEqual([]);
  });

  it('covers redirects and the token service of that host itself', async () => {
    const { registry, repository } = await chosenHost();
    registry.always('GET', '/v2/', ({ headers }) =>
      headers.authorization === undefined
        ? {
            status: 401,
            headers: { 'www-authenticate': 'Bearer realm="http://registry.lan:5000/token",service="s"' },
          }
        : { status: 307, headers: { location: '/moved' } },
    );
    tokenService(registry);
    registry.once('GET', '/moved', { body: {} });
    await repository.ping();
    expect(login.username).toBe(
      registry.requests.find(({ path }) => path === '/token')?.query.get('account'),
    );
  });
});
