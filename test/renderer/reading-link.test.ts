import { describe, expect, it } from 'vitest';
import { looksLikeLink, ReadingLink } from '../../renderer/people/reading-link.svelte.ts';
import { Client } from '../../renderer/state/client.svelte.ts';
import { ScriptedBridge } from './preview/bridge.ts';
import { invitation } from './preview/links.ts';
import { sceneOf } from './preview/scenes.ts';

const reading = () => new ReadingLink(new Client(new ScriptedBridge(sceneOf('talk'))));

describe('a link that is typed or pasted', () => {
  it('is recognised by its beginning, whatever stands around it', () => {
    expect([invitation, ` ${invitation}\n`, 'DockerComms:invite'].every(looksLikeLink)).toBe(true);
    expect(['bob@example.com', 'see dockercomms:invite', ''].some(looksLikeLink)).toBe(false);
  });

  it('says who and where, or why it is none', async () => {
    const link = reading();
    await link.read(` ${invitation}\n`);
    expect(link.view).toMatchObject({
      kind: 'invitation',
      invitation: { identity: 'alice@example.com', accountId: 'account-1' },
    });
    await link.read('dockercomms:nonsense');
    expect(link.view).toBeNull();
    expect(link.error?.code).toBe('invalid');
    await link.read('bob@example.com');
    expect(link.error).toBeNull();
  });

  it('to a conversation says which one, where it is here', async () => {
    const link = reading();
    await link.read('dockercomms:conversation?v=1&id=bob%40example.com');
    expect(link.view).toMatchObject({ kind: 'conversation', conversationId: 'talk-bob' });
    await link.read('dockercomms:conversation?v=1&id=zoe%40example.com&repo=registry.example.net%2Fzoe');
    expect(link.view).toMatchObject({
      ...{ kind: 'conversation', conversationId: null },
      ...{ identity: 'zoe@example.com', mailbox: 'registry.example.net/zoe' },
    });
  });

  it('is the last one that was typed, in whatever order the answers come', async () => {
    const link = reading();
    const first = link.read(invitation);
    await link.read('bob@example.com');
    await first;
    expect(link.view).toBeNull();
  });
});
