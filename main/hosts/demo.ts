/** The demonstration: Alice and Bob, two engines with a home each, talking through the registry that Alice's runs. */
import { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { DockerCommsError } from '../base/errors.ts';
import type { Engine } from '../messenger/engine.ts';
import type { RequestInput, RequestName, RequestOutput } from '../../preload/contract/requests.ts';
import type { AccountView } from '../../preload/contract/accounts.ts';

export interface DemoEngines {
  readonly alice: Engine;
  readonly bob: Engine;
}

/** What Alice says at first: two lines and a file. */
const openingMessages = 3;
/** How often the demo looks whether something arrived, before it says that nothing did: ten seconds in all. */
const looks = 40;
/** Milliseconds; on loopback nobody waits longer for a message. */
const betweenLooksMilliseconds = 250;

interface Person {
  readonly identity: string;
  readonly name: string;
}

const alice: Person = { identity: 'alice@example.org', name: 'Alice' };
const bob: Person = { identity: 'bob@example.org', name: 'Bob' };

/**
 * Makes the two accounts where they are missing, and tells Bob where Alice's registry is today. A home that is locked shows
 * that in its window, and plays nothing.
 */
export async function prepareDemo(engines: DemoEngines): Promise<void> {
  if (await isAnyLocked(engines)) return;
  const { repository } = await firstAccount(engines.alice, {
    kind: 'this-computer',
    identity: alice.identity,
  });
  const account = await firstAccount(engines.bob, {
    kind: 'registry',
    identity: bob.identity,
    repository,
  });
  // Alice's registry keeps its port where it can; where it could not, the mailbox has moved.
  if (account.repository === repository) return;
  await ask(engines.bob, 'accounts.update', { accountId: account.id, repository });
}

/**
 * The opening exchange: real messages, sent and received while the windows are already open. A demonstration that was
 * played before is left as it is.
 */
export async function playDemo(engines: DemoEngines): Promise<void> {
  if (await isAnyLocked(engines)) return;
  const conversations = await ask(engines.alice, 'conversations.list', {});
  if (conversations.length > 0) return;
  const say = await speaker(engines.alice, bob);
  // Before she writes: she is no stranger to him, and her file does not wait for his consent.
  const reply = await speaker(engines.bob, alice);
  await say('Hi Bob! This went through a container registry that runs on this computer.');
  await say('Drop a file or a folder on me, and watch it arrive.', await tryMe(engines.alice));
  await arrived(engines.bob);
  await reply('Hi Alice! Got it. No server but the registry: I like it.');
  await ask(engines.alice, 'accounts.sync', {});
}

async function isAnyLocked(engines: DemoEngines): Promise<boolean> {
  const statuses = await Promise.all(
    [engines.alice, engines.bob].map((engine) => ask(engine, 'app.status', {})),
  );
  return statuses.some(({ phase }) => phase === 'locked');
}

/** Looks until everything is there, in whatever order it comes: an answer is not written before what it answers. */
async function arrived(engine: Engine): Promise<void> {
  for (let look = 0; look < looks; look += 1) {
    await ask(engine, 'accounts.sync', {});
    const [conversation] = await ask(engine, 'conversations.list', {});
    if (conversation !== undefined && (await received(engine, conversation.id)) >= openingMessages) return;
    await setTimeout(betweenLooksMilliseconds);
  }
}

async function received(engine: Engine, conversationId: string): Promise<number> {
  const { messages } = await ask(engine, 'messages.list', { conversationId });
  return messages.filter(({ state }) => state === 'received').length;
}

async function firstAccount(engine: Engine, wanted: RequestInput<'accounts.create'>): Promise<AccountView> {
  const [existing] = await ask(engine, 'accounts.list', {});
  return existing ?? ask(engine, 'accounts.create', wanted);
}

/** What `engine`'s person says to somebody, whom they know by name. */
async function speaker(engine: Engine, { identity, name }: Person) {
  const [account] = await ask(engine, 'accounts.list', {});
  const { id, person } = await ask(engine, 'conversations.start', {
    accountId: account?.id ?? '',
    identity,
  });
  await ask(engine, 'people.update', { personId: person.id, name });
  return (text: string, attachments: string[] = []) =>
    ask(engine, 'messages.send', { conversationId: id, text, attachments });
}

async function tryMe(engine: Engine): Promise<string[]> {
  const words =
    'A small file, to show how one arrives: packed into chunks, checked, and saved under its name.\n';
  const { token } = await engine.attachments.fromStream('Try me.txt', Readable.from([Buffer.from(words)]));
  return [token];
}

async function ask<Name extends RequestName>(
  engine: Engine,
  method: Name,
  input: RequestInput<Name>,
): Promise<RequestOutput<Name>> {
  const answer = await engine.call(method, input);
  if (answer.ok) return answer.value as RequestOutput<Name>;
  throw new DockerCommsError(answer.error.code, answer.error.message, { detail: answer.error.detail });
}
