import { describe, expect, it } from 'vitest';
import { DockerCommsError } from '../../../main/base/errors.ts';
import { notificationOptions, reply } from '../../../main/hosts/electron/notification-parts.ts';
import type { NotificationView } from '../../../preload/contract/events.ts';
import { ScriptedEngine } from '../scripted-engine.ts';

const view: NotificationView = {
  key: 'talk',
  title: 'bob@example.com',
  body: '<a href="https://evil.example">look & see</a><img src="https://evil.example/me.png">',
  to: { kind: 'conversation', conversationId: 'talk', messageId: 'first' },
  answers: 'talk',
};

describe('a notification', () => {
  it('shows what others wrote as what it is, where the system would read it as markup', () => {
    const { body } = notificationOptions(view, 'linux');
    expect(body).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
    expect(notificationOptions(view, 'darwin').body).toBe(view.body);
  });

  it.each(['darwin', 'win32', 'linux'] as const)(
    'is answered in place on %s only where that works',
    (platform) => {
      const { hasReply, actions = [] } = notificationOptions(view, platform);
      expect([hasReply === true, actions.length]).toEqual(platform === 'linux' ? [false, 0] : [true, 1]);
      const closed = notificationOptions({ ...view, answers: null }, platform);
      expect([closed.hasReply, closed.actions]).toEqual([undefined, undefined]);
    },
  );
});

describe('a reply from a notification', () => {
  it('is sent, and what it answers counts as read', async () => {
    const engine = new ScriptedEngine();
    expect(await reply(engine, 'talk', 'on my way')).toBe(true);
    expect(engine.calls).toEqual([
      { method: 'messages.send', input: { conversationId: 'talk', text: 'on my way' } },
      { method: 'conversations.markRead', input: { conversationId: 'talk' } },
    ]);
  });

  it('that cannot be sent is kept behind what was being written', async () => {
    const engine = new ScriptedEngine();
    engine.answer = (method) =>
      method === 'messages.send'
        ? Promise.reject(new DockerCommsError('storage', 'The disk is full.'))
        : Promise.resolve({ draft: 'Dear Bob', draftAnswers: null });
    expect(await reply(engine, 'talk', 'on my way')).toBe(false);
    expect(engine.calls.at(-1)).toEqual({
      method: 'conversations.saveDraft',
      input: { conversationId: 'talk', text: 'Dear Bob\non my way', inReplyTo: null },
    });
  });
});
