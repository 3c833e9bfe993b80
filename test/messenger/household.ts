/** People with engines of their own, and a registry between them: the arrangement of most messenger tests. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, vi } from 'vitest';
import type { Clock } from '../../main/base/clock.ts';
import type { EmbeddedRegistryService, Engine, HostAbilities } from '../../main/messenger/engine.ts';
import type { EngineOptions } from '../../main/messenger/make-context.ts';
import { openEngine } from '../../main/messenger/open.ts';
import { type RunningRegistry, startRegistry } from '../../main/registry/server.ts';
import { keyFileSlot } from '../../main/vault/key-file-slot.ts';
import type { EngineEvent } from '../../preload/contract/events.ts';
import type { RequestInput, RequestName, RequestOutput } from '../../preload/contract/requests.ts';
import type { ErrorView } from '../../preload/contract/answer.ts';
import type { MessageView } from '../../preload/contract/messages.ts';

/** Milliseconds in which what comes has come, also where many tests share the cores. As `expect.poll` waits. */
const patience = 60_000;

/** A folder that goes when the test ends. */
export async function temporaryFolder(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `dockercomms-${name}-`));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A registry that a test can switch off and on again, at the same address. */
export class SwitchableRegistry {
  readonly folder: string;
  #running: RunningRegistry | null;
  readonly #port: number;

  constructor(folder: string, running: RunningRegistry) {
    this.folder = folder;
    this.#running = running;
    this.#port = running.port;
  }

  get host(): string {
    return `127.0.0.1:${this.#port}`;
  }

  get mailbox(): string {
    return `${this.host}/team/mail`;
  }

  async off(): Promise<void> {
    await this.#running?.close();
    this.#running = null;
  }

  async on(): Promise<void> {
    this.#running ??= await startRegistry({ folder: this.folder, port: this.#port });
  }
}

export async function startSwitchableRegistry(): Promise<SwitchableRegistry> {
  const folder = await temporaryFolder('registry');
  const registry = new SwitchableRegistry(folder, await startRegistry({ folder, port: 0 }));
  onTestFinished(() => registry.off());
  return registry;
}

export interface ResidentOptions {
  readonly host?: HostAbilities;
  readonly clock?: Clock;
  /** Left out: *This computer* is not offered. */
  readonly embeddedRegistry?: EmbeddedRegistryService;
  /** Left out: a user without any. */
  readonly containerTools?: EngineOptions['containerTools'];
  /** Left out: nobody waits for a window. */
  readonly opensWindow?: boolean;
}

/** One person with a home and an engine, driven as a window would: by calls and events. */
export class Resident {
  readonly home: string;
  readonly downloads: string;
  readonly events: EngineEvent[] = [];
  readonly #options: ResidentOptions;
  #engine: Engine | null = null;

  constructor(home: string, downloads: string, options: ResidentOptions) {
    this.home = home;
    this.downloads = downloads;
    this.#options = options;
  }

  get engine(): Engine {
    if (this.#engine === null) throw new Error('This engine is closed.');
    return this.#engine;
  }

  async open(): Promise<void> {
    const { host = { kind: 'browser' }, clock, embeddedRegistry = null, opensWindow } = this.#options;
    const { containerTools = { environment: { XDG_RUNTIME_DIR: this.home }, home: this.home } } =
      this.#options;
    this.#engine = await openEngine({
      home: this.home,
      version: '0.0.0-test',
      host,
      keySlots: [keyFileSlot(join(this.home, 'vault.key'))],
      embeddedRegistry,
      containerTools,
      downloadsFolder: this.downloads,
      opensWindow,
      logger: {
        debug: () => undefined,
        info: () => undefined,
        warn: () => undefined,
        error: (facts, message) => process.stderr.write(`${message} ${inspect(facts)}\n`),
      },
      ...(clock && { clock }),
    });
    this.#engine.subscribe((event) => this.events.push(event));
  }

  async close(): Promise<void> {
    const engine = this.#engine;
    this.#engine = null;
    await engine?.close();
  }

  async ask<Name extends RequestName>(method: Name, input: RequestInput<Name>): Promise<RequestOutput<Name>> {
    const answer = await this.engine.call(method, input);
    if (!answer.ok) throw new Error(`${method}: ${answer.error.code}: ${answer.error.message}`);
    return answer.value as RequestOutput<Name>;
  }

  /** The failure of a call that must fail. */
  async fail<Name extends RequestName>(method: Name, input: RequestInput<Name>): Promise<ErrorView> {
    const answer = await this.engine.call(method, input);
    if (answer.ok) throw new Error(`${method} was expected to fail.`);
    return answer.error;
  }

  async join(identity: string, repository: string): Promise<void> {
    await this.ask('accounts.create', { kind: 'registry', identity, repository });
  }

  /** The conversation with `identity`, started when there is none. */
  async with(identity: string, mailbox?: string): Promise<string> {
    const [account] = await this.ask('accounts.list', {});
    const input = { accountId: account?.id ?? '', identity, ...(mailbox !== undefined && { mailbox }) };
    return (await this.ask('conversations.start', input)).id;
  }

  async say(identity: string, text: string): Promise<string> {
    const conversationId = await this.with(identity);
    const { messageIds } = await this.ask('messages.send', { conversationId, text });
    return messageIds[0] ?? '';
  }

  async sendFiles(
    identity: string,
    files: Readonly<Record<string, Uint8Array>>,
    text = '',
  ): Promise<readonly string[]> {
    const conversationId = await this.with(identity);
    const attachments: string[] = [];
    for (const [name, bytes] of Object.entries(files)) {
      attachments.push((await this.engine.attachments.fromStream(name, Readable.from([bytes]))).token);
    }
    return (await this.ask('messages.send', { conversationId, text, attachments })).messageIds;
  }

  async messages(identity: string): Promise<readonly MessageView[]> {
    return (await this.ask('messages.list', { conversationId: await this.with(identity) })).messages;
  }

  /** What the person would read, oldest first: words, or the names of files. */
  async reads(identity: string): Promise<readonly string[]> {
    return (await this.messages(identity)).map(({ content }) =>
      content.kind === 'text' ? content.text : content.name,
    );
  }

  /** Waits until the newest message of this conversation looks like `expected`. */
  async awaits(identity: string, expected: object): Promise<MessageView> {
    return vi.waitFor(
      async () => {
        const last = (await this.messages(identity)).at(-1);
        expect(last).toMatchObject(expected);
        if (last === undefined) throw new Error('unreachable: it matched');
        return last;
      },
      { timeout: patience, interval: 50 },
    );
  }
}

export async function settle(options: ResidentOptions = {}): Promise<Resident> {
  const resident = new Resident(await temporaryFolder('home'), await temporaryFolder('downloads'), options);
  await resident.open();
  onTestFinished(() => resident.close());
  return resident;
}

export const aliceId = 'alice@example.com';
export const bobId = 'bob@example.com';

/** Alice and Bob on one registry, in one repository. `host` is what Bob's can do. */
export async function aliceAndBob(host: HostAbilities = { kind: 'browser' }): Promise<{
  alice: Resident;
  bob: Resident;
  registry: SwitchableRegistry;
}> {
  const registry = await startSwitchableRegistry();
  const [alice, bob] = await Promise.all([settle(), settle({ host })]);
  await alice.join(aliceId, registry.mailbox);
  await bob.join(bobId, registry.mailbox);
  // They know each other: neither is a stranger with a request.
  await alice.with(bobId);
  await bob.with(aliceId);
  return { alice, bob, registry };
}

/** Long enough for several looks at a mailbox: what did not happen by then does not happen. */
export function aWhile(): Promise<void> {
  return delay(2_500);
}
