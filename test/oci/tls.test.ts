import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Agent } from 'undici';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { Connections } from '../../main/oci/connections.ts';
import { openScripted, testClock } from './scripted.ts';
import { makeCertificate, type Certificate } from '../peers/certificate.ts';
import { describeWithRealPart } from '../peers/real-parts.ts';

describeWithRealPart('openssl', 'TLS', () => {
  let certificate: Certificate;
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
        lookup: (_name, _options, callback) => callback(null, [{ address: '127.0.0.1', family: 4 }]),
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
