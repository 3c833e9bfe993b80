import { expect, onTestFinished, test, vi } from 'vitest';
import { DockerCommsError } from '../../main/base/errors.ts';
import type { MessageChange } from '../../main/store/message.ts';
import { Conversations } from '../../main/store/conversations.ts';
import { Messages } from '../../main/store/messages.ts';
import { aliceAndBob, aliceId, aWhile, bobId } from './household.ts';

const delivered = { state: 'delivered' };

/** The store fails as on a full disk, once, when a message is to become `state`. */
function failOnceAt(state: MessageChange['state']) {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called below on the instance it came from
  const { transition } = Messages.prototype;
  let failed = false;
  const spy = vi.spyOn(Messages.prototype, 'transition').mockImplementation(function (
    this: Messages,
    ...[id, from, change]: Parameters<Messages['transition']>
  ) {
    if (!failed && change.state === state) {
      failed = true;
      throw new DockerCommsError('storage', 'The disk is full.');
    }
    return transition.call(this, id, from, change);
  });
  onTestFinished(() => spy.mockRestore());
}

test('what is written while an earlier text waits for its next try does not overtake it', async () => {
  const { alice, bob, registry } = await aliceAndBob();
  await registry.off();
  await alice.say(bobId, 'one');
  await alice.awaits(bobId, { state: 'queued', failure: { code: 'network' } });
  await registry.on();
  await alice.say(bobId, 'two');
  await bob.awaits(aliceId, { content: { text: 'two' } });
  expect(await bob.reads(aliceId)).toEqual(['one', 'two']);
});

test('a message whose sending could not be written down is neither stuck nor sent twice', async () => {
  const { alice, bob } = await aliceAndBob();
  failOnceAt('sent');
  await alice.say(bobId, 'once');
  await bob.awaits(aliceId, { content: { text: 'once' } });
  await alice.awaits(bobId, delivered);
  await aWhile();
  expect(await bob.reads(aliceId)).toEqual(['once']);
});

test('a payload whose saving could not be written down is neither stuck nor lost', async () => {
  const { alice, bob } = await aliceAndBob();
  failOnceAt('downloading');
  await alice.sendFiles(bobId, { 'a.txt': Buffer.from('a') });
  await bob.awaits(aliceId, { state: 'received' });
  await alice.awaits(bobId, delivered);
});

test('a message that could not be stored whole was not sent: sending it again sends it once', async () => {
  const { alice, bob } = await aliceAndBob();
  const conversationId = await alice.with(bobId);
  const spy = vi.spyOn(Conversations.prototype, 'saveDraft').mockImplementationOnce(() => {
    throw new DockerCommsError('storage', 'The disk is full.');
  });
  onTestFinished(() => spy.mockRestore());
  const error = await alice.fail('messages.send', { conversationId, text: 'hello' });
  expect(error.code).toBe('storage');
  await alice.ask('messages.send', { conversationId, text: 'hello' });
  await bob.awaits(aliceId, { content: { text: 'hello' } });
  await aWhile();
  expect(await bob.reads(aliceId)).toEqual(['hello']);
});
