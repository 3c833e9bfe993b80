import { describe, expect, it } from 'vitest';
import {
  bundlePrefix,
  bundleTag,
  inboxPrefix,
  inboxTag,
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
