/** What the scripted engine knows of keys. */
import type { MessageView, PublicSignaturesView } from '../../../preload/contract/messages.ts';
import type { IdentityView } from '../../../preload/contract/identity.ts';
import type { SafetyNumber } from '../../../preload/contract/people.ts';

export const safetyNumber: SafetyNumber = {
  digits: '306823711004927816550213948871620053714829960417358201946673',
  devices: 1,
};

export function identityOf(alarm: IdentityView['alarm'] | undefined): IdentityView {
  const fingerprint = '5a7c02f1e94b8d63a0c15e77b2f84d9016c3ea58f7240bd91e6f3c8a502b47d9';
  const now = Date.now();
  return {
    fingerprint,
    devices: [
      { fingerprint, addedAt: now - 40 * 86_400_000, thisDevice: true, isNew: false },
      {
        fingerprint: fingerprint.split('').reverse().join(''),
        addedAt: now - 2 * 86_400_000,
        thisDevice: false,
        isNew: false,
      },
    ],
    published: alarm === undefined,
    expiresAt: alarm === undefined ? now + 24 * 86_400_000 : null,
    alarm: alarm ?? null,
    restorable: alarm !== undefined,
    certifiedBy: null,
  };
}

/** Who signed what publicly: of the others' messages, their author, and somebody else besides. */
export function publicSignaturesOf({ author, direction, at, trust }: MessageView): PublicSignaturesView {
  // Of what one wrote oneself: by somebody whose authorities nobody trusts here.
  if (direction === 'outgoing' || trust !== 'signed')
    return { proven: [], hasUnproven: direction === 'outgoing' };
  const issuer = 'https://login.example.org';
  const signedAt = at + 2_000;
  const proven = [
    { subject: author, issuer, signedAt, byAuthor: true },
    { subject: 'mallory@example.net', issuer, signedAt: signedAt + 3_600_000, byAuthor: false },
  ];
  return { proven, hasUnproven: false };
}
