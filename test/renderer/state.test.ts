import { describe, expect, it, vi } from 'vitest';
import type { Bridge } from '../../preload/contract/bridge.ts';
import type { AccountView } from '../../preload/contract/accounts.ts';
import type { ConversationView } from '../../preload/contract/conversations.ts';
import type { SearchResults } from '../../preload/contract/search.ts';
import { paletteGroups } from '../../renderer/conversations/palette-groups.ts';
import { arrivals, unreadTotal } from '../../renderer/state/arrivals.ts';
import { bannerFor } from '../../renderer/state/banner.ts';
import { Client } from '../../renderer/state/client.svelte.ts';
import { Composer } from '../../renderer/state/composer.svelte.ts';
import { oneAtATime } from '../../renderer/state/one-at-a-time.ts';
import { OpenConversation } from '../../renderer/state/open-conversation.svelte.ts';
import { ScriptedBridge } from './preview/bridge.ts';
import { sceneOf } from './preview/scenes.ts';

async function conversations(): Promise<readonly ConversationView[]> {
  return new Client(new ScriptedBridge(sceneOf('talk'))).call('conversations.list', {});
}

describe('the client', () => {
  it('throws what the engine refuses, with its code', async () => {
    const client = new Client(new ScriptedBridge(sceneOf('talk')));
    const refused = client.call('conversations.get', { conversationId: 'nobody' });
    await expect(refused).rejects.toMatchObject({ view: { code: 'not-found' } });
  });
});

describe('one question at a time', () => {
  it('is asked once more at its end, however often it was wanted meanwhile', async () => {
    const answers: PromiseWithResolvers<undefined>[] = [];
    const ask = oneAtATime(() => {
      const answer = Promise.withResolvers<undefined>();
      answers.push(answer);
      return answer.promise;
    });
    const done = [ask(), ask(), ask()];
    expect(answers).toHaveLength(1);
    answers[0]?.resolve(undefined);
    await expect.poll(() => answers).toHaveLength(2);
    answers[1]?.resolve(undefined);
    await Promise.all(done);
    expect(answers).toHaveLength(2);
    void ask();
    expect(answers).toHaveLength(3);
  });
});

describe('arriving messages', () => {
  it('are those that are new, from the other side, and not muted', async () => {
    const before = await conversations();
    const incoming = (id: string, muted: boolean) => (conversation: ConversationView) =>
      conversation.id === id && conversation.lastMessage !== null
        ? {
            ...conversation,
            muted,
            lastMessage: { ...conversation.lastMessage, messageId: 'new', direction: 'incoming' as const },
          }
        : conversation;
    expect(arrivals(before, before)).toEqual([]);
    expect(arrivals(before, before.map(incoming('talk-bob', false))).map(({ id }) => id)).toEqual([
      'talk-bob',
    ]);
    expect(arrivals(before, before.map(incoming('talk-bob', true)))).toEqual([]);
  });

  it('count in the title without the muted ones', async () => {
    expect(unreadTotal(await conversations())).toBe(2);
  });
});

describe('the banner', () => {
  const account = (state: AccountView['connection'], id = state.state): AccountView => ({
    id,
    identity: 'alice@example.com',
    repository: 'registry.example.com/team/messages',
    kind: 'registry',
    login: { kind: 'none' },
    addresses: ['registry.example.com/team/messages'],
    acceptedCertificate: null,
    waitingRequests: 0,
    newDevices: 0,
    keyAlarm: null,
    connection: state,
    unencrypted: false,
  });
  const error = { code: 'auth', message: 'No.', detail: {} } as const;
  const online = account({ state: 'online', syncedAt: 0 });
  const offline = account({ state: 'offline', error, retryAt: null });
  const trouble = account({ state: 'trouble', error, retryAt: null });

  it('is absent when all is well', () => {
    expect(bannerFor(true, [online])).toBeNull();
    expect(bannerFor(true, [])).toBeNull();
  });

  it('shows what a person has to act on before what heals by itself', () => {
    expect(bannerFor(true, [offline, trouble])).toMatchObject({
      kind: 'trouble',
      host: 'registry.example.com',
    });
    expect(bannerFor(true, [online, offline])).toMatchObject({ kind: 'offline' });
  });

  it('says of a device that another one added, where nothing else needs a person, until it was looked at', () => {
    const joined = { ...online, id: 'joined', newDevices: 1 };
    expect(bannerFor(true, [online, joined])).toEqual({
      kind: 'new-device',
      accountId: 'joined',
      identity: 'alice@example.com',
    });
    expect(bannerFor(true, [joined, trouble])).toMatchObject({ kind: 'trouble' });
    expect(bannerFor(true, [joined, offline])).toMatchObject({ kind: 'new-device' });
  });

  it('says that nothing of this device counts any more, before what is only news or heals by itself', () => {
    for (const keyAlarm of ['key-lost', 'device-removed', 'other-profile'] as const) {
      const stopped = { ...online, id: 'stopped', newDevices: 1, keyAlarm };
      expect(bannerFor(true, [offline, online, stopped])).toEqual({
        kind: 'key-alarm',
        accountId: 'stopped',
        identity: 'alice@example.com',
        reason: keyAlarm,
      });
      // A login that is lost as well comes first: a new key is published with it.
      expect(bannerFor(true, [stopped, trouble])).toMatchObject({ kind: 'trouble' });
    }
  });

  it('says of the proxy what concerns the proxy, and leads to where it is changed', () => {
    const detail = { proxy: 'http://proxy.example.com:3128', reason: 'proxy-login-required' } as const;
    const asked = account({ state: 'trouble', error: { ...error, detail }, retryAt: null });
    expect(bannerFor(true, [asked])).toMatchObject({ kind: 'trouble', byProxy: true, wayOut: 'network' });
    const silent = {
      code: 'network',
      message: 'No.',
      detail: { ...detail, reason: 'proxy-unreachable' },
    } as const;
    const cut = account({ state: 'offline', error: silent, retryAt: 0 });
    expect(bannerFor(true, [cut])).toMatchObject({ byProxy: true, wayOut: 'network', message: 'No.' });
  });

  it('leads to the test where the registry answers in a way that no setting explains', () => {
    const html = { code: 'protocol', message: 'A page.', detail: {} } as const;
    const odd = account({ state: 'trouble', error: html, retryAt: null });
    expect(bannerFor(true, [odd])).toMatchObject({ byProxy: false, wayOut: 'connectivity' });
  });

  it('does not explain what only time mends', () => {
    const gone = { code: 'network', message: 'No.', detail: {} } as const;
    const cut = account({ state: 'offline', error: gone, retryAt: 0 });
    expect(bannerFor(true, [cut])).toMatchObject({ message: null, wayOut: null });
  });

  it('says first of all that the engine is gone', () => {
    expect(bannerFor(false, [trouble])).toEqual({ kind: 'engine-lost' });
  });
});

describe('the palette', () => {
  const nothing: SearchResults = { people: [], conversations: [], messages: [] };
  const usual = { canStart: true, paused: false, muted: false };

  it('offers to end a pause instead of another one, and looks for nothing meanwhile', () => {
    const offered = (quiet: { readonly paused: boolean; readonly muted: boolean }) =>
      paletteGroups({ text: '', results: nothing, recent: [], ...usual, ...quiet })
        .flatMap(({ items }) => items)
        .flatMap((item) => (item.kind === 'action' ? [item.action] : []))
        .filter((action) => ['sync', 'pause', 'go-on', 'mute', 'unmute'].includes(action));
    expect(offered({ paused: false, muted: false })).toEqual(['sync', 'pause', 'mute']);
    expect(offered({ paused: true, muted: true })).toEqual(['go-on', 'unmute']);
  });

  it('offers recent conversations and every action before anything is typed', async () => {
    const groups = paletteGroups({
      text: '',
      results: nothing,
      recent: await conversations(),
      ...usual,
    });
    expect(groups[0]?.items).toHaveLength(6);
    expect(groups.at(-1)?.items.length).toBeGreaterThan(4);
  });

  it('offers to write to an address that nobody has', () => {
    const typed = (text: string) =>
      paletteGroups({ text, results: nothing, recent: [], ...usual }).flatMap(({ items }) => items);
    expect(typed('zoe@example.com').some(({ kind }) => kind === 'write-to')).toBe(true);
    expect(typed('zoe').some(({ kind }) => kind === 'write-to')).toBe(false);
  });

  it('does not list a person twice who already has a conversation', async () => {
    const recent = await conversations();
    const people = recent.map(({ person }) => person);
    const groups = paletteGroups({ text: 'b', results: { ...nothing, people }, recent, ...usual });
    expect(groups.flatMap(({ items }) => items).some(({ kind }) => kind === 'person')).toBe(false);
  });
});

describe('the composer', () => {
  const composerOf = (bridge: Bridge) =>
    new Composer(new Client(bridge), { id: 'talk-bob', draft: '', draftAnswers: null });
  const source = (name: string) => ({ kind: 'file', file: new File(['x'], name) }) as const;

  it('keeps text and files until the engine has them', async () => {
    const bridge = new ScriptedBridge(sceneOf('talk'));
    const composer = composerOf(bridge);
    composer.write('hello');
    await composer.attach([source('a.txt')]);
    vi.spyOn(bridge, 'call').mockResolvedValueOnce({
      ok: false,
      error: { code: 'storage', message: 'The disk is full.', detail: {} },
    });
    expect(await composer.send()).toBe(false);
    expect(composer.text).toBe('hello');
    expect(composer.chips).toHaveLength(1);
    expect(composer.error?.code).toBe('storage');
    expect(await composer.send()).toBe(true);
    expect(composer.text).toBe('');
    expect(composer.chips).toHaveLength(0);
  });

  /** What was handed to the engine, and answers for it: none comes by itself. */
  const slowEngine = () => {
    const bridge = new ScriptedBridge(sceneOf('talk'));
    const answers: ((ok: boolean) => void)[] = [];
    const sent: unknown[] = [];
    const saved: unknown[] = [];
    const refusal = { code: 'storage', message: 'The disk is full.', detail: {} } as const;
    vi.spyOn(bridge, 'call').mockImplementation((method, input) => {
      if (method !== 'messages.send') {
        saved.push((input as { readonly text: string }).text);
        return Promise.resolve({ ok: true, value: null as never });
      }
      sent.push((input as { readonly text: string }).text);
      return new Promise((resolve) =>
        answers.push((ok) =>
          resolve(ok ? { ok: true, value: { messageIds: [] } as never } : { ok: false, error: refusal }),
        ),
      );
    });
    return { bridge, answers, sent, saved };
  };

  it('takes the next line while the engine has not answered, and hands over one after the other', async () => {
    const { bridge, answers, sent, saved } = slowEngine();
    const composer = composerOf(bridge);
    composer.write('one');
    const first = composer.send();
    expect(composer.text).toBe('');
    composer.write('two');
    const second = composer.send();
    composer.write('and th');
    await vi.waitFor(() => expect(sent).toEqual(['one']));
    await composer.save();
    expect(saved.at(-1)).toBe('one\ntwo\nand th');
    answers[0]?.(true);
    expect(await first).toBe(true);
    await vi.waitFor(() => expect(sent).toEqual(['one', 'two']));
    answers[1]?.(true);
    expect(await second).toBe(true);
    expect(composer.text).toBe('and th');
    // The engine forgets the draft with each message, also what was typed since.
    expect(saved.at(-1)).toBe('and th');
  });

  it('has every line back, in order, when the engine refuses one of them', async () => {
    const { bridge, answers, sent } = slowEngine();
    const composer = composerOf(bridge);
    for (const line of ['one', 'two']) {
      composer.write(line);
      void composer.send();
    }
    composer.write('three');
    await vi.waitFor(() => expect(sent).toEqual(['one']));
    answers[0]?.(false);
    await vi.waitFor(() => expect(composer.error?.code).toBe('storage'));
    expect(composer.text).toBe('one\ntwo\nthree');
    expect(composer.sending).toBe(false);
    expect(sent).toEqual(['one']);
  });

  it('saves what is written while it is written: no pause is needed for it', () => {
    vi.useFakeTimers();
    try {
      const bridge = new ScriptedBridge(sceneOf('talk'));
      const composer = composerOf(bridge);
      for (let length = 1; length <= 20; length += 1) {
        composer.write('x'.repeat(length));
        vi.advanceTimersByTime(100);
      }
      const saved = bridge.calls.filter(({ method }) => method === 'conversations.saveDraft').length;
      expect(saved).toBeGreaterThan(1);
      expect(saved).toBeLessThan(10);
    } finally {
      vi.useRealTimers();
    }
  });

  it('gives up a file that was removed while it was still being taken in', async () => {
    const bridge = new ScriptedBridge(sceneOf('talk'));
    const composer = composerOf(bridge);
    const taken = composer.attach([source('a.txt')]);
    composer.remove(composer.chips[0]?.key ?? 0);
    await taken;
    expect(composer.chips).toEqual([]);
    expect(bridge.calls.some(({ method }) => method === 'attachments.discard')).toBe(true);
  });

  it('shows which file could not be taken, and tries it again', async () => {
    const bridge = new ScriptedBridge(sceneOf('talk'));
    vi.spyOn(bridge, 'attach').mockResolvedValueOnce({
      ok: false,
      error: { code: 'not-found', message: 'The file is gone.', detail: {} },
    });
    const composer = composerOf(bridge);
    await composer.attach([source('a.txt')]);
    expect(composer.chips[0]?.error?.code).toBe('not-found');
    composer.retry(composer.chips[0]?.key ?? 0);
    await expect.poll(() => composer.chips[0]?.attachment?.name).toBe('a.txt');
  });

  it('does not send nothing', async () => {
    const composer = composerOf(new ScriptedBridge(sceneOf('talk')));
    composer.write('   \n ');
    expect(composer.sendable).toBe(false);
    expect(await composer.send()).toBe(false);
  });
});

describe('an open conversation', () => {
  it('asks only for the newest page, and for older ones when asked', async () => {
    const open = new OpenConversation(new Client(new ScriptedBridge(sceneOf('talk'))), 'talk-ci', 0);
    await open.showNewest();
    expect(open.window.messages).toHaveLength(60);
    await open.loadOlder();
    expect(open.window.messages).toHaveLength(120);
    expect(open.window.messages.at(-1)?.content).toMatchObject({ kind: 'text' });
  });

  it('marks where reading goes on only where it knows it', async () => {
    const client = new Client(new ScriptedBridge(sceneOf('talk')));
    const some = new OpenConversation(client, 'talk-ci', 20);
    await some.showNewest();
    expect(some.firstUnreadId).not.toBeNull();
    const tooMany = new OpenConversation(client, 'talk-ci', 900);
    await tooMany.showNewest();
    expect(tooMany.firstUnreadId).toBeNull();
  });

  it('shows the surroundings of a message that a search found', async () => {
    const client = new Client(new ScriptedBridge(sceneOf('talk')));
    const { messages } = await client.call('search.query', { text: '#1000 ' });
    const hit = messages[0];
    const open = new OpenConversation(client, 'talk-ci', 0);
    await open.showMessage(hit?.messageId ?? '');
    expect(open.messageOf(hit?.messageId ?? '')).not.toBeNull();
    expect(open.atNewest).toBe(false);
    await open.showLatest();
    expect(open.atNewest).toBe(true);
  });

  it('follows a message that was removed elsewhere in the history', async () => {
    const bridge = new ScriptedBridge(sceneOf('talk'));
    const open = new OpenConversation(new Client(bridge), 'talk-ci', 0);
    await open.showNewest();
    await open.loadOlder();
    const id = open.window.messages[3]?.id ?? '';
    await bridge.call('messages.remove', { messageId: id });
    await open.refresh([id]);
    expect(open.messageOf(id)).toBeNull();
    expect(open.window.messages).toHaveLength(119);
  });

  it('keeps only the end for whoever follows it, and asks again for what is further up', async () => {
    const open = new OpenConversation(new Client(new ScriptedBridge(sceneOf('talk'))), 'talk-ci', 0);
    await open.showNewest();
    while (open.window.messages.length <= 180) await open.loadOlder();
    const all = open.window.messages;
    await open.refresh();
    expect(open.window.messages, 'read further up').toHaveLength(all.length);
    open.following = true;
    await open.refresh();
    expect(open.window.messages).toEqual(all.slice(-60));
    await open.loadOlder();
    expect(open.window.messages).toEqual(all.slice(-120));
  });
});
