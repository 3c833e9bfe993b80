import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isDockerCommsError } from '../../main/base/errors.ts';
import { profileOutline } from '../../main/trust/profile-outline.ts';
import { largestCertificationBytes, parseProfile, writeProfile } from '../../main/trust/profile.ts';
import { alicesFirst, entry, someDevice } from './profiles.ts';

const claim = fc.option(fc.uint8Array({ minLength: 1, maxLength: 40 }), { nil: undefined });

describe('the outline of a profile', () => {
  it('says what the whole profile says', () => {
    const claims = fc.array(claim, { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(claims, (certifications) => {
        const devices = certifications.map((certification) =>
          entry(someDevice(certification === undefined ? {} : { certification })),
        );
        const [first] = devices;
        if (first === undefined) return;
        const bytes = writeProfile({ ...alicesFirst(first), devices });
        const { issuedAt, expiresAt, devices: parsed } = parseProfile(bytes);
        const certified = parsed.filter((device) => device.certification !== undefined);
        expect(profileOutline(bytes)).toEqual({
          ...{ issuedAt, expiresAt },
          certified: certified.map(({ key }) => key.fingerprint),
        });
      }),
      { numRuns: 30 },
    );
  });

  it('takes as no certification what the whole profile takes as none', () => {
    const document = JSON.parse(writeProfile(alicesFirst(someDevice())).toString('utf8')) as {
      devices: { certification?: unknown }[];
    };
    const tooLong = Buffer.alloc(largestCertificationBytes + 1).toString('base64');
    for (const certification of ['', '!', 'AB', 7, null, {}, tooLong]) {
      for (const device of document.devices) device.certification = certification;
      expect(profileOutline(Buffer.from(JSON.stringify(document))).certified).toEqual([]);
    }
  });

  it.each([
    ['no JSON', '{'],
    ['nothing', '{}'],
    ['a date that is none', '{"issued_at":"yesterday","expires_at":"today","devices":[]}'],
    [
      'a device without an id',
      '{"issued_at":"2026-11-24T12:00:00Z","expires_at":"2026-11-25T12:00:00Z","devices":[{}]}',
    ],
  ])('of %s is refused with a code', (_, text) => {
    expect(() => profileOutline(Buffer.from(text))).toThrow(
      expect.toSatisfy((error: unknown) => isDockerCommsError(error, 'protocol')),
    );
  });
});
