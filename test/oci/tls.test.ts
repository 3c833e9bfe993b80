import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type ServerOptions } from 'node:https';
import type { AddressInfo, LookupFunction } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent } from 'undici';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { Connections } from '../../main/oci/connections.ts';
import { openScripted, testClock } from './scripted.ts';
import { networkDispatcher, plainNetwork } from '../../main/oci/network.ts';
import { usualTls, type HostTls } from '../../main/oci/trust-store.ts';
import {
  makeCertificate,
  pkcs12,
  PrivateAuthority,
  type Certificate,
  type CertificateFiles,
} from '../peers/certificate.ts';
import { startDockerRegistry } from '../peers/docker-registry.ts';
import { describeWithRealPart } from '../peers/real-parts.ts';
import { scriptedRegistry } from '../peers/scripted-registry.ts';

/** Names of tests exist nowhere: all of them lead here. */
const toLoopback: LookupFunction = (_name, _options, callback) =>
  callback(null, [{ address: '127.0.0.1', family: 4 }]);
const connect = { timeout: 10_000, lookup: toLoopback };

describeWithRealPart('openssl', 'TLS with a private authority', () => {
  let authority: PrivateAuthority;
  let pair: Certificate;
  beforeAll(async () => {
    authority = await PrivateAuthority.make();
    pair = await authority.issue('registry.example');
  });
  afterAll(() => authority.remove());

  /** A registry that speaks TLS, and a client for it under its name that trusts and shows what `tls` says. */
  const meet = async (server: ServerOptions, tls: Partial<HostTls>, name = 'registry.example') => {
    const registry = await scriptedRegistry({ cert: pair.certificate, key: pair.key, ...server });
    const hosts: string[] = [];
    const tlsFor = (host: string) => {
      hosts.push(host);
      return { ...usualTls, ...tls };
    };
    const dispatcher = networkDispatcher({ ...plainNetwork, tlsFor }, null, { connect });
    onTestFinished(() => dispatcher.destroy());
    const connections = new Connections({ dispatcher, clock: testClock() });
    const client = openScripted(`${name}:${registry.port}`, { connections });
    return { registry, client, hosts };
  };

  it('is trusted once the authority is added, for the host that it was added for', async () => {
    const { registry, client, hosts } = await meet({}, { authorities: [authority.certificate] });
    registry.always('GET', '/v2/', { body: {} });
    await client.ping();
    await client.ping();
    expect(hosts).toEqual([`registry.example:${registry.port}`]);
  });

  it('is not trusted without, and the error says what can be done', async () => {
    const { client } = await meet({}, {});
    await expect(client.ping()).rejects.toMatchObject({
      code: 'network',
      detail: { reason: 'untrusted-certificate', system: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' },
    });
  });

  it.each(['SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS'])(
    'is trusted where %s names the authority',
    async (name) => {
      const folder = await mkdtemp(join(tmpdir(), 'dockercomms-trust-'));
      onTestFinished(() => rm(folder, { recursive: true, force: true }));
      await writeFile(join(folder, 'ca.pem'), authority.certificate);
      vi.stubEnv(name, join(folder, 'ca.pem'));
      onTestFinished(() => void vi.unstubAllEnvs());
      const { registry, client } = await meet({}, {});
      registry.once('GET', '/v2/', { body: {} });
      await client.ping();
    },
  );

  it('a registry may ask who connects, and is told only where something was chosen for it', async () => {
    const own = await authority.issue('client.example');
    const server = { requestCert: true, rejectUnauthorized: true, ca: [authority.certificate] };
    const file = (await pkcs12(own, 'p')).toString('base64');
    for (const client of [
      { kind: 'pem', ...own },
      { kind: 'pkcs12', file, passphrase: 'p' },
    ] as const) {
      const known = await meet(server, { authorities: [authority.certificate], client });
      known.registry.always('GET', '/v2/', { body: {} });
      await expect(known.client.ping()).resolves.toBeUndefined();
    }
    const stranger = await meet(server, { authorities: [authority.certificate] });
    await expect(stranger.client.ping()).rejects.toMatchObject({ code: 'network' });
    expect(stranger.registry.requests).toEqual([]);
  });

  describeWithRealPart('docker-registry', 'and a registry that asks who connects', () => {
    it('says that it wants a client certificate, and lets in who has one', async () => {
      const own = await authority.issue('client.example');
      const registry = await startDockerRegistry({
        tls: { ...pair, clientAuthority: authority.certificate },
      });
      onTestFinished(() => registry.remove());
      const open = (client: HostTls['client']) => {
        const tlsFor = () => ({ authorities: [authority.certificate], client });
        const dispatcher = networkDispatcher({ ...plainNetwork, tlsFor }, null, { connect });
        onTestFinished(() => dispatcher.destroy());
        const connections = new Connections({ dispatcher, clock: testClock() });
        return openScripted(`registry.example:${registry.port}`, { connections });
      };
      await expect(open(null).ping()).rejects.toMatchObject({
        code: 'network',
        detail: { reason: 'client-certificate' },
      });
      await expect(open({ kind: 'pem', ...own }).ping()).resolves.toBeUndefined();
    });
  });
});

describeWithRealPart('openssl', 'TLS', () => {
  let certificate: CertificateFiles;
  let server: Server;
  beforeAll(async () => {
    certificate = await makeCertificate('registry.example');
    server = createServer({ cert: certificate.certificate, key: certificate.key }, (_request, response) => {
      response.writeHead(200, { 'docker-distribution-api-version': 'registry/2.0' }).end('{}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await certificate.remove();
  });

  /** A client for `name` at the server's port, whatever the name. */
  const open = (name: string, trusted: boolean, clock = testClock()) => {
    const dispatcher = new Agent({
      connect: {
        ...(trusted && { ca: certificate.certificate }),
        lookup: toLoopback,
      },
    });
    onTestFinished(() => dispatcher.destroy());
    return openScripted(`${name}:${(server.address() as AddressInfo).port}`, {
      connections: new Connections({ dispatcher, clock }),
      clock,
    });
  };

  it('is spoken with every host that is not this computer', async () => {
    await expect(open('registry.example', true).ping()).resolves.toBeUndefined();
  });

  it('fails network for a certificate that nobody vouches for, and does not try again', async () => {
    const clock = testClock();
    await expect(open('registry.example', false, clock).resolve('t')).rejects.toMatchObject({
      code: 'network',
      detail: { system: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
    });
    expect(clock.waits).toEqual([]);
  });

  it('fails network for a certificate of another name, and does not try again', async () => {
    const clock = testClock();
    await expect(open('other.example', true, clock).resolve('t')).rejects.toMatchObject({
      code: 'network',
      detail: { system: 'ERR_TLS_CERT_ALTNAME_INVALID' },
    });
    expect(clock.waits).toEqual([]);
  });
});
