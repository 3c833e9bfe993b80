/**
 * What a connection test can tell of the way to a registry, beside its answers: TLS, and the pull limit that some name in
 * headers of answers to other questions. The HTTP library hands sockets to nobody, but publishes what it does on
 * diagnostics channels (undici, "Diagnostics Channel Support"); this listens there, for one origin, while a test runs.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { TLSSocket } from 'node:tls';
import { z } from 'zod';
import { limits } from '../base/limits.ts';
import { parsePullLimit, type PullLimit } from './pull-limit.ts';

export interface TlsFacts {
  /** `TLSv1.3`. */
  readonly protocol: string | null;
  /** Who vouches for the registry's certificate. */
  readonly issuer: string | null;
  /** When the certificate runs out, milliseconds. */
  readonly validUntil: number | null;
}

const connected = 'undici:client:connected';
const answered = 'undici:request:headers';

const connectedSchema = z.object({
  connectParams: z.object({ protocol: z.string(), host: z.string() }),
  socket: z.unknown(),
});
const answeredSchema = z.object({
  request: z.object({ origin: z.union([z.string(), z.instanceof(URL)]) }),
  response: z.object({ headers: z.array(z.unknown()) }),
});

/** Collects facts about connections to `registry` from now until `stop`. Never fails. */
export class ConnectionFacts {
  tls: TlsFacts | null = null;
  pullLimit: PullLimit | null = null;
  readonly #registry: URL;

  constructor(registry: URL) {
    this.#registry = registry;
    subscribe(connected, this.#onConnected);
    subscribe(answered, this.#onAnswered);
  }

  stop(): void {
    unsubscribe(connected, this.#onConnected);
    unsubscribe(answered, this.#onAnswered);
  }

  readonly #onConnected = (event: unknown): void => {
    const parsed = connectedSchema.safeParse(event);
    if (!parsed.success) return;
    const { connectParams, socket } = parsed.data;
    if (connectParams.protocol !== this.#registry.protocol || connectParams.host !== this.#registry.host)
      return;
    if (socket instanceof TLSSocket) this.tls = tlsFactsOf(socket);
  };

  readonly #onAnswered = (event: unknown): void => {
    const parsed = answeredSchema.safeParse(event);
    if (!parsed.success || new URL(parsed.data.request.origin).origin !== this.#registry.origin) return;
    this.pullLimit = parsePullLimit(headersOf(parsed.data.response.headers)) ?? this.pullLimit;
  };
}

function tlsFactsOf(socket: TLSSocket): TlsFacts {
  const { issuer, valid_to: until } = socket.getPeerCertificate() as Partial<
    ReturnType<TLSSocket['getPeerCertificate']>
  >;
  const validUntil = Date.parse(until ?? '');
  return {
    protocol: socket.getProtocol(),
    issuer: nameIn(issuer),
    validUntil: Number.isNaN(validUntil) ? null : validUntil,
  };
}

/** Attacker-controlled: shown as one short line. */
function nameIn(issuer: Partial<Record<'O' | 'CN', string | string[]>> | undefined): string | null {
  const name = [issuer?.O ?? issuer?.CN ?? ''].flat()[0] ?? '';
  const shown = name.replaceAll(/\p{C}/gu, '').slice(0, limits.detailCharacters).trim();
  return shown === '' ? null : shown;
}

function headersOf(raw: readonly unknown[]): ReadonlyMap<string, string> {
  const texts = raw.map((part) => String(part));
  return new Map(
    texts.flatMap((name, index) => (index % 2 === 0 ? [[name.toLowerCase(), texts[index + 1] ?? '']] : [])),
  );
}
