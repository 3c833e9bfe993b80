import { describe, expect, it } from 'vitest';
import type { ConversationView } from '../../preload/contract/conversations.ts';
import { words } from '../../renderer/locales/en.ts';
import { Client } from '../../renderer/state/client.svelte.ts';
import { spokenNews } from '../../renderer/state/spoken-news.ts';
import { ScriptedBridge } from './preview/bridge.ts';
import { sceneOf } from './preview/scenes.ts';

const conversationsOf = (scene: string) =>
  new Client(new ScriptedBridge(sceneOf(scene))).call('conversations.list', {});

/** The same conversations, with something new in the one with this id. */
function later(
  before: readonly ConversationView[],
  id: string,
  message: Partial<NonNullable<ConversationView['lastMessage']>>,
): readonly ConversationView[] {
  return before.map((conversation) =>
    conversation.id === id && conversation.lastMessage !== null
      ? {
          ...conversation,
          lastMessage: {
            ...conversation.lastMessage,
            ...{ messageId: 'new', direction: 'incoming', kind: 'text', excerpt: 'Hello', ...message },
          },
        }
      : conversation,
  );
}

describe('what a live region says', () => {
  it('of what came is by whom it is, with its words or the name of its file', async () => {
    const before = await conversationsOf('talk');
    expect(spokenNews(before, before)).toEqual([]);
    expect(spokenNews(before, later(before, 'talk-bob', {}))).toEqual([
      words.live.text('Bob Lindqvist', 'Hello'),
    ]);
    expect(spokenNews(before, later(before, 'talk-bob', { kind: 'file', excerpt: 'plan.pdf' }))).toEqual([
      words.live.file('Bob Lindqvist', 'plan.pdf'),
    ]);
  });

  it('never reads out what nobody proved', async () => {
    const before = await conversationsOf('talk');
    expect(spokenNews(before, later(before, 'talk-bob', { state: 'unverified' }))).toEqual([
      words.live.unverified('Bob Lindqvist'),
    ]);
  });

  it('says that keys began to stop all sending', async () => {
    const after = await conversationsOf('trust');
    const before = after.map((conversation) => ({
      ...conversation,
      person: { ...conversation.person, trust: { ...conversation.person.trust, change: null } },
    }));
    const alarmed = after.filter(({ person }) => person.trust.change?.blocking === true);
    expect(alarmed.length).toBeGreaterThan(0);
    expect(spokenNews(before, after)).toHaveLength(alarmed.length);
  });
});
