import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../main/base/clock.ts';
import { ConnectionTests } from '../../main/messenger/connection/connection-tests.ts';
import { NetworkSettings } from '../../main/messenger/network/network-settings.ts';
import { SettingsService } from '../../main/messenger/settings.ts';
import { PrivateAuthority, type Certificate } from '../peers/certificate.ts';
import { forwardProxy } from '../peers/started-proxy.ts';
import { describeWithRealPart } from '../peers/real-parts.ts';
import { scriptedRegistry } from '../peers/scripted-registry.ts';
import { temporaryVault, workbench } from './workbench.ts';

const proxyPassword = 'proxy-PLANTED-4d2f';
const somewhere = new URL('https://registry.example/');

/** The network's settings of a home, with an environment of the test's. */
async function desk(environment: Record<string, string> = {}) {
  const { context } = await workbench();
  const { vault } = await temporaryVault();
  const settings = new SettingsService(context.store, context.events);
  const surroundings = { environment, home: context.home };
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
    expect((await network.rules()).proxyFor(somewhere)?.address.host).toBe('proxy.example:3128');
    const view = await network.view();
    expect(view.proxy).toMatchObject({ mode: 'system', systemAddress: 'http://proxy.example:3128' });
    expect(JSON.stringify(view)).not.toContain(proxyPassword);
    await network.setProxy({ mode: 'none' });
    expect((await network.rules()).proxyFor(somewhere)).toBeNull();
  });

  it('that was entered gets its login from the vault, and only the vault has it', async () => {
    const { network, settings, vault } = await desk();
    await network.setProxy({
      mode: 'address',
      address: `anna:${proxyPassword}@proxy.example:3128`,
      exceptions: '.lan',
    });
    const rules = await network.rules();
    expect(rules.proxyFor(somewhere)?.login).toEqual({ username: 'anna', password: proxyPassword });
    expect(rules.proxyFor(new URL('https://registry.lan/'))).toBeNull();
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
    expect((await network.rules()).proxyFor(somewhere)?.login).toEqual(login);
    await network.setProxy({ mode: 'address', address: 'other.example:3128' });
    expect((await network.rules()).proxyFor(somewhere)?.login).toBeNull();
  });

  it('is refused where it is none', async () => {
    const { network } = await desk();
    await expect(network.setProxy({ mode: 'address' })).rejects.toMatchObject({ code: 'invalid' });
    await expect(network.setProxy({ mode: 'address', address: 'socks5://p:1' })).rejects.toMatchObject({
      code: 'unsupported',
    });
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
