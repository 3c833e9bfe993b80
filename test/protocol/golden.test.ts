import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../main/base/hash.ts';
import { chunkBytesFor } from '../../main/protocol/chunking.ts';
import { buildMessageManifest, parseMessageManifest } from '../../main/protocol/message.ts';
import { chunkLayer } from '../../main/protocol/layers.ts';
import { buildReceiptManifest, parseReceiptManifest } from '../../main/protocol/receipt.ts';
import { inboxTag, receiptPrefix } from '../../main/protocol/tags.ts';
import { readReferenceLayout } from '../peers/reference-layout.ts';

/** What the reference wrote, as the fixtures hold it: nine messages and three receipts. */
const entries = await readReferenceLayout();
const messages = entries.filter(({ tag }) => tag.startsWith('inbox-'));
const receipts = entries.filter(({ tag }) => tag.startsWith('receipt-'));
const inputs = join(import.meta.dirname, '..', 'fixtures', 'reference-inputs');

function document(bytes: Uint8Array): Record<string, unknown> {
  return JSON.parse(Buffer.from(bytes).toString('utf8')) as Record<string, unknown>;
}

it('the reference layout holds nine messages and three receipts', () => {
  expect([messages.length, receipts.length]).toEqual([9, 3]);
});

describe.each(messages)('the reference’s message $tag', ({ tag, bytes }) => {
  const message = parseMessageManifest(bytes);

  it('reads as the file it was made from', async () => {
    const file = await readFile(join(inputs, message.filename));
    expect(message.totalBytes).toBe(file.length);
    expect(message.layers).toHaveLength(message.chunkCount);
  });

  it('has the tag that its annotations give', () => {
    const sessionId = `${tag.split('-')[3] ?? ''}-0000-4000-8000-000000000000`;
    expect(inboxTag({ ...message, sessionId })).toBe(tag);
  });

  it('comes out the same when we build it, field by field and in the same order, but for a media type', () => {
    const layers = message.layers.map(({ index, digest, size }) =>
      chunkLayer(index, digest, size, message.compression),
    );
    // The reference was asked for 64 KiB where there are several chunks, and for its default elsewhere.
    const chunkBytes = message.chunkCount > 1 ? 65_536 : chunkBytesFor(message.totalBytes);
    const { mediaType, ...ours } = document(buildMessageManifest({ ...message, chunkBytes }, layers));
    expect(mediaType).toBe('application/vnd.oci.image.manifest.v1+json');
    expect(JSON.stringify(ours)).toBe(JSON.stringify(document(bytes)));
  });
});

describe.each(receipts)('the reference’s receipt $tag', ({ tag, bytes }) => {
  const receipt = parseReceiptManifest(bytes);

  it('is for one of its messages, which its tag names', () => {
    expect(messages.map((message) => sha256(message.bytes))).toContain(receipt.for);
    expect(tag.startsWith(receiptPrefix(receipt.for))).toBe(true);
    expect(receipt).not.toHaveProperty('subject');
  });

  it('comes out the same when we build it, but for a media type and layers that are empty instead of null', () => {
    const { subject: _, ...fields } = receipt;
    const { mediaType, ...ours } = document(buildReceiptManifest(fields));
    expect(mediaType).toBe('application/vnd.oci.image.manifest.v1+json');
    expect(JSON.stringify({ ...ours, layers: null })).toBe(JSON.stringify(document(bytes)));
  });
});

it('the reference’s receipts say accepted and verified, accepted, and rejected with a reason', () => {
  const facts = receipts.map(({ bytes }) => {
    const { status, verified, reason } = parseReceiptManifest(bytes);
    return [status, verified, reason];
  });
  expect(facts).toEqual(
    expect.arrayContaining([
      ['rejected', false, 'not for me'],
      ['accepted', true, undefined],
      ['accepted', false, undefined],
    ]),
  );
});
