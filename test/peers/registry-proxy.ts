import { Agent, createServer, request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

/** A request on its way to a real registry. */
export interface PassingRequest {
  readonly method: string;
  /** Path with query. */
  readonly url: string;
}

/** What happens to one exchange. */
export interface Fault {
  /** Answered instead of the registry, after it has done what was asked where `done`. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly done?: boolean;
  /** Nothing is answered before this settles. */
  readonly after?: Promise<unknown>;
  /** The connection ends: before the registry hears of it, or in the middle of its answer. */
  readonly cut?: 'request' | 'answer';
  /** One bit of the answer's body changes: where, as a fraction of its length. */
  readonly corruptAt?: number;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/**
 * A proxy before a real registry on this computer that sees every request and may spoil it. For small content: it holds
 * whole bodies.
 */
export async function startRegistryProxy(
  registryHost: string,
  spoil: (request: PassingRequest) => Fault | null,
): Promise<{ readonly host: string }> {
  const agent = new Agent({ keepAlive: true });
  const server = createServer((incoming, response) => {
    const cut = (): void => void response.destroy();
    const exchange = async (): Promise<void> => {
      const body = await buffer(incoming);
      const fault = spoil({ method: incoming.method ?? '', url: incoming.url ?? '' }) ?? {};
      await fault.after;
      if (fault.cut === 'request') {
        cut();
        return;
      }
      const refused = { status: fault.status ?? 0, headers: fault.headers ?? {}, body: Buffer.alloc(0) };
      if (fault.status !== undefined && fault.done !== true) {
        response.writeHead(refused.status, refused.headers).end();
        return;
      }
      const real = await forward(agent, registryHost, incoming, body);
      const answer = fault.status === undefined ? spoiled(real, fault) : refused;
      response.writeHead(answer.status, answer.headers);
      if (fault.cut === 'answer') response.write(answer.body.subarray(0, answer.body.length / 2), cut);
      else response.end(answer.body);
    };
    exchange().catch(cut);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
    agent.destroy();
  });
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}` };
}

function forward(agent: Agent, host: string, incoming: IncomingMessage, body: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      `http://${host}${incoming.url ?? ''}`,
      { method: incoming.method, agent, headers: { ...incoming.headers, host } },
      (answer) => {
        buffer(answer).then(
          (bytes) => resolve({ status: answer.statusCode ?? 502, headers: answer.headers, body: bytes }),
          reject,
        );
      },
    );
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

function spoiled(answer: Answer, { corruptAt }: Fault): Answer {
  if (corruptAt === undefined || answer.body.length === 0) return answer;
  const body = Buffer.from(answer.body);
  const index = Math.floor(corruptAt * body.length);
  body[index] = (body[index] ?? 0) ^ 1;
  return { ...answer, body };
}

/** The same numbers in [0, 1) every time, for faults that can be repeated (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Faults of a bad day: 5 % cuts, 5 % answered 500, 2 % 429, 1 % damaged; half of what fails was done all the same. */
export function badDay(random: () => number): () => Fault | null {
  return () => {
    const kind = random();
    const half = random() < 0.5;
    if (kind < 0.05) return { cut: half ? 'request' : 'answer' };
    if (kind < 0.1) return { status: 500, done: half };
    if (kind < 0.12) return { status: 429, headers: half ? { 'retry-after': '1' } : {} };
    if (kind < 0.13) return { corruptAt: random() };
    return null;
  };
}
