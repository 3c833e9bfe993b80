import { describe, expect, it, vi } from 'vitest';
import { ConnectionTest } from '../../renderer/setup/connection-test.svelte.ts';
import { Client } from '../../renderer/state/client.svelte.ts';
import { ScriptedBridge } from './preview/bridge.ts';
import { sceneOf } from './preview/scenes.ts';

describe('a connection test', () => {
  const place = { repository: '127.0.0.1:9/team', login: { kind: 'none' } } as const;
  const cancelled = { ok: false, error: { code: 'cancelled', message: 'Cancelled.', detail: {} } } as const;

  /** A test of a registry that never answers: it ends when it is cancelled. */
  function silent() {
    const bridge = new ScriptedBridge(sceneOf('talk'));
    const answer = Promise.withResolvers<typeof cancelled>();
    vi.spyOn(bridge, 'call').mockImplementation((method) => {
      if (method === 'connection.cancelTest') answer.resolve(cancelled);
      return method === 'connection.test'
        ? answer.promise
        : Promise.resolve({ ok: true, value: null as never });
    });
    const test = new ConnectionTest(new Client(bridge));
    return { test, ran: test.run(place) };
  }

  it('that a person cancelled was one: nobody waits again for a registry that does not answer', async () => {
    const { test, ran } = silent();
    expect(test.tried).toBe(false);
    test.cancel();
    await ran;
    expect(test.tried).toBe(true);
    expect(test.error).toBeNull();
    test.forget();
    expect(test.tried).toBe(false);
  });

  it('of what is no longer meant says nothing of what is', async () => {
    const { test, ran } = silent();
    test.forget();
    await ran;
    expect(test.tried).toBe(false);
  });
});
