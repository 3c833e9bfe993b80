import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isDockerCommsError } from '../../main/base/errors.ts';
import { buildMessageManifest, parseMessageManifest } from '../../main/protocol/message.ts';
import { parseReceiptManifest } from '../../main/protocol/receipt.ts';
import { damagedMessage, someFields, someLayers, type OpenManifest } from './messages.ts';

const protocolError = expect.objectContaining({ code: 'protocol' }) as Error;

describe('a message that is read', () => {
  it('gives back what it was built from', () => {
    const extensions = {
      contentType: 'text/plain; charset=utf-8',
      batch: { id: '11111111-2222-4333-8444-555555555555', index: 1, count: 3 },
      inReplyTo: '07532084-673d-4218-aabb-3a57ca45bb59',
      mailbox: 'registry.example.com/team/alice',
    };
    const message = parseMessageManifest(
      buildMessageManifest({ ...someFields, ...extensions }, someLayers(3)),
    );
    expect(message).toMatchObject({ ...someFields, ...extensions, chunkCount: 3 });
  });

  it('is the same whatever order its layers stand in', () => {
    const message = parseMessageManifest(damagedMessage(({ layers }) => layers.reverse()));
    expect(message.layers.map(({ index }) => index)).toEqual([0, 1, 2]);
  });

  it('may be dated with an offset and a fraction', () => {
    const bytes = damagedMessage(({ annotations }) => {
      annotations['dockercomms.created_at'] = '2026-11-23T11:14:29.75-05:00';
    });
    expect(parseMessageManifest(bytes).createdAt).toEqual(new Date('2026-11-23T16:14:29Z'));
  });

  it('has its id in lower case, so that one id is not two', () => {
    const bytes = damagedMessage(({ annotations }) => {
      annotations['dockercomms.message.id'] = someFields.messageId.toUpperCase();
    });
    expect(parseMessageManifest(bytes).messageId).toBe(someFields.messageId);
  });

  it('is not hidden by a malformed extension', () => {
    const bytes = damagedMessage(({ annotations }) => {
      annotations['dockercomms.batch.id'] = 'none';
      annotations['dockercomms.in_reply_to'] = 'none';
      annotations['dockercomms.mailbox'] = '';
    });
    const message = parseMessageManifest(bytes);
    expect(message).toMatchObject(someFields);
    for (const extension of ['batch', 'inReplyTo', 'mailbox']) expect(message).not.toHaveProperty(extension);
  });

  const annotation = (name: string, value: string) => (manifest: OpenManifest) => {
    manifest.annotations[`dockercomms.${name}`] = value;
  };
  const index = (position: number, value: string) => (manifest: OpenManifest) => {
    const layer = manifest.layers[position];
    if (layer !== undefined) layer.annotations = { 'dockercomms.chunk.index': value };
  };
  it.each<[string, (manifest: OpenManifest) => void]>([
    ['another artifact type', (m) => (m.artifactType = 'application/vnd.dockercomms.receipt.v1')],
    ['manifests beside its layers', (m) => (m.manifests = [])],
    ['no recipient', (m) => delete m.annotations['dockercomms.recipient']],
    ['no message id', (m) => delete m.annotations['dockercomms.message.id']],
    ['an invisible character in the sender', annotation('sender', 'alice\u200b')],
    ['a version 2', annotation('version', '2.0')],
    ['an index with a leading zero', index(1, '01')],
    ['an index with a sign', index(1, '+1')],
    ['an index in another notation', index(1, '1e0')],
    ['an index with a space', index(1, ' 1')],
    ['an index twice', index(1, '0')],
    ['an index that skips one', index(2, '3')],
    ['a layer without an index', (m) => delete m.layers[1]?.annotations],
    ['a layer less than the count says', (m) => m.layers.pop()],
    [
      'a layer of another compression',
      (m) => (m.layers[0] = { ...m.layers[1], mediaType: 'application/vnd.dockercomms.chunk.v1.tar+gzip' }),
    ],
    ['fewer bytes in all chunks than in total', annotation('total_bytes', '31')],
    ['chunks for no bytes', annotation('total_bytes', '0')],
    ['more chunks than bytes', annotation('total_bytes', '2')],
    ['a negative size', annotation('total_bytes', '-25')],
    ['a size beyond exact numbers', annotation('total_bytes', '9007199254740992')],
    ['a size with a fraction', annotation('total_bytes', '25.0')],
    ['an unknown compression', annotation('compression', 'xz')],
    ['a date that is none', annotation('created_at', '2026-13-45T00:00:00Z')],
    [
      'a number where a string belongs',
      (m) => (m.annotations = { ...m.annotations, 'dockercomms.ttl_seconds': 5 as never }),
    ],
  ])('is refused with %s', (_what, damage) => {
    expect(() => parseMessageManifest(damagedMessage(damage))).toThrow(protocolError);
  });

  it('never fails with anything but a protocol error', () => {
    const values = fc.oneof(
      fc.string(),
      fc.nat().map(String),
      fc.constantFrom('', '1', '0', '-1', '__proto__'),
    );
    const keys = Object.keys(
      (JSON.parse(damagedMessage(() => undefined).toString()) as OpenManifest).annotations,
    );
    fc.assert(
      fc.property(fc.constantFrom(...keys), values, fc.anything(), (key, value, layers) => {
        const bytes = damagedMessage((manifest) => {
          manifest.annotations[key] = value;
          if (value.length % 2 === 0) manifest.layers = layers as never;
        });
        expectOnlyProtocolErrors(bytes);
      }),
    );
    fc.assert(fc.property(fc.uint8Array(), expectOnlyProtocolErrors));
    fc.assert(fc.property(fc.json(), (text) => expectOnlyProtocolErrors(Buffer.from(text))));
  });
});

function expectOnlyProtocolErrors(bytes: Uint8Array): void {
  for (const parse of [parseMessageManifest, parseReceiptManifest]) {
    try {
      parse(bytes);
    } catch (error) {
      expect(isDockerCommsError(error, 'protocol'), String(error)).toBe(true);
    }
  }
}

describe('a message that is written', () => {
  it('round-trips, whatever its fields', () => {
    const fields = fc.record({
      totalBytes: fc.integer({ min: 0, max: 10_000 }),
      chunkBytes: fc.integer({ min: 1, max: 20_000 }),
      ttlSeconds: fc.nat(),
      messageId: fc.uuid(),
      createdAt: fc
        .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
        .map(wholeSeconds),
      filename: fc.string({ unit: 'grapheme', minLength: 1 }).filter((name) => !/[/\0]/.test(name)),
    });
    fc.assert(
      fc.property(fields, (some) => {
        const written = { ...someFields, ...some };
        const layers = someLayers(Math.ceil(some.totalBytes / some.chunkBytes));
        const read = parseMessageManifest(buildMessageManifest(written, layers));
        expect(read).toMatchObject({ ...written, chunkBytes: Math.min(some.chunkBytes, some.totalBytes) });
      }),
    );
  });

  it('is the same bytes for the same fields', () => {
    const build = () => Buffer.from(buildMessageManifest({ ...someFields }, someLayers(3)));
    expect(build().equals(build())).toBe(true);
  });

  it('fits into the manifest limit with 10,000 chunks, and has no more', () => {
    const fields = { ...someFields, totalBytes: 10_000, chunkBytes: 1 };
    expect(parseMessageManifest(buildMessageManifest(fields, someLayers(10_000))).chunkCount).toBe(10_000);
    expect(() => buildMessageManifest(fields, someLayers(10_001))).toThrow(
      expect.objectContaining({ code: 'too-large' }),
    );
  });

  it.each([
    ['an empty recipient', { recipient: '' }],
    ['an id that is no UUID', { messageId: 'one' }],
    ['a name with a folder', { filename: 'a/b' }],
    ['a negative time to live', { ttlSeconds: -1 }],
    ['a date after the year 9999', { createdAt: new Date('+010000-01-01T00:00:00Z') }],
  ])('is refused with %s', (_what, change) => {
    expect(() => buildMessageManifest({ ...someFields, ...change }, someLayers(3))).toThrow(
      expect.objectContaining({ code: 'invalid' }),
    );
  });
});

function wholeSeconds(date: Date): Date {
  return new Date(Math.floor(date.getTime() / 1000) * 1000);
}
