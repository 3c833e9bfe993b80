/** Notifications that are answered in place, as on macOS and Windows, from the system to the other side. */
import type { Page } from '@playwright/test';
import { afterAll, describe, expect, it } from 'vitest';
import { hostWords } from '../../main/hosts/electron/locales/en.ts';
import type { ConversationView } from '../../preload/contract/conversations.ts';
import { launchShell } from '../browser.ts';
import { call, theirWindows, useDesk } from './desk.ts';

const chromium = await launchShell();
afterAll(() => chromium?.close());

describe.runIf(chromium !== null)('a notification', () => {
  const desk = useDesk(chromium);

  const talkOf = async (page: Page): Promise<ConversationView> => {
    const answer = (await call(page, 'conversations.list', {})) as unknown as {
      value: readonly [ConversationView];
    };
    return answer.value[0];
  };
  const lastWords = async (page: Page) => JSON.stringify((await talkOf(page)).lastMessage);

  it.each(['darwin', 'win32'] as const)(
    'is answered and marked as read without the window, and goes by that (%s)',
    async (platform) => {
      const standin = await desk.launch({ args: ['--demo'], platform });
      const [alice, bob] = await theirWindows(standin);
      const says = async (text: string) => {
        const { id: conversationId } = await talkOf(bob);
        await call(bob, 'messages.send', { conversationId, text });
        // What the demonstration says may come in between.
        const ofIt = ({ what, body }: { what: string; body?: unknown }) =>
          what === 'notification' && body === text;
        await expect
          .poll(() => standin.journal.findLast(({ what }) => what === 'notification'))
          .toSatisfy(ofIt);
      };
      await expect.poll(() => lastWords(alice)).toContain('Hi Alice!');

      await says('Are you coming?');
      standin.perform({ replyInNotification: 'On my way' });
      await expect.poll(() => lastWords(bob)).toContain('On my way');
      expect((await talkOf(alice)).unread).toBe(0);

      await says('Good');
      expect((await talkOf(alice)).unread).toBe(1);
      standin.perform({ pressInNotification: hostWords.notification.markRead });
      await expect.poll(async () => (await talkOf(alice)).unread).toBe(0);
      for (const body of ['Are you coming?', 'Good']) await standin.wrote('notification-closed', { body });
      expect(standin.journal.filter(({ what }) => what === 'window-focused')).toEqual([]);
    },
    60_000,
  );
});
