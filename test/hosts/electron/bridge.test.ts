import { EventEmitter } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Engine } from '../../../main/messenger/engine.ts';
import { ScriptedEngine } from '../scripted-engine.ts';

type Handler = (event: object, ...values: unknown[]) => Promise<unknown>;
const { handlers } = vi.hoisted(() => ({ handlers: new Map<string, Handler>() }));
vi.mock('electron', () => ({
  ipcMain: { handle: (channel: string, handler: Handler) => void handlers.set(channel, handler) },
}));
const { WindowBridge } = await import('../../../main/hosts/electron/bridge.ts');

type BoundContents = Parameters<InstanceType<typeof WindowBridge>['bind']>[0];

class Contents extends EventEmitter {
  readonly heard: unknown[] = [];
  readonly mainFrame = { url: 'app://dockercomms/index.html', frameTreeNodeId: 1 };
  #destroyed = false;

  isDestroyed = () => this.#destroyed;
  send = (_channel: string, event: unknown) => void this.heard.push(event);

  destroy(): void {
    this.#destroyed = true;
    this.emit('destroyed');
  }

  call(method: string, senderFrame: object | null = this.mainFrame): Promise<unknown> {
    const handler = handlers.get('dockercomms:call') ?? expect.unreachable();
    return handler({ sender: this, senderFrame }, method, {});
  }
}

describe('the bridge of a window whose engine is still to come', () => {
  let contents: Contents;
  let engine: ScriptedEngine;
  let opened: PromiseWithResolvers<Engine>;
  beforeEach(() => {
    contents = new Contents();
    engine = new ScriptedEngine();
    opened = Promise.withResolvers();
    new WindowBridge().bind(contents as unknown as BoundContents, opened.promise);
  });

  it('lets calls wait, in their order, and answers them', async () => {
    engine.answer = (method) => Promise.resolve(`${method} answered`);
    const answers = Promise.all(['one', 'two', 'three'].map((method) => contents.call(method)));
    await setImmediate();
    expect(engine.calls).toEqual([]);
    opened.resolve(engine);
    expect(await answers).toEqual(
      ['one', 'two', 'three'].map((method) => ({ ok: true, value: `${method} answered` })),
    );
    expect(engine.calls.map(({ method }) => method)).toEqual(['one', 'two', 'three']);
  });

  it('refuses at once whom it would refuse later', async () => {
    const elsewhere = { url: 'https://example.org/', frameTreeNodeId: 1 };
    const embedded = { ...contents.mainFrame, frameTreeNodeId: 2 };
    for (const frame of [elsewhere, embedded, null])
      await expect(contents.call('app.status', frame)).rejects.toThrow('refused');
    await expect(new Contents().call('app.status')).rejects.toThrow('refused');
    opened.resolve(engine);
    await setImmediate();
    expect(engine.calls).toEqual([]);
  });

  it('tells the window what happens from the first answer on, until it is gone', async () => {
    const answered = contents.call('app.status');
    engine.answer = () => {
      engine.tell({ type: 'accounts.changed' });
      return Promise.resolve(null);
    };
    opened.resolve(engine);
    await answered;
    expect(contents.heard).toEqual([{ type: 'accounts.changed' }]);
    contents.destroy();
    engine.tell({ type: 'accounts.changed' });
    expect(contents.heard).toHaveLength(1);
    await expect(contents.call('app.status')).rejects.toThrow('refused');
  });

  it('tells nothing to a window that went before there was an engine', async () => {
    const subscribe = vi.spyOn(engine, 'subscribe');
    contents.destroy();
    opened.resolve(engine);
    await setImmediate();
    expect(subscribe).not.toHaveBeenCalled();
  });
});
