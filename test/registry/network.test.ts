/** The registry on the network: who comes in, what they may do there, and what stays when it starts again. */
import { readFile, stat } from 'node:fs/promises';
import { connect as connectPlain } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls, type PeerCertificate } from 'node:tls';
import { describe, expect, onTestFinished, test } from 'vitest';
import { lanAddresses, type NetworkOptions, type OpenNetwork } from '../../main/registry/network.ts';
import { parseBasic } from '../../main/registry/network-guard.ts';
import { makePassword } from '../../main/registry/password.ts';
import { SlowDown } from '../../main/registry/slow-down.ts';
import { registryLimits } from '../../main/registry/limits.ts';
import type { RegistryOptions } from '../../main/registry/server.ts';
import { digestOf, HttpClient, image, layer, withQuery } from './http-client.ts';
import { started, type Started } from './started.ts';

/** A loopback address stands for the network: nothing of a test can be reached from elsewhere. */
const address = '127.0.0.2';
const anyPort: NetworkOptions = { address, port: 0, repository: 'mail', quotaBytes: null };

interface Shared extends Started {
  readonly network: OpenNetwork;
  /** Somebody on the network, with these credentials. */
  readonly as: (name: string, password: string) => HttpClient;
}

async function shared(
  more: Partial<NetworkOptions> = {},
  options: Partial<RegistryOptions> = {},
): Promise<Shared> {
  const peer = await started(options);
  onTestFinished(() => peer.close());
  const network = await peer.registry.network.open({ ...anyPort, ...more });
  return { ...peer, network, as: (name, password) => guest(network, name, password) };
}

function guest({ hosts }: OpenNetwork, name: string, password: string): HttpClient {
  const login = Buffer.from(`${name}:${password}`).toString('base64');
  const client = new HttpClient(`https://${hosts[0] ?? ''}`, {
    connect: { rejectUnauthorized: false },
    headers: { authorization: `Basic ${login}` },
  });
  onTestFinished(() => client.close());
  return client;
}

function shownCertificate({ port }: OpenNetwork): Promise<PeerCertificate> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ host: address, port, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate());
      socket.end();
    }).once('error', reject);
  });
}

describe('who comes in', () => {
  test('an invited person with their password; nobody else hears more than that a login is needed', async () => {
    const { registry, as, network } = await shared();
    const { password } = await registry.network.invite('bob');
    expect((await as('bob', password).ask('GET', '/v2/')).status).toBe(200);
    for (const [name, wrong] of [
      ['bob', 'wrong'],
      ['nobody', password],
      ['bob', ''],
    ] as const) {
      const answer = await as(name, wrong).ask('GET', '/v2/mail/tags/list');
      expect(answer.status).toBe(401);
      expect(answer.headers['www-authenticate']).toMatch(/^Basic realm=/);
    }
    const anonymous = new HttpClient(`https://${network.hosts[0] ?? ''}`, {
      connect: { rejectUnauthorized: false },
    });
    expect((await anonymous.ask('GET', '/v2/')).status).toBe(401);
    await anonymous.close();
  });

  test('somebody whose password was revoked is out at once, on connections that are open already', async () => {
    const { registry, as } = await shared();
    const { password } = await registry.network.invite('bob');
    const bob = as('bob', password);
    expect((await bob.ask('GET', '/v2/')).status).toBe(200);
    await registry.network.revoke('bob');
    expect((await bob.ask('GET', '/v2/')).status).toBe(401);
    const again = await registry.network.invite('bob');
    expect(again.password).not.toBe(password);
    expect((await bob.ask('GET', '/v2/')).status).toBe(401);
  });

  test('without TLS nothing is answered', async () => {
    const { network } = await shared();
    const answer = await new Promise<string>((resolve) => {
      let text = '';
      const socket = connectPlain(network.port, address, () =>
        socket.write('GET /v2/ HTTP/1.1\r\nhost: x\r\n\r\n'),
      );
      socket.on('data', (piece) => (text += piece.toString('latin1')));
      socket.once('error', () => undefined).once('close', () => resolve(text));
    });
    expect(answer).not.toContain('200');
    expect(answer).not.toContain('docker-distribution');
  });

  test('without a password nobody is let in on another address than loopback', async () => {
    await expect(started({ host: '0.0.0.0' })).rejects.toMatchObject({ code: 'invalid' });
  });

  test('a page in a browser that knows the password is refused', async () => {
    const { registry, as } = await shared();
    const bob = as('bob', (await registry.network.invite('bob')).password);
    const headers = { origin: 'https://evil.example' };
    expect((await bob.ask('GET', '/v2/', { headers })).status).toBe(403);
  });

  test('the loopback address needs no login, as before', async () => {
    const { client } = await shared();
    expect((await client.ask('GET', '/v2/')).status).toBe(200);
  });

  test('closed means closed: nobody answers, and loopback goes on', async () => {
    const { registry, client, as } = await shared();
    const bob = as('bob', (await registry.network.invite('bob')).password);
    await registry.network.close();
    await expect(bob.ask('GET', '/v2/')).rejects.toThrow();
    expect(registry.network.state()).toBeNull();
    expect((await client.ask('GET', '/v2/')).status).toBe(200);
  });
});

describe('guessing', () => {
  test('wrong passwords make their address wait; who was let in before goes on', async () => {
    // All of it happens in one moment: no wait ends meanwhile.
    const clock = { now: () => Date.UTC(2026, 0, 1), after: () => () => undefined };
    const { registry, as } = await shared({}, { clock });
    const bob = as('bob', (await registry.network.invite('bob')).password);
    expect((await bob.ask('GET', '/v2/')).status).toBe(200);
    const statuses: number[] = [];
    for (let guess = 0; guess <= registryLimits.freeFailures; guess += 1) {
      statuses.push((await as('bob', `guess ${guess}`).ask('GET', '/v2/')).status);
    }
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
    const refused = await as('bob', 'another guess').ask('GET', '/v2/');
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect((await bob.ask('GET', '/v2/')).status).toBe(200);
  });

  test('many connections that begin at once with one right password are no guessing', async () => {
    const { registry, as } = await shared();
    const { password } = await registry.network.invite('bob');
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => as('bob', password).ask('GET', '/v2/')),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 12 }, () => 200));
  });

  test('each further wrong password waits longer, up to a minute, and a right one ends it', () => {
    let now = 0;
    const slow = new SlowDown({ now: () => now, after: () => () => undefined });
    for (let failure = 1; failure < registryLimits.freeFailures; failure += 1) slow.failed('192.0.2.1');
    expect(slow.wait('192.0.2.1')).toBe(0);
    const waits = Array.from({ length: 8 }, () => {
      slow.failed('192.0.2.1');
      return slow.wait('192.0.2.1');
    });
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
    expect(slow.wait('192.0.2.2')).toBe(0);
    now += 60_000;
    expect(slow.wait('192.0.2.1')).toBe(0);
    slow.failed('192.0.2.1');
    slow.succeeded('192.0.2.1');
    expect(slow.wait('192.0.2.1')).toBe(0);
  });

  test('one machine with a network of IPv6 addresses is one source; IPv4 written as IPv6 is IPv4', () => {
    const slow = new SlowDown({ now: () => 0, after: () => () => undefined });
    for (let at = 0; at < registryLimits.freeFailures; at += 1) slow.failed(`2001:db8:1:2::${at}`);
    expect(slow.wait('2001:db8:1:2:ffff:0:0:1')).toBeGreaterThan(0);
    expect(slow.wait('2001:db8:1:3::1')).toBe(0);
    for (let at = 0; at < registryLimits.freeFailures; at += 1) slow.failed('::ffff:192.0.2.9');
    expect(slow.wait('192.0.2.9')).toBeGreaterThan(0);
  });

  test('a crowd of addresses does not take memory: the oldest are forgotten', () => {
    const slow = new SlowDown({ now: () => 0, after: () => () => undefined });
    for (let at = 0; at < registryLimits.freeFailures; at += 1) slow.failed('first');
    for (let at = 0; at < registryLimits.sourcesRemembered; at += 1) slow.failed(`other ${at}`);
    expect(slow.wait('first')).toBe(0);
  });

  test('passwords are made, long, and of letters that nobody mixes up', () => {
    const made = new Set(Array.from({ length: 200 }, () => makePassword()));
    expect(made.size).toBe(200);
    for (const password of made) expect(password).toMatch(/^(?:[a-km-np-z2-9]{4}-){4}[a-km-np-z2-9]{4}$/);
  });

  test('a header that is no Basic login is none', () => {
    for (const header of [undefined, '', 'Bearer abc', 'Basic', 'Basic !!', `Basic ${btoa('no colon')}`]) {
      expect(parseBasic(header)).toBeNull();
    }
    expect(parseBasic(`basic ${btoa('a:b:c')}`)).toEqual({ name: 'a', password: 'b:c' });
  });
});

describe('what people may do', () => {
  test('read and write in the shared repository', async () => {
    const { registry, as } = await shared();
    const bob = as('bob', (await registry.network.invite('bob')).password);
    const { text } = await bob.pushImage('mail', 'hello');
    expect((await bob.ask('GET', '/v2/mail/manifests/hello')).body.toString()).toBe(text);
    expect((await bob.ask('GET', '/v2/mail/tags/list')).status).toBe(200);
  });

  test('not delete: that is the owner’s', async () => {
    const { registry, client, as } = await shared();
    const bob = as('bob', (await registry.network.invite('bob')).password);
    const { digest } = await bob.pushImage('mail', 'hello');
    for (const path of ['manifests/hello', `manifests/${digest}`, `blobs/${digestOf('{}')}`]) {
      expect((await bob.ask('DELETE', `/v2/mail/${path}`)).status).toBe(403);
    }
    expect((await client.ask('DELETE', '/v2/mail/manifests/hello')).status).toBe(202);
  });

  test('nothing in other repositories, and not even find out whether they are there', async () => {
    const { registry, client, as } = await shared();
    const bob = as('bob', (await registry.network.invite('bob')).password);
    await client.pushImage('private', 'hello');
    const digest = await client.pushBlob('private', 'a secret');
    for (const path of ['private/tags/list', 'absent/tags/list', `private/blobs/${digest}`]) {
      expect((await bob.ask('GET', `/v2/${path}`)).status).toBe(403);
    }
    for (const mount of [`mount=${digest}&from=private`, `mount=${digest}`]) {
      expect((await bob.ask('POST', `/v2/mail/blobs/uploads/?${mount}`)).status).toBe(202);
    }
    expect((await bob.ask('GET', `/v2/mail/blobs/${digest}`)).status).toBe(404);
  });

  test('an upload is for whoever began it', async () => {
    const { registry, as } = await shared();
    const bob = as('bob', (await registry.network.invite('bob')).password);
    const carol = as('carol', (await registry.network.invite('carol')).password);
    const location = await bob.beginUpload('mail');
    for (const method of ['GET', 'PATCH', 'DELETE'] as const) {
      expect((await carol.ask(method, location)).status).toBe(404);
    }
    expect((await bob.ask('DELETE', location)).status).toBe(204);
  });

  test('not open uploads without end, which leaves room for the others', async () => {
    const { registry, as } = await shared();
    const bob = as('bob', (await registry.network.invite('bob')).password);
    const carol = as('carol', (await registry.network.invite('carol')).password);
    for (let at = 0; at < registryLimits.guestOpenUploads; at += 1) await bob.beginUpload('mail');
    expect((await bob.ask('POST', '/v2/mail/blobs/uploads/')).status).toBe(429);
    await carol.beginUpload('mail');
  });
});

describe('a full disk', () => {
  test('over the quota people get 507, nothing of it stays, and the owner goes on', async () => {
    const { registry, client, as } = await shared({ quotaBytes: 1_000_000 });
    const bob = as('bob', (await registry.network.invite('bob')).password);
    const large = Buffer.alloc(1_200_000, 'x');
    const put = await bob.ask('PUT', withQuery(await bob.beginUpload('mail'), { digest: digestOf(large) }), {
      body: large,
    });
    expect(put.status).toBe(507);
    expect(put.body.toString()).toContain('full');
    const before = registry.network.usedBytes;
    expect(before).toBeLessThan(500_000);
    await bob.pushBlob('mail', 'small');
    await client.pushBlob('mail', large);
    expect(registry.network.usedBytes).toBeGreaterThan(1_000_000);
    expect((await bob.ask('HEAD', `/v2/mail/blobs/${digestOf(large)}`)).status).toBe(200);
  });

  test('the same blob counts once', async () => {
    const { registry, client } = await shared();
    for (const _time of ['first', 'second']) await client.pushBlob('mail', Buffer.alloc(300_000, 'y'));
    expect(registry.network.usedBytes).toBeLessThan(500_000);
  });
});

test('manifests that are refused, and those that are there already, take nothing of the quota', async () => {
  const { registry, as } = await shared();
  const bob = as('bob', (await registry.network.invite('bob')).password);
  const pushed = await bob.pushImage('mail', 'hello');
  const before = registry.network.usedBytes;
  expect((await bob.putManifest('mail', pushed, 'again')).status).toBe(201);
  const annotations = { large: 'x'.repeat(1_000_000) };
  const refused = image({ layers: [layer('absent')], annotations });
  expect((await bob.putManifest('mail', refused, 'large')).status).toBe(404);
  expect(registry.network.usedBytes).toBe(before);
});

describe('the certificate', () => {
  test('is the one whose fingerprint is shown, P-256, and names the address', async () => {
    const { network } = await shared();
    const shown = await shownCertificate(network);
    expect(shown.fingerprint256.replaceAll(':', '').toLowerCase()).toBe(network.fingerprint);
    expect(shown.nistCurve).toBe('P-256');
    expect(shown.subjectaltname).toContain(`IP Address:${address}`);
    expect(Date.parse(shown.valid_to)).toBe(network.certificateExpiresAt);
  });

  test('stays over a restart, and so do the passwords, of which only hashes are on the disk', async () => {
    const first = await started();
    const { fingerprint } = await first.registry.network.open(anyPort);
    const { password } = await first.registry.network.invite('bob');
    const second = await first.restarted();
    onTestFinished(() => second.close());
    const network = await second.registry.network.open(anyPort);
    expect(network.fingerprint).toBe(fingerprint);
    expect((await guest(network, 'bob', password).ask('GET', '/v2/')).status).toBe(200);
    for (const file of ['people.json', 'certificate.json']) {
      const path = join(second.folder, file);
      expect((await stat(path)).mode & 0o777).toBe(0o600);
      expect(await readFile(path, 'utf8')).not.toContain(password);
    }
  });

  test('is renewed before it expires', async () => {
    let now = Date.UTC(2026, 0, 1);
    const clock = { now: () => now, after: () => () => undefined };
    const peer = await started({ clock });
    onTestFinished(() => peer.close());
    const made = await peer.registry.network.open(anyPort);
    now = made.certificateExpiresAt - 61 * 24 * 60 * 60 * 1000;
    expect((await peer.registry.network.open(anyPort)).fingerprint).toBe(made.fingerprint);
    now += 2 * 24 * 60 * 60 * 1000;
    const renewed = await peer.registry.network.open(anyPort);
    expect(renewed.fingerprint).not.toBe(made.fingerprint);
    expect(renewed.certificateExpiresAt).toBeGreaterThan(made.certificateExpiresAt);
  });
});

test('a port that is taken is named, and the registry goes on on loopback', async () => {
  const first = await shared();
  const second = await started();
  onTestFinished(() => second.close());
  await expect(second.registry.network.open({ ...anyPort, port: first.network.port })).rejects.toMatchObject({
    code: 'conflict',
    detail: { port: first.network.port },
  });
  expect((await second.client.ask('GET', '/v2/')).status).toBe(200);
});

test('the addresses to hand out are those that others can use, the readable ones first', () => {
  const info = (family: 'IPv4' | 'IPv6', ip: string, internal = false) => ({
    ...{ address: ip, internal, netmask: '', mac: '', cidr: null },
    ...(family === 'IPv4' ? { family } : { family, scopeid: 0 }),
  });
  const addresses = lanAddresses({
    lo: [info('IPv4', '127.0.0.1', true), info('IPv6', '::1', true)],
    eth0: [info('IPv6', '2001:db8::5'), info('IPv6', 'fe80::1'), info('IPv4', '192.168.1.5')],
    eth1: [info('IPv4', '169.254.7.7')],
  });
  expect(addresses).toEqual(['192.168.1.5', '2001:db8::5']);
});

test('a name that cannot be in a login is refused, and one that is taken', async () => {
  const { registry } = await shared();
  for (const name of ['', 'a:b', 'a b', '-a', 'ü', 'x'.repeat(65)]) {
    await expect(registry.network.invite(name)).rejects.toMatchObject({ code: 'invalid' });
  }
  await registry.network.invite('bob@example.com');
  await expect(registry.network.invite('bob@example.com')).rejects.toMatchObject({ code: 'conflict' });
  await expect(registry.network.revoke('carol')).rejects.toMatchObject({ code: 'not-found' });
});
