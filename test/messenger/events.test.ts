import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { EventHub } from '../../main/messenger/events.ts';
import type { EngineEvent } from '../../preload/contract/events.ts';

const logged: string[] = [];
const logger = { error: (_facts: object, message: string) => logged.push(message) };

function listen(hub: EventHub): EngineEvent[] {
  const heard: EngineEvent[] = [];
  hub.subscribe((event) => heard.push(event));
  return heard;
}

test('many changes of one turn are told once for each conversation', async () => {
  const hub = new EventHub(logger);
  const heard = listen(hub);
  hub.messageChanged('alice', 'm1');
  hub.messageChanged('alice', 'm2');
  hub.messageChanged('alice', 'm1');
  hub.messageChanged('bob', 'm3');
  await nextTurn();
  expect(heard).toEqual([
    { type: 'messages.changed', conversationId: 'alice', messageIds: ['m1', 'm2'] },
    { type: 'messages.changed', conversationId: 'bob', messageIds: ['m3'] },
    { type: 'conversations.changed', conversationIds: ['alice', 'bob'] },
  ]);
});

test('changes of a later turn are told again', async () => {
  const hub = new EventHub(logger);
  const heard = listen(hub);
  hub.conversationChanged('alice');
  await nextTurn();
  hub.conversationChanged('alice');
  await nextTurn();
  expect(heard).toHaveLength(2);
});

test('who stopped listening hears nothing more', () => {
  const hub = new EventHub(logger);
  const heard: EngineEvent[] = [];
  const stop = hub.subscribe((event) => heard.push(event));
  stop();
  hub.emit({ type: 'accounts.changed' });
  expect(heard).toEqual([]);
});

test('a listener that fails stops neither the others nor what happened', async () => {
  const hub = new EventHub(logger);
  hub.subscribe(() => {
    throw new Error('the window is gone');
  });
  const heard = listen(hub);
  hub.conversationChanged('alice');
  await nextTurn();
  expect(heard).toEqual([{ type: 'conversations.changed', conversationIds: ['alice'] }]);
  expect(logged).toHaveLength(1);
});
