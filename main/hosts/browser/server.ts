import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { DockerCommsError } from '../../base/errors.ts';
import { nodeHttp } from '../../base/node-http.ts';
import type { Engine, SavedFile } from '../../messenger/engine.ts';
import type { Logger } from '../../messenger/logger.ts';
import { Connections } from './connections.ts';
import { Doorkeeper } from './doorkeeper.ts';
import { Downloads } from './downloads.ts';
import { replyWithSentence, setCommonHeaders } from './replies.ts';
import { refusal, type Refusal } from './request-origin.ts';
import { route, type Target } from './routes.ts';
import { Uploads } from './uploads.ts';

export interface BrowserServerOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** The built window (`dist/renderer`). */
  readonly windowFolder: string;
  /** Where the engine puts uploads: their size is checked against this disk. */
  readonly home: string;
  readonly logger: Logger;
}

/** Where the window is served. It listens before there is an engine, because the engine is told download addresses. */
export interface BrowserServer {
  readonly port: number;
  /** An address that lets one browser in, once. */
  freshAddress(): string;
  /** A path on our origin that downloads this file, once. */
  downloadPath(file: SavedFile): string;
  /** Lets pages through to the engine; until then they are told to wait. */
  serve(engine: Engine): void;
  /** Cuts every connection and stops listening. */
  close(): Promise<void>;
}

/** Listens on 127.0.0.1. Throws `conflict` when the port is taken. */
export async function startBrowserServer(options: BrowserServerOptions): Promise<BrowserServer> {
  const server = new LoopbackServer(options);
  await server.listen(options.port);
  return server;
}

/** For the headers of a request: a browser on this computer needs none of it, who holds connections open gets no more. */
const headersWithinMilliseconds = 10_000;

const sentences: Readonly<Record<Refusal | 'key' | 'nothing' | 'starting', readonly [number, string]>> = {
  host: [421, 'DockerComms is not served under this name.'],
  origin: [403, 'Other pages cannot use DockerComms.'],
  site: [403, 'Another page must not lead here. Paste the address into the address bar.'],
  key: [
    403,
    'This address was used already. Press Enter in the terminal where DockerComms runs, or start it again, for a new one.',
  ],
  nothing: [404, 'There is nothing here.'],
  starting: [503, 'DockerComms is starting. Load this page again in a moment.'],
};

class LoopbackServer implements BrowserServer {
  readonly #options: BrowserServerOptions;
  readonly #server: Server;
  readonly #doorkeeper = new Doorkeeper();
  readonly #downloads = new Downloads();
  #inside: { readonly connections: Connections; readonly uploads: Uploads } | null = null;
  port = 0;

  constructor(options: BrowserServerOptions) {
    this.#options = options;
    // No limit on the whole request: a large upload through a slow tunnel takes its time. Headers have one.
    const timeouts = { requestTimeout: 0, headersTimeout: headersWithinMilliseconds };
    this.#server = nodeHttp().createServer(timeouts, (request, response) => {
      this.#handle(request, response).catch((error: unknown) => {
        options.logger.warn({ err: error }, 'an answer to the browser was cut short');
        response.destroy();
      });
    });
    this.#server.on('upgrade', (request, socket, head) => {
      this.#upgrade(request, socket, head);
    });
  }

  async listen(port: number): Promise<void> {
    await new Promise<void>((listening, failed) => {
      this.#server.once('error', (cause) => {
        const sentence = `Port ${port} cannot be used: another program has it. Choose another one.`;
        failed(new DockerCommsError('conflict', sentence, { cause, detail: { port } }));
      });
      this.#server.listen(port, '127.0.0.1', listening);
    });
    this.port = (this.#server.address() as AddressInfo).port;
  }

  freshAddress(): string {
    return `http://127.0.0.1:${this.port}/${this.#doorkeeper.room}/?key=${this.#doorkeeper.issueKey()}`;
  }

  downloadPath(file: SavedFile): string {
    return `/${this.#doorkeeper.room}/downloads/${this.#downloads.offer(file)}`;
  }

  serve(engine: Engine): void {
    const uploads = new Uploads(engine.attachments, this.#options.home);
    this.#inside = { connections: new Connections(engine), uploads };
  }

  async close(): Promise<void> {
    // Nobody comes in any more; then the windows that are there take their leave.
    const closed = new Promise((resolve) => this.#server.close(resolve));
    await this.#inside?.connections.close();
    this.#server.closeAllConnections();
    await this.#inside?.uploads.close();
    await closed;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const say = (which: keyof typeof sentences) => replyWithSentence(response, ...sentences[which]);
    const { method = '', headers } = request;
    const refused = refusal({ method, headers, upgrade: false }, this.port);
    if (refused !== 'host') setCommonHeaders(response, headers.host ?? '');
    if (refused !== null) {
      say(refused);
      return;
    }
    const target = this.#target(request);
    if (target === null) {
      say('nothing');
      return;
    }
    if (target.path === '' && target.query.has('key') && method === 'GET') {
      this.#exchange(target, response);
      return;
    }
    if (!this.#doorkeeper.admits(headers.cookie, this.port)) {
      say('key');
      return;
    }
    if (this.#inside === null) {
      say('starting');
      return;
    }
    const { uploads } = this.#inside;
    const routes = { windowFolder: this.#options.windowFolder, downloads: this.#downloads, uploads };
    await route(routes, target, request, response);
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { method = '', headers } = request;
    const admitted =
      refusal({ method, headers, upgrade: true }, this.port) === null &&
      this.#target(request)?.path === 'socket' &&
      this.#doorkeeper.admits(headers.cookie, this.port);
    if (admitted && this.#inside !== null) this.#inside.connections.accept(request, socket, head);
    else socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  }

  /** What is asked for below our room, or null. Not parsed as an address: that would resolve `..` before the check. */
  #target(request: IncomingMessage): Target | null {
    const room = `/${this.#doorkeeper.room}/`;
    const { url = '' } = request;
    if (!url.startsWith(room)) return null;
    const [path = '', query = ''] = url.slice(room.length).split('?', 2);
    return { path, query: new URLSearchParams(query) };
  }

  #exchange(target: Target, response: ServerResponse): void {
    const session = this.#doorkeeper.redeem(target.query.get('key') ?? '');
    if (session === null) {
      replyWithSentence(response, ...sentences.key);
      return;
    }
    response.setHeader('Set-Cookie', this.#doorkeeper.setCookie(session, this.port));
    response.writeHead(303, { Location: `/${this.#doorkeeper.room}/` }).end();
  }
}
