import { EventEmitter } from 'node:events';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { DockerCommsError } from '../../../main/base/errors.ts';
import { notificationOptions, reply } from '../../../main/hosts/electron/notification-parts.ts';
import type { NotificationView } from '../../../preload/contract/events.ts';
import { ScriptedEngine } from '../scripted-engine.ts';

const shown: SystemNotification[] = [];

/** A notification of the system, which tells what happens to it. */
class SystemNotification extends EventEmitter {
  static isSupported = () => true;
  readonly show = vi.fn(() => void shown.push(this));
  readonly close = vi.fn();
}

vi.mock('electron', () => ({ Notification: SystemNotification }));
const { showNotifications } = await import('../../../main/hosts/electron/notifications.ts');

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
    'is an ordinary one on %s, which the system holds while somebody wants no disturbance',
    (platform) => {
      // Neither urgent nor staying until it is closed, and with no sound but the system's own.
      const ordinary = ['title', 'body', 'hasReply', 'replyPlaceholder', 'actions'];
      for (const answers of ['talk', null]) {
        const asked = Object.keys(notificationOptions({ ...view, answers }, platform));
        expect(asked.filter((option) => !ordinary.includes(option))).toEqual([]);
      }
    },
  );

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

describe('a notification that the system shows', () => {
  const engine = new ScriptedEngine();
  const goTo = vi.fn();
  const end = showNotifications(engine, goTo);
  const hide = () => {
    engine.tell({ type: 'notification.hide', key: view.key });
  };
  const showOne = () => {
    engine.tell({ type: 'notification.show', notification: view });
    const one = shown.at(-1);
    if (one === undefined) throw new Error('nothing was shown');
    return one;
  };
  beforeEach(hide);

  it.each([undefined, 'timedOut', 'applicationHidden'])(
    'that went into the list of earlier ones by itself (%s) leads to its message, and is taken back from there',
    (reason) => {
      const notification = showOne();
      notification.emit('close', { reason });
      notification.emit('click');
      expect(goTo).toHaveBeenLastCalledWith(view.to);
      expect(notification.close).not.toHaveBeenCalled();
      hide();
      expect(notification.close).toHaveBeenCalledOnce();
    },
  );

  it('that its person dismissed is forgotten', () => {
    const notification = showOne();
    notification.emit('close', { reason: 'userCanceled' });
    hide();
    expect(notification.close).not.toHaveBeenCalled();
  });

  it('gives its place to a later one of the same conversation', () => {
    const earlier = showOne();
    const later = showOne();
    expect(earlier.close).toHaveBeenCalledOnce();
    expect(later.close).not.toHaveBeenCalled();
  });

  it('goes with the program, which would not hear of a click any more', () => {
    const notification = showOne();
    end();
    expect(notification.close).toHaveBeenCalledOnce();
    engine.tell({ type: 'notification.show', notification: view });
    expect(shown.at(-1)).toBe(notification);
  });
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
