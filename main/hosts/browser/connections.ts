/**
 * The window's calls over a WebSocket (RFC 6455), as frames of the contract (`preload/contract/frames.ts`).
 * Must-fail vectors: "messages over the WebSocket" in test/hosts/browser/attacks.test.ts.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import { MiB } from '../../base/limits.ts';
import type { Engine } from '../../messenger/engine.ts';
import type { EngineEvent } from '../../../preload/contract/events.ts';
import { callFrameSchema, type HostFrame } from '../../../preload/contract/frames.ts';

/** Bytes of one call: a text of 256 KiB where JSON escapes every character, and 500 attachments. */
const callBytes = 2 * MiB;
/** Calls of one window that are being answered before its connection is read no further. */
const callsInFlight = 64;
/**
 * Bytes on their way to a window that does not read, some seconds of a slow tunnel: beyond them progress is left out,
 * which the next one replaces anyway.
 */
const slowBytes = 4 * MiB;
/** Bytes beyond which a window that does not read is gone, and goes: memory that nobody gets back otherwise. */
const stuckBytes = 64 * MiB;
/** Between two questions whether a window is still there: under the minute after which tunnels cut silent lines. */
const pingMilliseconds = 30_000;
/** RFC 6455, section 7.4.1: the message violates the policy. */
const policyViolation = 1008;
/** The same: this server goes. */
const goingAway = 1001;
/** Milliseconds that a window gets to say goodbye: it takes one round trip on this computer. */
const farewellMilliseconds = 1_000;

/** The windows: their calls to the engine, the engine's events to them. */
export class Connections {
  readonly #engine: Engine;
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: callBytes, perMessageDeflate: false });
  readonly #unsubscribe: () => void;
  readonly #pinging: NodeJS.Timeout;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#unsubscribe = engine.subscribe((event) => {
      for (const window of this.#server.clients) tell(window, event);
    });
    this.#pinging = setInterval(() => {
      for (const window of this.#server.clients) window.ping();
    }, pingMilliseconds).unref();
  }

  /** Takes over a connection whose upgrade request was checked. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#server.handleUpgrade(request, socket, head, (window) => {
      const line = new CallLine(this.#engine, window);
      window.on('message', (data, isBinary) => {
        line.take(data, isBinary);
      });
      // Nobody looks through a window that is gone: they are to be notified again.
      window.on('close', () => void this.#engine.call('app.lookingAt', { conversationId: null }));
      // An oversized or broken frame: ws closes with the code that says so; the page connects again.
      window.on('error', () => undefined);
    });
  }

  /** Resolves when all windows are gone. What a window asked for before that, in its last moment too, has reached the engine. */
  async close(): Promise<void> {
    this.#unsubscribe();
    clearInterval(this.#pinging);
    this.#server.close();
    await Promise.all([...this.#server.clients].map(takeLeave));
  }
}

function takeLeave(window: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    const end = setTimeout(() => {
      window.terminate();
    }, farewellMilliseconds);
    window.once('close', () => {
      clearTimeout(end);
      resolve();
    });
    window.close(goingAway);
  });
}

function tell(window: WebSocket, event: EngineEvent): void {
  if (window.bufferedAmount > slowBytes && event.type === 'transfer.progress') return;
  send(window, { event });
}

function send(window: WebSocket, frame: HostFrame): void {
  if (window.bufferedAmount > stuckBytes) window.terminate();
  else if (window.readyState === window.OPEN) window.send(JSON.stringify(frame));
}

/** The calls of one window. */
class CallLine {
  readonly #engine: Engine;
  readonly #window: WebSocket;
  #inFlight = 0;

  constructor(engine: Engine, window: WebSocket) {
    this.#engine = engine;
    this.#window = window;
  }

  take(data: RawData, isBinary: boolean): void {
    const call = isBinary ? null : parseCall(data);
    if (call === null) {
      this.#window.close(policyViolation);
      return;
    }
    void this.#answer(call);
  }

  async #answer({ id, method, input }: { id: number; method: string; input?: unknown }): Promise<void> {
    this.#inFlight += 1;
    if (this.#inFlight >= callsInFlight) this.#window.pause();
    const answer = await this.#engine.call(method, input);
    this.#inFlight -= 1;
    if (this.#window.isPaused && this.#inFlight < callsInFlight) this.#window.resume();
    send(this.#window, { id, answer });
  }
}

function parseCall(data: RawData) {
  try {
    // `ws` gives text as one Buffer unless told otherwise.
    const parsed = callFrameSchema.safeParse(JSON.parse((data as Buffer).toString('utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
