import { describe, expect, test } from 'vitest';
import { incomingText, insert, outgoingText, startConversation, temporaryStore } from './temporary-store.ts';

describe('what an answer answers', () => {
  test('is found by its number on the wire, with its words or the name of its file', async () => {
    const { store, conversation } = await temporaryStore();
    const text = insert(store, incomingText(conversation, { wireId: 'a', text: 'x'.repeat(300) }));
    const file = insert(
      store,
      outgoingText(conversation, {
        wireId: 'b',
        kind: 'file',
        text: null,
        file: {
          name: 'tables.csv',
          bytes: 1,
          mediaType: 'text/csv',
          folder: false,
          sourcePath: null,
          sourceTemporary: false,
          sourceSize: null,
          sourceModifiedAt: null,
          savedPath: null,
        },
      }),
    );
    const found = store.messages.originals(conversation.id, ['a', 'b', 'a', 'unknown']);
    expect(found.get('a')).toEqual({
      id: text.id,
      direction: 'incoming',
      kind: 'text',
      excerpt: 'x'.repeat(200),
    });
    expect(found.get('b')).toMatchObject({ id: file.id, direction: 'outgoing', excerpt: 'tables.csv' });
    expect(found.size).toBe(2);
  });

  test('attack: naming a message of another conversation shows nothing of it', async () => {
    const { store, conversation } = await temporaryStore();
    const withCarol = startConversation(store, 'carol@example.com');
    insert(store, incomingText(withCarol, { wireId: 'secret', text: 'Carol’s words' }));
    expect(store.messages.originals(conversation.id, ['secret']).size).toBe(0);
    expect(store.messages.originals(withCarol.id, ['secret']).size).toBe(1);
  });

  test('attack: a second message with a number that is taken does not take the place of the first', async () => {
    const { store, conversation } = await temporaryStore();
    insert(store, incomingText(conversation, { wireId: 'a', state: 'refused', text: 'forged before' }));
    const first = insert(store, outgoingText(conversation, { wireId: 'a', text: 'mine' }));
    insert(store, incomingText(conversation, { wireId: 'a', text: 'forged after' }));
    expect(store.messages.originals(conversation.id, ['a']).get('a')).toMatchObject({ id: first.id });
  });
});
