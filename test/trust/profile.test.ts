import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isDockerCommsError } from '../../main/base/errors.ts';
import { sha256 } from '../../main/base/hash.ts';
import { parseProfile, profileAge, writeProfile, type Profile } from '../../main/trust/profile.ts';
import { alicesFirst, day, entry, noon, someDevice } from './profiles.ts';

const phone = someDevice({ encryptionKey: `age1pq1${'q'.repeat(1900)}` });
const laptop = someDevice();
const profile: Profile = {
  ...alicesFirst(phone),
  sequence: 7,
  previous: [sha256('six')],
  devices: [entry(phone), entry(laptop)],
  revoked: [{ id: someDevice().id, at: new Date(noon) }],
};

/** The profile as JSON, after `damage` has changed it. */
function damaged(damage: (document: OpenProfile) => void): Buffer {
  const document = JSON.parse(writeProfile(profile).toString('utf8')) as OpenProfile;
  damage(document);
  return Buffer.from(JSON.stringify(document));
}

interface OpenProfile {
  [key: string]: unknown;
  previous: string[];
  devices: Record<string, unknown>[];
  revoked: Record<string, unknown>[];
  mailboxes: string[];
}

describe('a profile', () => {
  it('is read as it was written', () => {
    expect(parseProfile(writeProfile(profile))).toEqual(JSON.parse(JSON.stringify(profile), revive));
  });

  it('may hold fields that a later version adds', () => {
    expect(parseProfile(damaged((document) => (document.colour = 'red'))).sequence).toBe(7);
  });

  it.each<[string, (document: OpenProfile) => void]>([
    ['another version', (d) => (d.version = 2)],
    ['no identity', (d) => delete d.identity],
    ['an identity with an invisible character', (d) => (d.identity = 'alice\u200b@example.com')],
    ['sequence 0', (d) => (d.sequence = 0)],
    ['a broken sequence', (d) => (d.sequence = 1.5)],
    ['a sequence that cannot be counted on', (d) => (d.sequence = 2 ** 60)],
    ['no previous one although it is the seventh', (d) => (d.previous = [])],
    ['the same previous one twice', (d) => d.previous.push(d.previous[0] ?? '')],
    ['a previous one that is no digest', (d) => (d.previous = ['six'])],
    ['a life of more than 30 days', (d) => (d.expires_at = '2026-12-24T12:00:01Z')],
    ['an end before its beginning', (d) => (d.expires_at = '2026-11-24T11:00:00Z')],
    ['a date that is none', (d) => (d.issued_at = 'yesterday')],
    ['no device', (d) => (d.devices = [])],
    ['the same device twice', (d) => d.devices.push(d.devices[0] ?? {})],
    [
      'more devices than anybody has',
      (d) => (d.devices = Array.from({ length: 33 }, () => d.devices[0] ?? {})),
    ],
    ['a device that is revoked', (d) => d.revoked.push({ id: phone.id, at: '2026-11-24T12:00:00Z' })],
    ['an id that belongs to another key', (d) => (d.devices[0] = { ...d.devices[0], id: laptop.id })],
    ['a key that is none', (d) => (d.devices[0] = { ...d.devices[0], signing_key: 'AAAA' })],
    ['a key in the other base64', (d) => (d.devices[0] = { ...d.devices[0], signing_key: '-_-_' })],
    [
      'an encryption key with a line end',
      (d) => (d.devices[0] = { ...d.devices[0], encryption_key: 'a\nb' }),
    ],
    [
      'an encryption key without end',
      (d) => (d.devices[0] = { ...d.devices[0], encryption_key: 'a'.repeat(5000) }),
    ],
    ['a mailbox with a login', (d) => (d.mailboxes = ['user:password@registry.example/mail'])],
    ['a mailbox with a scheme', (d) => (d.mailboxes = ['http://registry.example/mail'])],
    ['a mailbox that goes up', (d) => (d.mailboxes = ['registry.example/../mail'])],
  ])('is refused with %s', (_title, damage) => {
    expect(() => parseProfile(damaged(damage))).toThrow(expect.objectContaining({ code: 'protocol' }));
  });

  it('is refused over its limit, before it is parsed', () => {
    const bytes = Buffer.concat([writeProfile(profile), Buffer.alloc(256 * 1024, 0x20)]);
    expect(() => parseProfile(bytes)).toThrow(expect.objectContaining({ code: 'protocol' }));
  });

  it('is read or refused with a code, whatever the bytes', () => {
    const bytes = writeProfile(profile);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (position, value) => {
        const changed = Buffer.from(bytes);
        changed[position] = value;
        try {
          parseProfile(changed);
        } catch (error) {
          expect(isDockerCommsError(error, 'protocol')).toBe(true);
        }
      }),
    );
  });

  it('that nobody could read is not written', () => {
    const endless = { ...profile, expiresAt: new Date(noon + 31 * day) };
    expect(() => writeProfile(endless)).toThrow(expect.objectContaining({ code: 'invalid' }));
  });

  it.each([
    ['current from five minutes before its date', -5 * 60_000, 'current'],
    ['not yet in force before that', -5 * 60_000 - 1, 'not-yet'],
    ['current until five minutes after its end', 30 * day + 5 * 60_000, 'current'],
    ['expired after that', 30 * day + 5 * 60_000 + 1, 'expired'],
  ])('is %s', (_title, after, age) => {
    expect(profileAge(profile, noon + after)).toBe(age);
  });
});

/** Dates and keys back from JSON: only for comparing. */
function revive(name: string, value: unknown): unknown {
  if (name === 'key' || name === 'spki') return expect.anything();
  return name.endsWith('At') || name === 'at' ? new Date(value as string) : value;
}
