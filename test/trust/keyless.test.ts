import { describe, expect, it } from 'vitest';
import { systemClock, type Clock } from '../../main/base/clock.ts';
import { DockerCommsError } from '../../main/base/errors.ts';
import { Connections } from '../../main/oci/connections.ts';
import { fetchThrough } from '../../main/oci/fetch-through.ts';
import { MiB } from '../../main/base/limits.ts';
import { keylessSigner, type KeylessServices } from '../../main/trust/keyless-signer.ts';
import type { Policy } from '../../main/trust/policy.ts';
import { parseTrustedRoot } from '../../main/trust/trusted-root.ts';
import { subjectOf, verifyBundle } from '../../main/trust/verify.ts';
import { identityToken, tokenIssuer, type SigstoreServices } from '../peers/sigstore-instance.ts';
import { sigstoreServices } from '../peers/sigstore-services.ts';
import { goldenSubject } from './golden.ts';

const fetch = fetchThrough(new Connections(), MiB);

const alice = { identity: 'alice@example.com', issuer: tokenIssuer };

function servicesAt({ url }: SigstoreServices): KeylessServices {
  return { fulcio: url, rekor: url, rekorVersion: 1, timestampAuthority: url };
}

function signerAt(services: SigstoreServices, clock: Clock = systemClock) {
  const tokens: string[] = [];
  const signer = keylessSigner({
    services: servicesAt(services),
    identityToken: () => {
      const token = identityToken();
      tokens.push(token);
      return Promise.resolve(token);
    },
    fetch,
    clock,
  });
  return { signer, tokens };
}

function policyOf({ trustedRoot }: SigstoreServices, certificates = [alice]): Policy {
  return { keys: [], certificates, trustedRoot: parseTrustedRoot(trustedRoot) };
}

describe('signing as somebody who signs in', () => {
  it('makes a bundle that verifies strictly, offline, with the services’ trusted root', async () => {
    const services = await sigstoreServices();
    const bundle = await signerAt(services).signer.sign(goldenSubject.digest);
    expect(verifyBundle(goldenSubject, bundle, policyOf(services))).toEqual({
      state: 'verified',
      by: { kind: 'certificate', ...alice },
    });
  });

  it('asks for a certificate once for any number of messages', async () => {
    const services = await sigstoreServices();
    const { signer, tokens } = signerAt(services);
    await Promise.all([signer.sign(goldenSubject.digest), signer.sign(subjectOf(Buffer.from('{}')).digest)]);
    await signer.sign(goldenSubject.digest);
    expect(tokens).toHaveLength(1);
    expect(services.requests.filter((path) => path.endsWith('/signingCert'))).toHaveLength(1);
  });

  it('asks for another one when the certificate is about to expire', async () => {
    const services = await sigstoreServices();
    let elapsed = 0;
    const clock = { ...systemClock, now: () => systemClock.now() + elapsed };
    const { signer, tokens } = signerAt(services, clock);
    await signer.sign(goldenSubject.digest);
    elapsed = 10 * 60_000;
    await signer.sign(goldenSubject.digest);
    expect(tokens).toHaveLength(2);
  });

  it('is refused under another instance’s trusted root', async () => {
    const services = await sigstoreServices();
    const other = await sigstoreServices();
    const bundle = await signerAt(services).signer.sign(goldenSubject.digest);
    expect(verifyBundle(goldenSubject, bundle, policyOf(other))).toMatchObject({ state: 'bad' });
  });

  it.each([
    ['the same person at another issuer', { ...alice, issuer: 'https://login.example.org' }],
    ['another person at the same issuer', { ...alice, identity: 'alice@example.com.evil.example' }],
    ['a name that only a pattern would match', { ...alice, identity: '.*' }],
  ])('is not accepted for %s', async (_title, pinned) => {
    const services = await sigstoreServices();
    const bundle = await signerAt(services).signer.sign(goldenSubject.digest);
    expect(verifyBundle(goldenSubject, bundle, policyOf(services, [pinned]))).toMatchObject({
      state: 'untrusted',
      by: { kind: 'certificate', ...alice },
    });
  });

  it.each([
    ['a certificate authority that refuses the login', '/api/v2/signingCert', 401, 'auth'],
    ['a certificate authority that is down', '/api/v2/signingCert', 503, 'network'],
    ['a log that is down', '/api/v1/log/entries', 503, 'network'],
    ['a timestamp authority that refuses', '/api/v1/timestamp', 403, 'auth'],
  ])('fails with a code that says what to do: %s', async (_title, path, status, code) => {
    const services = await sigstoreServices({ path, status });
    const { signer } = signerAt(services);
    await expect(signer.sign(goldenSubject.digest)).rejects.toMatchObject({ code });
  });

  it('never shows the token in an error, not even in its causes', async () => {
    const services = await sigstoreServices();
    const secret = 'eyJhbGciOiJub25lIn0.not-a-token';
    const signer = keylessSigner({
      services: servicesAt(services),
      identityToken: () => Promise.resolve(secret),
      fetch,
      clock: systemClock,
    });
    const failure: unknown = await signer.sign(goldenSubject.digest).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'auth' });
    expect(textOf(failure)).not.toContain('not-a-token');
  });

  it('signs nothing as somebody else than was meant: nothing reaches the log', async () => {
    const services = await sigstoreServices();
    const signer = keylessSigner({
      services: servicesAt(services),
      identityToken: () => Promise.resolve(identityToken('mallory@example.com')),
      expected: alice.identity,
      fetch,
      clock: systemClock,
    });
    await expect(signer.sign(goldenSubject.digest)).rejects.toMatchObject({
      code: 'auth',
      detail: { reason: 'signed-in-as-other' },
    });
    expect(services.requests).toEqual(['/api/v2/signingCert']);
  });

  it('keeps the reason why no token could be had', async () => {
    const services = await sigstoreServices();
    const signer = keylessSigner({
      services: servicesAt(services),
      identityToken: () => Promise.reject(new DockerCommsError('cancelled', 'The sign-in was given up.')),
      fetch,
      clock: systemClock,
    });
    await expect(signer.sign(goldenSubject.digest)).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('sends a token over plain HTTP to nobody but this computer', async () => {
    const services = servicesAt(await sigstoreServices());
    const make = (fulcio: string) => () =>
      keylessSigner({
        services: { ...services, fulcio: new URL(fulcio) },
        identityToken: () => Promise.resolve(identityToken()),
        fetch,
        clock: systemClock,
      });
    expect(make('http://fulcio.example')).toThrow(expect.objectContaining({ code: 'invalid' }));
    expect(make('https://fulcio.example')).not.toThrow();
  });

  it('asks for a timestamp authority where the log gives no time', async () => {
    const { fulcio, rekor } = servicesAt(await sigstoreServices());
    const make = () =>
      keylessSigner({
        services: { fulcio, rekor, rekorVersion: 2 },
        identityToken: () => Promise.resolve(identityToken()),
        fetch,
        clock: systemClock,
      });
    expect(make).toThrow(expect.objectContaining({ code: 'invalid' }));
  });
});

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return [error.message, error.stack, JSON.stringify(error), textOf(error.cause)].join('\n');
}
