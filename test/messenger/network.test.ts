import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../main/base/clock.ts';
import { ConnectionTests } from '../../main/messenger/connection/connection-tests.ts';
import { NetworkSettings } from '../../main/messenger/network/network-settings.ts';
import { SystemProxies } from '../../main/messenger/network/system-proxies.ts';
import { SettingsService } from '../../main/messenger/settings.ts';
import { parseRepositoryReference } from '../../main/oci/reference.ts';
import { testClock } from '../oci/scripted.ts';
import { PrivateAuthority, type Certificate } from '../peers/certificate.ts';
import { forwardProxy } from '../peers/started-proxy.ts';
import { describeWithRealPart } from '../peers/real-parts.ts';
import { scriptedRegistry } from '../peers/scripted-registry.ts';
import { temporaryVault, workbench } from './workbench.ts';

const proxyPassword = 'proxy-PLANTED-4d2f';

const proxyOf = async (network: NetworkSettings, target = 'https://registry.example/') =>
  (await network.rules()).proxyFor(new URL(target));

/** The network's settings of a home, with an environment and a desktop of the test's. */
async function desk(environment: Record<string, string> = {}, systemProxies?: SystemProxies) {
  const { context } = await workbench();
  const { vault } = await temporaryVault();
  const settings = new SettingsService(context.store, context.events);
  const surroundings = { environment, home: context.home, systemProxies };
  const network = new NetworkSettings({
    settings,
    vault,
    pinned: context.pinned,
    surroundings,
    clock: systemClock,
  });
  return { context, network, settings, vault };
}

describe('the proxy', () => {
  it('is the environment’s until somebody chooses', async () => {
    const { network } = await desk({ HTTPS_PROXY: `http://anna:${proxyPassword}@proxy.example:3128` });
    expect((await proxyOf(network))?.address.host).toBe('proxy.example:3128');
    const view = await network.view();
    expect(view.proxy).toMatchObject({ mode: 'system', system: { address: 'http://proxy.example:3128' } });
    expect(JSON.stringify(view)).not.toContain(proxyPassword);
    await network.setProxy({ mode: 'none' });
    expect(await proxyOf(network)).toBeNull();
  });

  it('that was entered gets its login from the vault, and only the vault has it', async () => {
    const { network, settings, vault } = await desk();
    await network.setProxy({
      mode: 'address',
      address: `anna:${proxyPassword}@proxy.example:3128`,
      exceptions: '.lan',
    });
    expect((await proxyOf(network))?.login).toEqual({ username: 'anna', password: proxyPassword });
    expect(await proxyOf(network, 'https://registry.lan/')).toBeNull();
    const view = await network.view();
    expect(view.proxy).toMatchObject({ address: 'http://proxy.example:3128', username: 'anna' });
    expect(JSON.stringify([view, settings.get()])).not.toContain(proxyPassword);
    expect(await vault.names()).toEqual(['proxy']);
  });

  it('keeps its login while other things change, and loses it with its address', async () => {
    const { network } = await desk();
    const login = { username: 'anna', password: proxyPassword };
    await network.setProxy({ mode: 'address', address: 'proxy.example:3128', login });
    await network.setProxy({ mode: 'address', address: 'http://proxy.example:3128/', exceptions: 'near' });
    expect((await proxyOf(network))?.login).toEqual(login);
    await network.setProxy({ mode: 'address', address: 'other.example:3128' });
    expect((await proxyOf(network))?.login).toBeNull();
  });

  it('is refused where it is none', async () => {
    const { network } = await desk();
    await expect(network.setProxy({ mode: 'address' })).rejects.toMatchObject({ code: 'invalid' });
    await expect(network.setProxy({ mode: 'address', address: 'socks5://p:1' })).rejects.toMatchObject({
      code: 'unsupported',
    });
  });
});

describe('the proxy of the system’s settings', () => {
  /** A desktop whose settings say `answer` for everything, and who was asked about. */
  function desktop(answer: string) {
    const asked: string[] = [];
    const ask = (origin: URL) => {
      asked.push(origin.href);
      return Promise.resolve(answer);
    };
    return { asked, proxies: new SystemProxies(ask, systemClock) };
  }
  const named = 'PROXY desk.example:3128;DIRECT';

  it('counts where neither the person nor the environment says anything, and is told origins only', async () => {
    const { asked, proxies } = desktop(named);
    const { network } = await desk({}, proxies);
    const proxy = await proxyOf(network, 'https://registry.example/v2/team/mail/tags/list?n=1');
    expect(proxy).toMatchObject({ address: { host: 'desk.example:3128' }, login: null });
    expect(asked).toEqual(['https://registry.example/']);
  });

  it.each([
    [{ HTTPS_PROXY: 'http://env.example:1' }, 'https://registry.example/', 'env.example:1'],
    [{ NO_PROXY: 'registry.example' }, 'https://registry.example/', undefined],
    [{ HTTPS_PROXY: 'http://env.example:1', NO_PROXY: '*' }, 'https://registry.example/', undefined],
    [{}, 'http://127.0.0.1:5000/', undefined],
    [{}, 'https://localhost:5000/', undefined],
    [{}, 'http://[::1]:5000/', undefined],
  ])('is not asked with %j for %s', async (environment, target, expected) => {
    const { asked, proxies } = desktop(named);
    const { network } = await desk(environment, proxies);
    expect((await proxyOf(network, target))?.address.host).toBe(expected);
    expect(asked).toEqual([]);
  });

  it.each([
    [{ HTTP_PROXY: 'http://env.example:1' }, 'https://registry.example/'],
    [{ NO_PROXY: 'near.example' }, 'https://registry.example/'],
  ])('is asked with %j, which say nothing of %s', async (environment, target) => {
    const { network } = await desk(environment, desktop(named).proxies);
    expect((await proxyOf(network, target))?.address.host).toBe('desk.example:3128');
  });

  it('is not asked once a person chose', async () => {
    const { asked, proxies } = desktop(named);
    const { network } = await desk({}, proxies);
    await network.setProxy({ mode: 'none' });
    expect(await proxyOf(network)).toBeNull();
    await network.setProxy({ mode: 'address', address: 'own.example:3128', exceptions: 'near.example' });
    expect((await proxyOf(network))?.address.host).toBe('own.example:3128');
    expect(await proxyOf(network, 'https://near.example/')).toBeNull();
    expect(asked).toEqual([]);
  });

  it('is shown, and so is who is asked and what cannot be used', async () => {
    const shown = async (systemProxies?: SystemProxies) =>
      (await (await desk({}, systemProxies)).network.view()).proxy.system;
    expect(await shown()).toEqual({ source: 'environment', address: null, isUsable: true });
    const address = 'http://desk.example:3128';
    expect(await shown(desktop(named).proxies)).toEqual({ source: 'desktop', address, isUsable: true });
    const socks = desktop('SOCKS5 s.example:1080').proxies;
    expect(await shown(socks)).toEqual({ source: 'desktop', address: null, isUsable: false });
  });

  it('carries requests, and another one does as soon as the settings are asked again', async () => {
    const registry = await scriptedRegistry();
    registry.always('GET', '/v2/', { status: 401, headers: { 'www-authenticate': 'Basic realm="r"' } });
    const [first, second] = [
      await forwardProxy({ port: () => registry.port }),
      await forwardProxy({ port: () => registry.port }),
    ];
    let answer = `PROXY ${first.host}`;
    const clock = testClock();
    const { context, network } = await desk({}, new SystemProxies(() => Promise.resolve(answer), clock));
    network.setPlainHttp({ host: 'registry.lan:5000', allowed: true });
    context.repositories.useNetwork(await network.rules());
    const { repository, close } = context.repositories.apart(
      parseRepositoryReference('registry.lan:5000/team/mail'),
      () => Promise.resolve(null),
    );
    onTestFinished(close);
    const ask = () => repository.ping().catch(() => undefined);
    await ask();
    const throughFirst = first.passed.length;
    expect(throughFirst).toBeGreaterThan(0);
    answer = `PROXY ${second.host}`;
    clock.advance(60_000);
    await ask();
    expect(first.passed).toHaveLength(throughFirst);
    expect(second.passed.length).toBeGreaterThan(0);
  });
});

describe('plain HTTP', () => {
  it('is for the host that was chosen, until it is taken back', async () => {
    const { network } = await desk();
    network.setPlainHttp({ host: 'Registry.lan:5000', allowed: true });
    network.setPlainHttp({ host: 'old.lan', allowed: true });
    const rules = await network.rules();
    expect(rules.usesPlainHttp('registry.lan:5000')).toBe(true);
    expect(rules.usesPlainHttp('old.lan:80')).toBe(true);
    for (const other of ['registry.lan', 'registry.lan:5001', 'x.registry.lan:5000']) {
      expect(rules.usesPlainHttp(other)).toBe(false);
    }
    network.setPlainHttp({ host: 'registry.lan:5000', allowed: false });
    expect((await network.rules()).usesPlainHttp('registry.lan:5000')).toBe(false);
  });

  it('is noticed without a login and without being used; once chosen, it holds at once', async () => {
    const registry = await scriptedRegistry();
    registry.always('GET', '/v2/', { status: 401, headers: { 'www-authenticate': 'Basic realm="r"' } });
    const proxy = await forwardProxy({ port: () => registry.port });
    const environment = { HTTP_PROXY: proxy.host, HTTPS_PROXY: proxy.host };
    const { context, network } = await desk(environment);
    const { repositories } = context;
    const tests = new ConnectionTests(context);
    const login = { kind: 'password', username: 'anna', password: 'PLANTED' } as const;
    const test = () => tests.ofUnsaved('test', 'registry.lan:5000/team/mail', login);
    repositories.useNetwork(await network.rules());
    const [reach] = (await test()).checks;
    expect(reach).toMatchObject({ outcome: 'failed', error: { detail: { reason: 'plain-http-only' } } });
    expect(registry.credentialsSeen).toEqual([]);
    network.setPlainHttp({ host: 'registry.lan:5000', allowed: true });
    repositories.useNetwork(await network.rules());
    const [reached, encryption, loggedIn] = (await test()).checks;
    expect(reached).toMatchObject({ outcome: 'passed' });
    expect(encryption).toMatchObject({ outcome: 'limited' });
    expect(loggedIn).toMatchObject({ outcome: 'failed', error: { code: 'auth' } });
  });

  it('a proxy that asks for a login is not a registry that answers', async () => {
    const proxy = await forwardProxy({ port: () => 1, login: { username: 'a', password: 'b' } });
    const { context, network } = await desk({ HTTPS_PROXY: proxy.host, HTTP_PROXY: proxy.host });
    context.repositories.useNetwork(await network.rules());
    const report = await new ConnectionTests(context).ofUnsaved('test', 'registry.lan/team/mail');
    expect(report.checks[0]).toMatchObject({
      outcome: 'failed',
      error: { code: 'auth', detail: { reason: 'proxy-login-required' } },
    });
  });
});

describeWithRealPart('openssl', 'certificates', () => {
  let authority: PrivateAuthority;
  let pair: Certificate;
  beforeAll(async () => {
    authority = await PrivateAuthority.make();
    pair = await authority.issue('client.example');
  });
  afterAll(() => authority.remove());
  const content = () => Buffer.from(authority.certificate).toString('base64');

  it('of authorities are trusted for all hosts or for one, are shown, and can be taken back', async () => {
    const { network } = await desk();
    network.addAuthorities({ content: content(), host: 'registry.example:443' });
    network.addAuthorities({ content: content(), host: 'registry.example:443' });
    const one = await network.rules();
    expect(one.tlsFor('registry.example').authorities).toHaveLength(1);
    expect(one.tlsFor('other.example').authorities).toEqual([]);
    network.addAuthorities({ content: content(), host: null });
    const [forOne, forAll] = (await network.view()).authorities;
    expect(forOne).toMatchObject({ host: 'registry.example:443', subject: 'CN=Example Authority' });
    expect((await network.rules()).tlsFor('other.example').authorities).toHaveLength(1);
    network.removeAuthority({ fingerprint: forAll?.fingerprint ?? '', host: null });
    expect((await network.view()).authorities).toEqual([forOne]);
  });

  it('that are no authorities are refused when they are chosen', async () => {
    const { network } = await desk();
    const leaf = Buffer.from(pair.certificate).toString('base64');
    expect(() => network.addAuthorities({ content: leaf, host: null })).toThrow(
      expect.objectContaining({ code: 'invalid', detail: { reason: 'not-an-authority' } }),
    );
    expect((await network.view()).authorities).toEqual([]);
  });

  it('of a client are sealed, go to their host alone, and never come out again', async () => {
    const { network, settings, vault } = await desk();
    const certificate = { kind: 'pem', ...pair } as const;
    await network.setClientCertificate({ host: 'registry.example', certificate });
    const rules = await network.rules();
    expect(rules.tlsFor('registry.example').client).toEqual(certificate);
    expect(rules.tlsFor('registry.example:5000').client).toBeNull();
    const view = await network.view();
    expect(view.clientCertificates).toMatchObject([
      { host: 'registry.example', subject: 'CN=client.example' },
    ]);
    const secretLine = pair.key.split('\n')[1] ?? 'none';
    expect(JSON.stringify([view, settings.get()])).not.toContain(secretLine);
    await network.removeClientCertificate({ host: 'registry.example' });
    expect(await vault.names()).toEqual([]);
    expect((await network.rules()).tlsFor('registry.example').client).toBeNull();
  });

  it('of a client are refused when they do not fit', async () => {
    const { network, vault } = await desk();
    const other = await authority.issue('other.example');
    const certificate = { kind: 'pem', certificate: pair.certificate, key: other.key } as const;
    await expect(
      network.setClientCertificate({ host: 'registry.example', certificate }),
    ).rejects.toMatchObject({
      code: 'invalid',
      detail: { reason: 'wrong-key' },
    });
    expect(await vault.names()).toEqual([]);
  });
});
