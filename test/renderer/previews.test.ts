import { expect, test } from 'vitest';
import type { Client } from '../../renderer/state/client.svelte.ts';
import { Previews } from '../../renderer/state/previews.ts';

/** Previews of images of this many characters, and how often each was asked for. */
function previewsOf(characters: number) {
  const asked: string[] = [];
  const preview = { kind: 'image', mediaType: 'image/png', base64: 'x'.repeat(characters) } as const;
  const call = (_method: string, { messageId }: { messageId: string }) => {
    asked.push(messageId);
    return messageId === 'broken' ? Promise.reject(new Error('no')) : Promise.resolve(preview);
  };
  const previews = new Previews({ call } as unknown as Client);
  const see = async (...ids: readonly string[]) => {
    for (const id of ids) await previews.of(id);
  };
  return { previews, asked, see };
}

test('a preview is asked for once', async () => {
  const { previews, asked } = previewsOf(10);
  expect(await Promise.all([previews.of('a'), previews.of('a')])).toHaveLength(2);
  await previews.of('a');
  expect(asked).toEqual(['a']);
});

test('one that could not be made is none, and is asked for again', async () => {
  const { previews, asked } = previewsOf(10);
  expect(await previews.of('broken')).toBeNull();
  await previews.of('broken');
  expect(asked).toEqual(['broken', 'broken']);
});

test('large images do not fill the memory: the oldest are forgotten', async () => {
  const { asked, see } = previewsOf(16 * 1024 * 1024);
  await see('a', 'b', 'c', 'd', 'e');
  asked.length = 0;
  await see('b', 'c', 'd', 'e');
  expect(asked).toEqual([]);
  await see('a');
  expect(asked).toEqual(['a']);
});

test('small ones are forgotten when there are many', async () => {
  const { asked, see } = previewsOf(1);
  await see('first', ...Array.from({ length: 60 }, (_, index) => String(index)), 'first');
  expect(asked.filter((id) => id === 'first')).toHaveLength(2);
});
