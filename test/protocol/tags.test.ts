import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bundlePrefix,
  bundleTag,
  inboxPrefix,
  inboxTag,
  profileVersionOf,
  profileVersionPrefix,
  profileVersionTag,
  receiptPrefix,
  receiptTag,
} from '../../main/protocol/tags.ts';

const message = `sha256:787923387f35${'0'.repeat(52)}` as const;
const createdAt = new Date('2026-11-23T16:14:29.999Z');

describe('tags', () => {
  it('of messages are inbox-<recipient_tag>-<YYYYMMDD>-<sid8>-<mid8>, the date in UTC', () => {
    const tag = inboxTag({
      recipient: 'bob@example.com',
      createdAt: new Date('2026-11-23T23:59:59-05:00'),
      sessionId: '11111111-2222-4333-8444-555555555555',
      messageId: '07532084-673D-4218-AABB-3A57CA45BB59',
    });
    expect(tag).toBe('inbox-bvs61fohi1cmosc8le2hrdkhu3-20261124-11111111-07532084');
    expect(tag.startsWith(inboxPrefix('bob@example.com'))).toBe(true);
  });

  it('of receipts are receipt-<hex12>-<unix seconds>-<rand6>', () => {
    const tag = receiptTag({ for: message, createdAt, random: '6686e2' });
    expect(tag).toBe('receipt-787923387f35-1795450469-6686e2');
    expect(tag.startsWith(receiptPrefix(message))).toBe(true);
  });

  it('of signatures are bundle-<hex12>-<unix seconds>-<rand6>', () => {
    const tag = bundleTag({ for: message, createdAt, random: 'ab5957' });
    expect(tag).toBe('bundle-787923387f35-1795450469-ab5957');
    expect(tag.startsWith(bundlePrefix(message))).toBe(true);
  });

  it.each(['', 'ABCDEF', '12345', '1234567', '../../'])('refuse “%s” as their random part', (random) => {
    expect(() => receiptTag({ for: message, createdAt, random })).toThrow(
      expect.objectContaining({ code: 'invalid' }),
    );
  });

  it('refuse ids that are no UUIDs', () => {
    const parts = { recipient: 'bob', createdAt, sessionId: 'session', messageId: crypto.randomUUID() };
    expect(() => inboxTag(parts)).toThrow(expect.objectContaining({ code: 'invalid' }));
  });
});

describe('the tag of one version of a profile', () => {
  const hex12 = '787923387f35';
  const prefix = profileVersionPrefix('bob@example.com');

  it('is profile-<recipient_tag>-<sequence>-<hex12>, and says its sequence', () => {
    const tag = profileVersionTag('bob@example.com', 12, message);
    expect(tag).toBe(`profile-bvs61fohi1cmosc8le2hrdkhu3-12-${hex12}`);
    expect(profileVersionOf(tag, 'bob@example.com')).toBe(12);
  });

  it('is read as it was written, whatever the sequence', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 ** 15 - 1 }), (sequence) => {
        expect(profileVersionOf(profileVersionTag('bob', sequence, message), 'bob')).toBe(sequence);
      }),
    );
  });

  it.each([
    ['another person’s', profileVersionTag('alice@example.com', 1, message)],
    ['the one that moves', prefix.slice(0, -1)],
    ['without a sequence', `${prefix}${hex12}`],
    ['of sequence zero: the first is one', `${prefix}0-${hex12}`],
    ['with a leading zero, a second name of the same version', `${prefix}01-${hex12}`],
    ['of a negative sequence', `${prefix}-1-${hex12}`],
    ['of a sequence that no number holds exactly', `${prefix}${'9'.repeat(16)}-${hex12}`],
    ['of a sequence with an exponent', `${prefix}1e3-${hex12}`],
    ['of a sequence in hexadecimal', `${prefix}0x1-${hex12}`],
    ['without a digest', `${prefix}1`],
    ['with a digest that is too short', `${prefix}1-${hex12.slice(1)}`],
    ['with a digest that is too long', `${prefix}1-${hex12}0`],
    ['with a digest in capitals', `${prefix}1-${hex12.toUpperCase()}`],
    ['with something before it', `x${prefix}1-${hex12}`],
    ['with a line after it', `${prefix}1-${hex12}\n`],
    ['a message’s', `inbox-bvs61fohi1cmosc8le2hrdkhu3-1-${hex12}`],
    ['nothing', ''],
  ])('is not one that is %s', (_, tag) => {
    expect(profileVersionOf(tag, 'bob@example.com')).toBeNull();
  });
});
