/** Hosts that are trusted by one exact certificate, against the embedded registry on a loopback address. */
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { Connections } from '../../main/oci/connections.ts';
import { plainNetwork } from '../../main/oci/network.ts';
import { shownCertificate } from '../../main/oci/pinned-certificate.ts';
import { parseRepositoryReference, registryUrl } from '../../main/oci/reference.ts';
import { OciRepository } from '../../main/oci/repository.ts';
import type { OpenNetwork } from '../../main/registry/network.ts';
import { keptCertificate } from '../../main/registry/certificate.ts';
import { systemClock } from '../../main/base/clock.ts';
import { join } from 'node:path';
import { started, temporaryFolder } from '../registry/started.ts';

/**
 * Loopback, written so that it is not plain HTTP: what names this computer in its usual form is never encrypted, and
 * nothing of a test is to be reached from elsewhere.
 */
const address = '::ffff:127.0.0.2';

async function sharedRegistry(): Promise<{ network: OpenNetwork; host: string; password: string }> {
  const peer = await started();
  onTestFinished(() => peer.close());
  const network = await peer.registry.network.open({
    address,
    port: 0,
    repository: 'mail',
    quotaBytes: null,
  });
  const { password } = await peer.registry.network.invite('bob');
  return { network, host: network.hosts[0] ?? '', password };
}

function client(host: string, pin: string | null, password: string): OciRepository {
  const reference = parseRepositoryReference(`${host}/mail`);
  const pins = (asked: string) => (asked === registryUrl(reference).host ? pin : null);
  const connections = new Connections({ network: { ...plainNetwork, pinnedCertificate: pins } });
  onTestFinished(() => connections.close());
  return new OciRepository(reference, {
    connections,
    credentials: () => Promise.resolve({ username: 'bob', password }),
  });
}

test('the host with the pinned certificate is spoken to, without an authority that vouches for it', async () => {
  const { network, host, password } = await sharedRegistry();
  const repository = client(host, network.fingerprint, password);
  await expect(repository.ping()).resolves.toBeUndefined();
  const { digest } = await repository.ensureEmptyConfig();
  expect(digest).toMatch(/^sha256:/);
});

test('without a pin it is refused as nobody vouches for it', async () => {
  const { host, password } = await sharedRegistry();
  await expect(client(host, null, password).ping()).rejects.toMatchObject({
    code: 'network',
    detail: { system: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
  });
});

test('another certificate than the pinned one is untrusted, and gets neither a request nor a password', async () => {
  const folder = await temporaryFolder();
  const other = await keptCertificate(join(folder, 'certificate.json'), ['127.0.0.2'], systemClock);
  const requests: string[] = [];
  const impostor = createServer({ key: other.key, cert: other.certificate }, (request, response) => {
    requests.push(request.url ?? '');
    response.end();
  });
  await new Promise<void>((resolve) => impostor.listen(0, address, resolve));
  onTestFinished(() => void impostor.close());
  const host = `[${address}]:${(impostor.address() as AddressInfo).port}`;
  const pin = '0'.repeat(64);
  await expect(client(host, pin, 'secret').ping()).rejects.toMatchObject({
    code: 'untrusted',
    detail: { pinned: pin, shown: other.fingerprint },
  });
  expect(requests).toEqual([]);
});

test('pins that cannot be looked up stop the request', async () => {
  const { host } = await sharedRegistry();
  const pins = () => {
    throw new Error('The store is gone.');
  };
  const connections = new Connections({ network: { ...plainNetwork, pinnedCertificate: pins } });
  onTestFinished(() => connections.close());
  const repository = new OciRepository(parseRepositoryReference(`${host}/mail`), { connections });
  await expect(repository.ping()).rejects.toThrow();
});

test('the fingerprint to compare is that of the certificate which the host shows now', async () => {
  const { network, host } = await sharedRegistry();
  const shown = await shownCertificate(registryUrl(parseRepositoryReference(`${host}/mail`)));
  expect(shown).toEqual({
    fingerprint: network.fingerprint,
    expiresAt: network.certificateExpiresAt,
  });
});

test('where nobody listens there is no certificate: network', async () => {
  const { host, network } = await sharedRegistry();
  const closed = registryUrl(parseRepositoryReference(`${host.replace(`:${network.port}`, ':9')}/mail`));
  await expect(shownCertificate(closed)).rejects.toMatchObject({ code: 'network' });
});
