import { Agent } from 'undici';

/** Connections to one host at once: enough to fill a line with 16 MiB chunks, few enough to stay welcome. */
const connectionsPerHost = 8;
/** Time for name lookup, TCP and TLS together. */
const connectTimeoutMs = 10_000;
/** An idle connection is kept this long: under the 30 s and 60 s after which common load balancers cut silently. */
const keepAliveMs = 20_000;

/** Until a server must begin to answer. While a large body goes out, every piece that leaves begins this anew. */
export const headersTimeoutMs = 60_000;
/** The longest pause inside an answer. A consumer that pauses does not count. */
export const idleBodyTimeoutMs = 60_000;

/**
 * Connections that several repositories share: one pool for each origin. HTTP/1.1 only, because parallel connections
 * are what moves large blobs, and one HTTP/2 window is not. The owner calls `close` or `destroy`.
 */
export function createConnections(): Agent {
  return new Agent({
    connections: connectionsPerHost,
    pipelining: 1,
    allowH2: false,
    connect: { timeout: connectTimeoutMs },
    keepAliveTimeout: keepAliveMs,
    headersTimeout: headersTimeoutMs,
    bodyTimeout: idleBodyTimeoutMs,
  });
}
