import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../main/base/clock.ts';
import { MiB } from '../../main/base/limits.ts';
import { Connections } from '../../main/oci/connections.ts';
import { fetchThrough } from '../../main/oci/fetch-through.ts';
import { certificationsIn, certifierOf } from '../../main/trust/certification.ts';
import { keylessSigner } from '../../main/trust/keyless-signer.ts';
import { nextProfile, uniteProfiles } from '../../main/trust/own-profile.ts';
import { classifyProfile } from '../../main/trust/profile-change.ts';
import { largestCertificationBytes, parseProfile, writeProfile } from '../../main/trust/profile.ts';
import { keySigner } from '../../main/trust/signer.ts';
import { parseTrustedRoot } from '../../main/trust/trusted-root.ts';
import { subjectOf } from '../../main/trust/verify.ts';
import { identityToken, tokenIssuer, type SigstoreServices } from '../peers/sigstore-instance.ts';
import { sigstoreServices } from '../peers/sigstore-services.ts';
import { alicesFirst, day, entry, noon, signedBy, someDevice, type OwnDevice } from './profiles.ts';

const [phone, laptop, stranger] = [someDevice(), someDevice(), someDevice()];
const alice = { identity: 'alice@example.com', issuer: tokenIssuer };
const certified = { ...alice, fingerprint: phone.id };
const fetch = fetchThrough(new Connections(), MiB);

/** Whoever `email` belongs to says of the key of `device`: this is mine. */
function certify({ url }: SigstoreServices, device: OwnDevice, email?: string): Promise<Uint8Array> {
  const services = { fulcio: url, rekor: url, rekorVersion: 1, timestampAuthority: url } as const;
  const token = () => Promise.resolve(identityToken(email));
  const signer = keylessSigner({ services, identityToken: token, fetch, clock: systemClock });
  return signer.sign(subjectOf(device.key.spki).digest);
}

function rootOf({ trustedRoot }: SigstoreServices) {
  return parseTrustedRoot(trustedRoot);
}

/** Who certified the phone, in a profile that the phone signed and somebody else has read. */
function certifierIn(certification: Uint8Array, services: SigstoreServices) {
  const profile = parseProfile(writeProfile(alicesFirst({ ...phone, certification })));
  return certificationsIn(signedBy(profile, phone), rootOf(services));
}

/** A bundle with parts of its proof taken away. */
function without(bundle: Uint8Array, ...parts: readonly ('log' | 'timestamp')[]): Uint8Array {
  const document = JSON.parse(Buffer.from(bundle).toString('utf8')) as {
    verificationMaterial: Record<string, unknown>;
  };
  if (parts.includes('log')) document.verificationMaterial.tlogEntries = [];
  if (parts.includes('timestamp')) delete document.verificationMaterial.timestampVerificationData;
  return Buffer.from(JSON.stringify(document));
}

describe('a certified key', () => {
  it('says who signed in for it, from the profile alone', async () => {
    const services = await sigstoreServices();
    expect(certifierIn(await certify(services, phone), services)).toEqual([certified]);
  });

  it('says so long after the certificate ran out: log and timestamp say when it was used', async () => {
    const services = await sigstoreServices();
    const bundle = await certify(services, phone);
    expect(certifierIn(without(bundle, 'timestamp'), services)).toEqual([certified]);
    expect(certifierIn(without(bundle, 'log'), services)).toEqual([]);
    expect(certifierIn(without(bundle, 'log', 'timestamp'), services)).toEqual([]);
  });

  it.each([
    ['is certified by a certificate that still ran when it was used', 30_000, [certified]],
    ['is not certified by a certificate that had run out when it was used', 3_600_000, []],
  ])('%s', async (_title, certifiedAgo, certifiers) => {
    const services = await sigstoreServices(undefined, { certifiedAgo });
    const bundle = await certify(services, phone);
    expect(certifierIn(bundle, services)).toEqual(certifiers);
    expect(certifierIn(without(bundle, 'timestamp'), services)).toEqual(certifiers);
  });

  it('is not certified by what was said of another key', async () => {
    const services = await sigstoreServices();
    expect(certifierIn(await certify(services, laptop), services)).toEqual([]);
  });

  it('is not certified under a root that nobody here trusts', async () => {
    const [services, other] = [await sigstoreServices(), await sigstoreServices()];
    expect(certifierIn(await certify(other, phone), services)).toEqual([]);
  });

  it('is not certified by itself: a key vouches for nobody’s name', async () => {
    const services = await sigstoreServices();
    const bundle = await keySigner(phone.signingKey).sign(subjectOf(phone.key.spki).digest);
    expect(certifierIn(bundle, services)).toEqual([]);
  });

  it('certifies nobody who only lists it: its owner has to sign that profile', async () => {
    const services = await sigstoreServices();
    const borrowed = entry({ ...phone, certification: await certify(services, phone) });
    const theirs = { ...alicesFirst(stranger), devices: [entry(stranger), borrowed] };
    expect(certificationsIn(signedBy(theirs, stranger), rootOf(services))).toEqual([]);
  });

  it('is certified by nobody who has not its owner’s consent', async () => {
    const services = await sigstoreServices();
    const certification = await certify(services, phone, 'mallory@example.com');
    const swapped = signedBy(
      { ...alicesFirst(phone), devices: [entry({ ...phone, certification })] },
      stranger,
    );
    expect(certificationsIn(swapped, rootOf(services))).toEqual([]);
  });

  it('is certified by nobody else, whatever byte of the bundle changes', async () => {
    const services = await sigstoreServices();
    const [bundle, root] = [await certify(services, phone), rootOf(services)];
    fc.assert(
      fc.property(fc.nat(bundle.length - 1), fc.integer({ min: 1, max: 255 }), (position, mask) => {
        const certification = Buffer.from(bundle);
        certification[position] = (certification[position] ?? 0) ^ mask;
        const found = certifierOf({ ...phone, certification }, { signedBy: new Set([phone.id]) }, root);
        expect([null, alice]).toContainEqual(found);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a profile with a certification', () => {
  const profileWith = (certification: unknown) => {
    const document = JSON.parse(writeProfile(alicesFirst(phone)).toString('utf8')) as { devices: [object] };
    const devices = document.devices.map((device) => ({ ...device, certification }));
    return parseProfile(Buffer.from(JSON.stringify({ ...document, devices })));
  };

  it.each([
    ['no text', 17],
    ['empty', ''],
    ['no base64', 'not base64!'],
    ['the other base64', '-_-_'],
    ['too large', Buffer.alloc(largestCertificationBytes + 1).toString('base64')],
  ])('stays valid, just uncertified, where it is %s', (_title, certification) => {
    expect(profileWith(certification)).toEqual(profileWith(undefined));
  });

  it('stays valid whatever stands there, with the same devices', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(profileWith(value).devices.map(({ key }) => key.fingerprint)).toEqual([phone.id]);
      }),
    );
  });

  it('is read as it was written, up to the limit', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 64 }),
        fc.constantFrom(1, largestCertificationBytes / 64),
        (bytes, times) => {
          const certification = Buffer.concat(Array.from({ length: times }, () => bytes));
          const [device] = parseProfile(writeProfile(alicesFirst({ ...phone, certification }))).devices;
          expect(device?.certification).toEqual(certification);
        },
      ),
      { numRuns: 30 },
    );
  });

  const plain = signedBy(
    nextProfile(signedBy(alicesFirst(phone), phone), { add: [entry(laptop)] }, noon),
    phone,
    laptop,
  );
  const bundle = Buffer.from('one');
  const withIt = signedBy(
    nextProfile(plain, { certify: { device: phone.id, certification: bundle } }, noon + day),
    phone,
  );
  const certificationOf = ({ devices }: typeof plain.profile, { id }: OwnDevice) =>
    devices.find(({ key }) => key.fingerprint === id)?.certification;

  it('follows one without: the keys are the same', () => {
    const offered = { signed: withIt, from: 'mailbox' } as const;
    expect(classifyProfile({ signed: plain, verified: true }, offered, noon + day)).toEqual({
      kind: 'renewed',
    });
  });

  it('is renewed with it, and without it once it was taken back', () => {
    const renewed = nextProfile(withIt, {}, noon + 2 * day);
    expect(certificationOf(renewed, phone)).toEqual(bundle);
    expect(certificationOf(renewed, laptop)).toBeUndefined();
    const taken = nextProfile(withIt, { certify: { device: phone.id, certification: null } }, noon + 2 * day);
    expect(certificationOf(taken, phone)).toBeUndefined();
  });

  it('keeps it after a fork, the one that its own device signed before another', () => {
    const other = signedBy(nextProfile(plain, {}, noon + day), laptop);
    const foreign = signedBy(
      nextProfile(plain, { certify: { device: phone.id, certification: Buffer.from('two') } }, noon + day),
      laptop,
    );
    for (const forks of [
      [withIt, other],
      [other, withIt],
      [withIt, foreign],
      [foreign, withIt],
    ]) {
      expect(certificationOf(uniteProfiles(forks, noon + 2 * day), phone)).toEqual(bundle);
    }
  });

  it('stays small enough to be read, however many devices bring one', () => {
    const devices = Array.from({ length: 32 }, () =>
      entry({
        ...someDevice(),
        encryptionKey: 'k'.repeat(4096),
        certification: Buffer.alloc(largestCertificationBytes, 1),
      }),
    );
    const crowded = { ...plain, profile: { ...plain.profile, devices } };
    const next = nextProfile(crowded, {}, noon + day);
    expect(
      parseProfile(writeProfile(next)).devices.filter(({ certification }) => certification),
    ).toHaveLength(4);
  });
});
