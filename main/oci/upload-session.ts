/**
 * One upload of a blob, request by request (OCI distribution specification, "Pushing a blob in chunks").
 * Must-fail vectors: of `Location` "an upload Location" in test/oci/attacks.test.ts, of `Range` test/oci/uploads.test.ts.
 */
import { Readable } from 'node:stream';
import type { Digest } from '../base/digest.ts';
import { DockerCommsError } from '../base/errors.ts';
import { checkTarget, type Exchange, type RegistryRequest } from './exchange.ts';
import { requestDetail } from './failures.ts';
import { ociMediaTypes } from './media-types.ts';
import { isSameOrigin } from './origin-rules.ts';
import { discardBody, headerOf, type WireAnswer } from './transport.ts';

/** What every request of one blob's upload needs. */
export interface UploadContext {
  readonly exchange: Exchange;
  /** The registry's own origin. */
  readonly registry: URL;
  /** `/v2/<name>/blobs/uploads/`. */
  readonly url: URL;
  readonly bytes: Uint8Array;
  readonly digest: Digest;
  /** Whether the registry says that it has the blob. */
  readonly exists: () => Promise<boolean>;
  /** Called with how many bytes the connection took so far. */
  readonly onSent?: ((bytes: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

type UploadRequest = Pick<RegistryRequest, 'method' | 'accept'> & {
  readonly url?: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: () => Readable;
};

/**
 * One upload that the registry has opened ("Pushing a blob in chunks", "POST then PUT"): where it goes on, which the
 * other side may say anew with every answer. Attacker-controlled: an address must keep the rules of
 * `origin-rules.ts`, and an upload that once left the registry never gets the login again, not even back there.
 */
export class UploadSession {
  /** The fewest bytes that the registry takes in one piece, the last one excepted ("OCI-Chunk-Min-Length"). */
  readonly leastPieceBytes: number;
  readonly #context: UploadContext;
  #location: URL;
  #trusted: boolean;

  /** `started` is the 202 that opened it. Fails `protocol` for a place where nothing may be sent. */
  constructor(context: UploadContext, started: WireAnswer) {
    this.#context = context;
    this.#trusted = isSameOrigin(started.url, context.registry);
    const location = locationOf(started);
    if (location === null) {
      throw new DockerCommsError('protocol', `${started.url.host} did not say where to upload to.`, {
        detail: { ...requestDetail(started), status: started.status },
      });
    }
    this.#location = location;
    this.#trusted &&= isSameOrigin(location, context.registry);
    const least = headerOf(started, 'oci-chunk-min-length') ?? '';
    this.leastPieceBytes = /^\d{1,12}$/.test(least) ? Number(least) : 0;
  }

  /** PATCH: the bytes from `start` to before `end`. What the registry says it has afterwards; null: it does not say. */
  async append(start: number, end: number): Promise<number | null> {
    const answer = await this.#send({
      method: 'PATCH',
      accept: [202, 204],
      headers: {
        'content-type': ociMediaTypes.octetStream,
        'content-length': String(end - start),
        'content-range': `${start}-${end - 1}`,
      },
      body: () => uploadBody(this.#context, start, end),
    });
    return receivedIn(answer);
  }

  /** GET: how many bytes the registry has; null when that cannot be told. */
  async received(): Promise<number | null> {
    const received = receivedIn(await this.#send({ method: 'GET', accept: [204, 200, 202] }));
    // `0-0` is what registries write for one byte, and for none.
    return received === 1 ? null : received;
  }

  /** PUT: the bytes from `start` on, and the end. */
  async finish(start: number): Promise<void> {
    const { bytes, digest } = this.#context;
    const url = new URL(this.#location);
    // Appended by hand: rewriting the query would change the registry's signed state in it.
    url.search += `${url.search === '' ? '?' : '&'}digest=${encodeURIComponent(digest)}`;
    await this.#send({
      method: 'PUT',
      url,
      accept: [201, 204],
      headers: {
        'content-type': ociMediaTypes.octetStream,
        'content-length': String(bytes.byteLength - start),
      },
      ...(start < bytes.byteLength && { body: () => uploadBody(this.#context, start, bytes.byteLength) }),
    });
  }

  /** DELETE: frees what the registry keeps of it. Where that fails the registry cleans up by itself, in time. */
  async abandon(): Promise<void> {
    await this.#send({ method: 'DELETE', accept: [200, 202, 204] }, { stops: false }).catch(() => undefined);
  }

  async #send(request: UploadRequest, { stops = true } = {}): Promise<WireAnswer> {
    const { exchange, registry, signal } = this.#context;
    const answer = await exchange.once({
      url: this.#location,
      ...request,
      access: 'push',
      anonymous: !this.#trusted,
      signal: stops ? signal : undefined,
    });
    await discardBody(answer);
    this.#trusted &&= isSameOrigin(answer.url, registry);
    if (request.method === 'PATCH' || request.method === 'GET') this.#moveTo(locationOf(answer));
    return answer;
  }

  #moveTo(location: URL | null): void {
    if (location === null) return;
    this.#location = location;
    this.#trusted &&= isSameOrigin(location, this.#context.registry);
  }
}

/** Where an answer says that the upload goes on; null where it says nothing sensible. Fails `protocol`. */
function locationOf(answer: WireAnswer): URL | null {
  const location = headerOf(answer, 'location');
  if (location === undefined || !URL.canParse(location, answer.url)) return null;
  const target = new URL(location, answer.url);
  checkTarget(answer, target);
  return target;
}

/** Bytes that a `Range: 0-N` header means: N + 1. */
function receivedIn(answer: WireAnswer): number | null {
  const [, last] = /^(?:bytes=)?0-(\d{1,15})$/.exec(headerOf(answer, 'range') ?? '') ?? [];
  return last === undefined ? null : Number(last) + 1;
}

/**
 * Bytes handed to the connection at once. Not the whole blob, because each piece that leaves begins the answer's
 * time-out anew: a line that moves 256 KiB a minute is slow, not dead. Smaller pieces cost time (64 KiB: half as much
 * again of this thread's as one large write), larger ones gain nothing.
 */
const pieceBytes = 256 * 1024;

/** Bytes `start` to before `end` as a body that reports how much was taken, as a running total. Copies nothing. */
export function uploadBody(
  context: Pick<UploadContext, 'bytes' | 'onSent'>,
  start: number,
  end: number,
): Readable {
  return Readable.from(pieces(context, start, end), { objectMode: false, highWaterMark: pieceBytes });
}

function* pieces(
  { bytes, onSent }: Pick<UploadContext, 'bytes' | 'onSent'>,
  start: number,
  end: number,
): Generator<Uint8Array, void, undefined> {
  onSent?.(start);
  for (let at = start; at < end; at += pieceBytes) {
    const next = Math.min(at + pieceBytes, end);
    yield bytes.subarray(at, next);
    // Reached when the connection asks for more: this piece was taken.
    onSent?.(next);
  }
}
