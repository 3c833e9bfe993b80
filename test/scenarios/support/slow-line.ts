/** A slow line to a registry: forwards requests, their bodies no faster than told. What moves can then be watched. */
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Transform } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

/** Pieces in which bytes are let through. */
const pieceBytes = 64 * 1024;

export class SlowLine {
  readonly #server: Server;
  readonly #target: string;
  #bytesPerSecond = Infinity;
  #speedChanged = new AbortController();

  /** `target`: `host:port` of the registry. */
  constructor(target: string) {
    this.#target = target;
    this.#server = createServer((incoming, response) => {
      this.#forward(incoming, response);
    });
  }

  /** Gives `host:port` under which the registry can be reached through this line. */
  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  set bytesPerSecond(value: number) {
    this.#bytesPerSecond = value;
    this.#speedChanged.abort();
    this.#speedChanged = new AbortController();
  }

  async close(): Promise<void> {
    this.bytesPerSecond = Infinity;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  #forward(incoming: IncomingMessage, response: ServerResponse): void {
    const { method, url: path, headers } = incoming;
    const [host, port] = this.#target.split(':');
    // The registry sees its own name: ours answers to no other, and both give locations without or with that name.
    const outgoing = request(
      { host, port, method, path, headers: { ...headers, host: this.#target } },
      (answer) => {
        const location = answer.headers.location?.replace(`//${this.#target}/`, `//${headers.host ?? ''}/`);
        response.writeHead(answer.statusCode ?? 502, { ...answer.headers, ...(location && { location }) });
        answer.pipe(this.#throttle()).pipe(response);
      },
    );
    const give = () => {
      outgoing.destroy();
      response.destroy();
    };
    outgoing.on('error', give);
    response.on('close', () => outgoing.destroy());
    incoming.on('error', give).pipe(this.#throttle()).pipe(outgoing);
  }

  #throttle(): Transform {
    return new Transform({
      highWaterMark: pieceBytes,
      transform: (chunk: Buffer, _encoding, done) => {
        void this.#wait(chunk.length).then(() => done(null, chunk));
      },
    });
  }

  async #wait(bytes: number): Promise<void> {
    if (this.#bytesPerSecond === Infinity) return;
    const milliseconds = (bytes / this.#bytesPerSecond) * 1000;
    await delay(milliseconds, undefined, { signal: this.#speedChanged.signal }).catch(() => undefined);
  }
}
