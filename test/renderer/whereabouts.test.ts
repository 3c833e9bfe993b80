import { describe, expect, it, vi } from 'vitest';
import { Client } from '../../renderer/state/client.svelte.ts';
import { Introductions } from '../../renderer/state/introductions.svelte.ts';
import { Notices } from '../../renderer/state/notices.svelte.ts';
import { Whereabouts } from '../../renderer/state/whereabouts.svelte.ts';
import { ScriptedBridge } from './preview/bridge.ts';
import { sceneOf } from './preview/scenes.ts';

function windowOver(bridge = new ScriptedBridge(sceneOf('talk'))) {
  const client = new Client(bridge);
  const notices = new Notices();
  const where = new Whereabouts({ client, unreadOf: () => 0 });
  const reload = vi.fn(() => Promise.resolve());
  const introductions = new Introductions({ client, notices, where, reload });
  return { notices, where, reload, introductions };
}

describe('where the person is', () => {
  it('a conversation takes the place of the settings, and of the details of another one', () => {
    const { where } = windowOver();
    where.openConversation('talk-bob');
    where.details = { kind: 'person' };
    where.settingsOpen = true;
    where.openConversation('talk-carol');
    expect(where).toMatchObject({ settingsOpen: false, details: null, conversation: { id: 'talk-carol' } });
  });

  it('is wherever the engine or the system leads, with no dialogue in between', () => {
    const { where } = windowOver();
    where.dialog = 'invite';
    where.go({ kind: 'settings', part: 'connectivity' });
    expect(where).toMatchObject({ dialog: null, settingsOpen: true, settingsWanted: 'connectivity' });
    where.go({ kind: 'conversation', conversationId: 'talk-bob', messageId: null });
    expect(where).toMatchObject({ settingsOpen: false, conversation: { id: 'talk-bob' } });
    where.go({ kind: 'requests' });
    expect(where).toMatchObject({ conversation: null, showsRequests: true });
    where.go({ kind: 'search' });
    expect(where.dialog).toBe('palette');
  });

  it('is led from a failure to what can be done about it', () => {
    const { where } = windowOver();
    where.followWayOut('change');
    expect(where).toMatchObject({ changeWanted: 1, settingsOpen: false });
    where.followWayOut('sign-in');
    expect(where).toMatchObject({ dialog: 'sign-in', settingsOpen: false });
    where.followWayOut('network');
    expect(where).toMatchObject({ settingsOpen: true, settingsWanted: 'network' });
  });
});

describe('a link', () => {
  it('to a conversation that is here opens it, to be written in', async () => {
    const { where, introductions } = windowOver();
    await introductions.openLink('dockercomms:conversation?v=1&id=bob%40example.com');
    expect(where).toMatchObject({ dialog: null, composerWanted: 1, conversation: { id: 'talk-bob' } });
  });

  it('to somebody else begins a form with what it says, once', async () => {
    const { where, introductions } = windowOver();
    await introductions.openLink('dockercomms:conversation?v=1&id=zoe%40example.com&repo=r.example.com%2Fz');
    expect(where).toMatchObject({ dialog: 'new-conversation', conversation: null });
    const zoe = { identity: 'zoe@example.com', mailbox: 'r.example.com/z' };
    expect(introductions.takeAddressee()).toEqual(zoe);
    expect(introductions.takeAddressee()).toEqual({ identity: '', mailbox: '' });
  });

  it('that is an invitation waits until it is followed', async () => {
    const { where, introductions, reload } = windowOver();
    const link = 'dockercomms:invite?v=1&repo=registry.example.com%2Fz&id=zoe%40example.com';
    await introductions.openLink(link);
    expect(where.dialog).toBe('new-conversation');
    expect(introductions.invitation).toBe(link);
    await introductions.followInvitation({ accountId: 'account-1', link });
    expect(introductions.invitation).toBe('');
    expect(reload).toHaveBeenCalledOnce();
    expect(where.conversation?.id).toBe('talk-zoe@example.com');
  });

  it('without a meaning becomes a notice', async () => {
    const { where, introductions, notices } = windowOver();
    await introductions.openLink('dockercomms:send?text=x');
    expect(where).toMatchObject({ dialog: null, conversation: null });
    expect(notices.list).toMatchObject([{ kind: 'problem' }]);
  });
});
