import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { Certificate } from './certificate.ts';

export interface ForwardProxyOptions {
  /** Asked for with 407 until it comes. */
  readonly login?: { readonly username: string; readonly password: string };
  /** Where names lead: the proxy looks names up itself, and those of tests exist nowhere else. */
  readonly port: () => number;
  /** Answers every CONNECT with this status instead of a tunnel. */
  readonly refuse?: number;
  /** Speaks TLS itself. */
  readonly tls?: Certificate;
}

/**
 * A real forward proxy on a free loopback port: tunnels for CONNECT, requests in absolute form for http. It leads every
 * name to one port of this computer, and records what it was asked for and by whom.
 */
export class ForwardProxy {
  /** `CONNECT host:port` or `GET http://…` of what was let through. */
  readonly passed: string[] = [];
  /** Every value of Proxy-Authorization that arrived. */
  readonly logins: (string | undefined)[] = [];
  readonly #options: ForwardProxyOptions;
  readonly #server;
  readonly #sockets = new Set<Socket>();

  constructor(options: ForwardProxyOptions) {
    this.#options = options;
    this.#server =
      options.tls === undefined
        ? createServer()
        : createSecureServer({ cert: options.tls.certificate, key: options.tls.key });
    this.#server.on('request', (request, response) => this.#forward(request, response));
    this.#server.on('connect', (request: IncomingMessage, socket: Socket) => this.#tunnel(request, socket));
    this.#server.on('connection', (socket: Socket) => this.#keep(socket));
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get host(): string {
    return `127.0.0.1:${this.port}`;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy()).on('close', () => this.#sockets.delete(socket));
  }

  #mayPass(request: IncomingMessage): boolean {
    const { login } = this.#options;
    const given = request.headers['proxy-authorization'];
    this.logins.push(given);
    if (login === undefined) return true;
    return given === `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`;
  }

  #tunnel(request: IncomingMessage, socket: Socket): void {
    this.#keep(socket);
    const status = this.#mayPass(request) ? this.#options.refuse : 407;
    if (status !== undefined) {
      socket.end(`HTTP/1.1 ${status} No\r\nproxy-authenticate: Basic realm="p"\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    this.passed.push(`CONNECT ${request.url ?? ''}`);
    const onward = connect(this.#options.port(), '127.0.0.1');
    this.#keep(onward);
    onward.once('connect', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      socket.pipe(onward).pipe(socket);
    });
    onward.once('error', () => socket.destroy());
    socket.once('close', () => onward.destroy());
  }

  #forward(request: IncomingMessage, response: ServerResponse): void {
    if (!this.#mayPass(request)) {
      response.writeHead(407, { 'proxy-authenticate': 'Basic realm="p"' }).end('<html>');
      return;
    }
    this.passed.push(`${request.method ?? ''} ${request.url ?? ''}`);
    const { 'proxy-authorization': _own, ...headers } = request.headers;
    const { pathname, search } = new URL(request.url ?? '');
    const onward = httpRequest(
      {
        host: '127.0.0.1',
        port: this.#options.port(),
        method: request.method,
        path: `${pathname}${search}`,
        headers,
      },
      (answer) => answer.pipe(response.writeHead(answer.statusCode ?? 502, answer.headers)),
    );
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  }
}
