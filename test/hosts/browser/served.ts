import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { WebSocket } from 'ws';
import { startBrowserServer, type BrowserServer } from '../../../main/hosts/browser/server.ts';
import { ScriptedEngine } from '../scripted-engine.ts';

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface AskOptions {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Buffer;
}

/** A browser host over a scripted engine and a window of three files, and a client that can send anything. */
export class Served {
  readonly folder: string;
  readonly server: BrowserServer;
  readonly engine: ScriptedEngine;

  static async start(port = 0): Promise<Served> {
    const folder = await mkdtemp(join(tmpdir(), 'dockercomms-host-'));
    const windowFolder = join(folder, 'window');
    await mkdir(join(windowFolder, 'assets'), { recursive: true });
    await writeFile(join(windowFolder, 'index.html'), '<!doctype html><title>DockerComms</title>');
    await writeFile(join(windowFolder, 'assets/index-1.js'), 'export {};');
    await writeFile(join(folder, 'secret.txt'), 'the vault');
    const server = await startBrowserServer({
      port,
      windowFolder,
      home: folder,
      logger: pino({ level: 'silent' }),
    });
    const engine = new ScriptedEngine();
    server.serve(engine);
    return new Served(folder, server, engine);
  }

  private constructor(folder: string, server: BrowserServer, engine: ScriptedEngine) {
    this.folder = folder;
    this.server = server;
    this.engine = engine;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.server.port}`;
  }

  /** The random first segment, with both slashes. */
  get room(): string {
    return new URL(this.server.freshAddress()).pathname;
  }

  /** Spends a fresh address; gives the `Cookie` header of who was let in. */
  async enter(): Promise<string> {
    const address = new URL(this.server.freshAddress());
    const reply = await this.ask(address.pathname + address.search);
    return (reply.headers['set-cookie']?.[0] ?? '').split(';')[0] ?? '';
  }

  /** Sends exactly this path and these headers, as no browser would. */
  ask(path: string, { method = 'GET', headers = {}, body }: AskOptions = {}): Promise<Reply> {
    return new Promise((answered, failed) => {
      const asked = request(
        { host: '127.0.0.1', port: this.server.port, path, method, headers },
        (response) => {
          response.setEncoding('utf8');
          let text = '';
          response.on('data', (piece: string) => (text += piece));
          response.on('end', () =>
            answered({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
          );
          response.on('error', failed);
        },
      );
      asked.on('error', failed);
      asked.end(body);
    });
  }

  /** What the page's own requests carry. */
  own(cookie: string): OutgoingHttpHeaders {
    return { cookie, origin: this.origin, 'sec-fetch-site': 'same-origin' };
  }

  /** Opens a WebSocket with these headers; the HTTP status when that is refused. */
  dial(headers: Record<string, string>, path = `${this.room}socket`): Promise<WebSocket | number> {
    const socket = new WebSocket(`ws://127.0.0.1:${this.server.port}${path}`, { headers });
    return new Promise((decided) => {
      socket.once('open', () => decided(socket));
      socket.once('unexpected-response', (_request, response) => {
        response.resume();
        decided(response.statusCode ?? 0);
      });
      socket.on('error', () => undefined);
    });
  }

  async close(): Promise<void> {
    await this.server.close();
    await rm(this.folder, { recursive: true });
  }
}
