import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Bridge } from '../../preload/contract/bridge.ts';
import type { EngineEvent } from '../../preload/contract/events.ts';
import { connectSocketBridge } from '../../preload/socket.ts';

interface Call {
  readonly id: number;
  readonly method: string;
  readonly input: unknown;
}

/** The host's end, as scripted by a test. It can go away and come back on the same port. */
class ScriptedHost {
  port = 0;
  sockets: WebSocket[] = [];
  onCall: (call: Call, socket: WebSocket) => void = (call, socket) =>
    socket.send(JSON.stringify({ id: call.id, answer: { ok: true, value: call } }));
  onRequest: (request: IncomingMessage, body: Buffer, response: ServerResponse) => void = (
    _r,
    _b,
    response,
  ) => response.end();
  #http: Server | null = null;

  async start(): Promise<void> {
    const http = createServer((request, response) => {
      void request
        .toArray()
        .then((pieces) => this.onRequest(request, Buffer.concat(pieces as Buffer[]), response));
    });
    const sockets = new WebSocketServer({ server: http, path: '/room/socket' });
    sockets.on('connection', (socket) => {
      this.sockets.push(socket);
      socket.on('message', (data) => this.onCall(JSON.parse((data as Buffer).toString()) as Call, socket));
    });
    await new Promise<void>((listening) => http.listen(this.port, '127.0.0.1', listening));
    this.port = (http.address() as AddressInfo).port;
    this.#http = http;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets.splice(0)) socket.terminate();
    const http = this.#http;
    this.#http = null;
    if (http === null) return;
    http.closeAllConnections();
    await new Promise((closed) => http.close(closed));
  }
}

let host: ScriptedHost;
let bridge: Bridge;

beforeEach(async () => {
  host = new ScriptedHost();
  await host.start();
  bridge = await connect();
});
afterEach(() => host.stop());

function connect(): Promise<Bridge> {
  return connectSocketBridge({ base: `http://127.0.0.1:${host.port}/room/`, retryDelay: () => 10 });
}

const opened = () =>
  new Promise<void>((resolve) => {
    const unsubscribe = bridge.connection.subscribe((open) => {
      if (!open) return;
      unsubscribe();
      resolve();
    });
  });

describe('calls', () => {
  it('gives every call its own answer, in whatever order they come', async () => {
    const held: Call[] = [];
    host.onCall = (call, socket) => {
      held.push(call);
      if (held.length < 3) return;
      for (const { id, input } of held.reverse())
        socket.send(JSON.stringify({ id, answer: { ok: true, value: input } }));
    };
    const texts = ['a', 'b', 'c'];
    const answers = await Promise.all(texts.map((text) => bridge.call('search.query', { text })));
    expect(answers).toEqual(texts.map((text) => ({ ok: true, value: { text } })));
  });

  it('fails the calls in flight with `network` when the connection goes, and repeats none of them', async () => {
    const seen: string[] = [];
    host.onCall = (call, socket) => {
      seen.push(call.method);
      socket.terminate();
    };
    const answer = await bridge.call('messages.send', { conversationId: 'c', text: 'once' });
    expect(answer).toMatchObject({ ok: false, error: { code: 'network' } });
    await opened();
    expect(seen).toEqual(['messages.send']);
  });

  it('fails a call at once while there is no connection', async () => {
    await host.stop();
    await expect.poll(() => bridge.connection.isOpen()).toBe(false);
    expect(await bridge.call('app.status', {})).toMatchObject({ ok: false, error: { code: 'network' } });
  });
});

describe('the connection', () => {
  it('comes back after the host was away, and carries calls and events again', async () => {
    const states: boolean[] = [];
    bridge.connection.subscribe((open) => states.push(open));
    await host.stop();
    await expect.poll(() => bridge.connection.isOpen()).toBe(false);
    const back = opened();
    await host.start();
    await back;
    expect(states).toEqual([false, true]);
    expect(await bridge.call('app.status', {})).toMatchObject({ ok: true });
    const event = new Promise<EngineEvent>((resolve) => bridge.subscribe(resolve));
    host.sockets.at(-1)?.send(JSON.stringify({ event: { type: 'people.changed' } }));
    expect(await event).toEqual({ type: 'people.changed' });
  });

  it('is handed out although the host is away, so that the window can say so', async () => {
    await host.stop();
    const late = await connect();
    expect(late.connection.isOpen()).toBe(false);
    await host.start();
    await expect.poll(() => late.connection.isOpen()).toBe(true);
  });

  it('tells nothing any more to who stopped listening', async () => {
    const told: EngineEvent[] = [];
    const unsubscribe = bridge.subscribe((event) => told.push(event));
    const event = JSON.stringify({ event: { type: 'people.changed' } });
    host.sockets[0]?.send(event);
    await expect.poll(() => told.length).toBe(1);
    unsubscribe();
    const still = new Promise((resolve) => bridge.subscribe(resolve));
    host.sockets[0]?.send(event);
    await still;
    expect(told).toHaveLength(1);
  });
});

describe('attachments', () => {
  const json = (response: ServerResponse, value: unknown) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(value));
  };

  it('streams a file under its name', async () => {
    host.onRequest = (request, body, response) =>
      json(response, { ok: true, value: [request.url, body.toString()] });
    const file = new File(['words'], 'naïve & co.txt');
    const answer = await bridge.attach({ kind: 'file', file });
    expect(answer).toEqual({
      ok: true,
      value: ['/room/attachments?name=na%C3%AFve+%26+co.txt', 'words'],
    });
  });

  const folder = {
    kind: 'folder',
    name: 'holiday',
    file: new File([], 'holiday'),
    files: ['a.txt', 'b/c.txt'].map((path) => ({ path, file: new File([path], path) })),
  } as const;

  it('sends a folder file by file', async () => {
    const seen: string[] = [];
    host.onRequest = (request, body, response) => {
      seen.push(`${request.method} ${request.url} ${body.toString()}`.trim());
      json(response, { ok: true, value: { id: 'F' } });
    };
    expect(await bridge.attach(folder)).toMatchObject({ ok: true });
    expect(seen).toEqual([
      'POST /room/attachments/folders?name=holiday',
      'POST /room/attachments/folders/F?path=a.txt a.txt',
      'POST /room/attachments/folders/F?path=b%2Fc.txt b/c.txt',
      'POST /room/attachments/folders/F/finish',
    ]);
  });

  it('gives a folder up when one of its files fails, and says why', async () => {
    const methods: string[] = [];
    host.onRequest = (request, _body, response) => {
      methods.push(request.method ?? '');
      const failed = request.url?.includes('path=') === true;
      const error = { code: 'storage', message: 'Full.', detail: {} };
      json(response, failed ? { ok: false, error } : { ok: true, value: { id: 'F' } });
    };
    expect(await bridge.attach(folder)).toMatchObject({ ok: false, error: { code: 'storage' } });
    expect(methods).toEqual(['POST', 'POST', 'DELETE']);
  });

  it('says `auth` when the host no longer knows this page', async () => {
    host.onRequest = (_request, _body, response) => response.writeHead(403).end('no');
    const answer = await bridge.attach({ kind: 'file', file: new File(['x'], 'x') });
    expect(answer).toMatchObject({ ok: false, error: { code: 'auth' } });
  });

  it('says `network` when the host is gone', async () => {
    await host.stop();
    await expect.poll(() => bridge.connection.isOpen()).toBe(false);
    const answer = await bridge.attach({ kind: 'file', file: new File(['x'], 'x') });
    expect(answer).toMatchObject({ ok: false, error: { code: 'network' } });
  });
});
