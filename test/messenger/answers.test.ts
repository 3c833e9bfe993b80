import { describe, expect, test } from 'vitest';
import { aliceAndBob, aliceId, bobId } from './household.ts';

describe('an answer', () => {
  test('is shown below what it answers, on both sides', async () => {
    const { alice, bob } = await aliceAndBob();
    const question = await alice.say(bobId, 'Shall we?');
    const atBob = await bob.awaits(aliceId, { content: { text: 'Shall we?' }, inReplyTo: null });
    const conversationId = await bob.with(aliceId);
    await bob.ask('messages.send', { conversationId, text: 'Yes', inReplyTo: atBob.id });
    const original = { kind: 'text', excerpt: 'Shall we?' };
    expect((await bob.messages(aliceId)).at(-1)?.inReplyTo).toEqual({
      ...original,
      messageId: atBob.id,
      direction: 'incoming',
    });
    const answer = await alice.awaits(bobId, { content: { text: 'Yes' } });
    expect(answer.inReplyTo).toEqual({ ...original, messageId: question, direction: 'outgoing' });
  });

  test('to what is no longer here says so, and is read all the same', async () => {
    const { alice, bob } = await aliceAndBob();
    const question = await alice.say(bobId, 'Shall we?');
    const atBob = await bob.awaits(aliceId, { content: { text: 'Shall we?' } });
    await alice.ask('messages.remove', { messageId: question });
    const conversationId = await bob.with(aliceId);
    await bob.ask('messages.send', { conversationId, text: 'Yes', inReplyTo: atBob.id });
    await alice.awaits(bobId, { content: { text: 'Yes' }, inReplyTo: 'not-here' });
  });

  test('cannot name a message of another conversation: its number is nobody else’s', async () => {
    const { alice } = await aliceAndBob();
    const toBob = await alice.say(bobId, 'For Bob alone');
    const withCarol = await alice.with('carol@example.com');
    const answer = { conversationId: withCarol, text: 'About that', inReplyTo: toBob };
    expect(await alice.fail('messages.send', answer)).toMatchObject({ code: 'not-found' });
    expect(await alice.reads('carol@example.com')).toEqual([]);
  });
});
