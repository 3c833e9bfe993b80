import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { Agent, request } from 'undici';
import { expect } from 'vitest';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

export interface Ask {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string | AsyncIterable<Uint8Array>;
}

export type Method = 'GET' | 'HEAD' | 'PUT' | 'POST' | 'PATCH' | 'DELETE' | 'OPTIONS';

export const imageType = 'application/vnd.oci.image.manifest.v1+json';
export const indexType = 'application/vnd.oci.image.index.v1+json';
export const emptyConfig = {
  mediaType: 'application/vnd.oci.empty.v1+json',
  digest: 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
  size: 2,
};

export function digestOf(bytes: Uint8Array | string, algorithm = 'sha256'): string {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
}

export interface HttpClientOptions {
  readonly connect?: { readonly rejectUnauthorized: boolean };
  /** Of every request. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A plain HTTP client that does exactly what it is told: no redirects, no checks, nothing of the product's client. */
export class HttpClient {
  readonly url: string;
  readonly #agent: Agent;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(url: string, options: HttpClientOptions = {}) {
    this.url = url;
    this.#headers = options.headers ?? {};
    this.#agent = new Agent(options.connect === undefined ? {} : { connect: options.connect });
  }

  async ask(method: Method, path: string, ask: Ask = {}): Promise<Answer> {
    const { statusCode, headers, body } = await request(new URL(path, this.url), {
      method,
      dispatcher: this.#agent,
      headers: { accept: `${imageType}, ${indexType}, */*`, ...this.#headers, ...ask.headers },
      ...(ask.body === undefined ? {} : { body: bodyOf(ask.body) }),
    });
    const first = Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value[0] : value,
    ]);
    return {
      status: statusCode,
      headers: Object.fromEntries(first) as Record<string, string | undefined>,
      body: Buffer.from(await body.arrayBuffer()),
    };
  }

  async close(): Promise<void> {
    await this.#agent.close();
  }

  /** Opens an upload and gives where it is. */
  async beginUpload(repository: string): Promise<string> {
    const begun = await this.ask('POST', `/v2/${repository}/blobs/uploads/`);
    expect(begun.status).toBe(202);
    return begun.headers.location ?? '';
  }

  async pushBlob(repository: string, bytes: Uint8Array | string, digest = digestOf(bytes)): Promise<string> {
    const location = await this.beginUpload(repository);
    const put = await this.ask('PUT', withQuery(location, { digest }), { body: bytes });
    expect(put.status).toBe(201);
    return digest;
  }

  /** Pushes a manifest, under its digest where no tag is given, and gives the answer. */
  putManifest(repository: string, manifest: PreparedManifest, tag?: string): Promise<Answer> {
    return this.ask('PUT', `/v2/${repository}/manifests/${tag ?? manifest.digest}`, {
      headers: { 'content-type': manifest.mediaType },
      body: manifest.text,
    });
  }

  /** An image manifest that differs from all others, with its blobs pushed. */
  async pushImage(repository: string, tag?: string, more: object = {}): Promise<PreparedManifest> {
    await this.pushBlob(repository, '{}');
    const manifest = image({ layers: [], annotations: { unique: randomBytes(8).toString('hex') }, ...more });
    expect((await this.putManifest(repository, manifest, tag)).status).toBe(201);
    return manifest;
  }
}

export interface PreparedManifest {
  readonly text: string;
  readonly digest: string;
  readonly mediaType: string;
  readonly descriptor: { readonly mediaType: string; readonly digest: string; readonly size: number };
}

export function prepared(mediaType: string, document: object): PreparedManifest {
  const text = JSON.stringify(document);
  const digest = digestOf(text);
  return { text, digest, mediaType, descriptor: { mediaType, digest, size: Buffer.byteLength(text) } };
}

export function image(fields: object): PreparedManifest {
  return prepared(imageType, { schemaVersion: 2, mediaType: imageType, config: emptyConfig, ...fields });
}

export function index(fields: object): PreparedManifest {
  return prepared(indexType, { schemaVersion: 2, mediaType: indexType, ...fields });
}

export function layer(bytes: Uint8Array | string): object {
  return { mediaType: 'application/octet-stream', digest: digestOf(bytes), size: Buffer.byteLength(bytes) };
}

/** An upload's location may carry a query of its own, which has to stay. */
export function withQuery(location: string, query: Readonly<Record<string, string>>): string {
  const added = new URLSearchParams(query).toString();
  return `${location}${location.includes('?') ? '&' : '?'}${added}`;
}

/** The codes of an error body in the specification's form. */
export function errorCodes(answer: Answer): readonly string[] {
  const { errors } = JSON.parse(answer.body.toString()) as { errors: readonly { code: string }[] };
  return errors.map(({ code }) => code);
}

export async function* inPieces(...pieces: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield await Promise.resolve(Buffer.from(piece));
}

function bodyOf(body: NonNullable<Ask['body']>): Buffer | string | Readable {
  if (typeof body === 'string') return body;
  return body instanceof Uint8Array ? Buffer.from(body) : Readable.from(body);
}
