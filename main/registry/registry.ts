/** The registry over one folder: what is open, and which part answers which endpoint. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { BlobFiles } from './blob-files.ts';
import { BlobPull } from './blob-pull.ts';
import { BlobPush } from './blob-push.ts';
import { Catalogue } from './catalogue.ts';
import { Discovery } from './discovery.ts';
import { requireRight } from './client.ts';
import { answerJson, byMethod, type Exchange } from './exchange.ts';
import { parseRequestedDigest } from './grammar.ts';
import { Manifests } from './manifests.ts';
import { Quota } from './quota.ts';
import type { Route } from './routes.ts';
import { Uploads } from './uploads.ts';

export class Registry {
  readonly quota: Quota;
  readonly #catalogue: Catalogue;
  readonly #uploads: Uploads;
  readonly #pull: BlobPull;
  readonly #push: BlobPush;
  readonly #manifests: Manifests;
  readonly #discovery: Discovery;

  private constructor(catalogue: Catalogue, files: BlobFiles, uploads: Uploads, quota: Quota) {
    this.quota = quota;
    this.#catalogue = catalogue;
    this.#uploads = uploads;
    this.#pull = new BlobPull(catalogue, files);
    this.#push = new BlobPush(catalogue, files, uploads);
    this.#manifests = new Manifests(catalogue, quota);
    this.#discovery = new Discovery(catalogue);
  }

  /** Opens or makes the registry in `folder`. Throws `conflict` when another program serves it, `storage`. */
  static async open(folder: string, clock: Clock): Promise<Registry> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    // The catalogue first: its lock is what makes it safe to clear the uploads.
    const catalogue = await Catalogue.open(join(folder, 'registry.db'));
    try {
      const quota = new Quota();
      const files = await BlobFiles.open(join(folder, 'blobs'));
      const uploads = await Uploads.open(join(folder, 'uploads'), clock, quota);
      return new Registry(catalogue, files, uploads, quota);
    } catch (error) {
      await catalogue.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#uploads.discardAll();
    await this.#catalogue.close();
  }

  /** Answers one request, or throws what the error answer is made of. */
  async answer(exchange: Exchange, route: Route): Promise<void> {
    requireRight(exchange.client, exchange.request.method ?? '', route);
    switch (route.kind) {
      case 'base':
        return byMethod(
          exchange,
          both(() => answerJson(exchange, {})),
        );
      case 'blob':
        return this.#answerBlob(exchange, route.name, route.digest);
      case 'manifest':
        return this.#answerManifest(exchange, route.name, route.reference);
      case 'uploads':
        return byMethod(exchange, { POST: () => this.#push.begin(exchange, route.name) });
      case 'upload':
        return this.#answerUpload(exchange, route.name, route.id);
      case 'tags':
        return byMethod(
          exchange,
          both(() => this.#discovery.tags(exchange, route.name)),
        );
      case 'referrers':
        return byMethod(
          exchange,
          both(() => this.#discovery.referrers(exchange, route.name, parseRequestedDigest(route.subject))),
        );
    }
  }

  #answerBlob(exchange: Exchange, name: string, text: string): Promise<void> {
    const digest = parseRequestedDigest(text);
    return byMethod(exchange, {
      ...both(() => this.#pull.serve(exchange, name, digest)),
      DELETE: () => this.#pull.delete(exchange, name, digest),
    });
  }

  #answerManifest(exchange: Exchange, name: string, reference: string): Promise<void> {
    return byMethod(exchange, {
      ...both(() => this.#manifests.serve(exchange, name, reference)),
      PUT: () => this.#manifests.put(exchange, name, reference),
      DELETE: () => this.#manifests.delete(exchange, name, reference),
    });
  }

  #answerUpload(exchange: Exchange, name: string, id: string): Promise<void> {
    return byMethod(exchange, {
      GET: () => this.#push.status(exchange, name, id),
      PATCH: () => this.#push.append(exchange, name, id),
      PUT: () => this.#push.finish(exchange, name, id),
      DELETE: () => this.#push.cancel(exchange, name, id),
    });
  }
}

type Handler = () => void | Promise<void>;

function both(handler: Handler): Readonly<Record<'GET' | 'HEAD', Handler>> {
  return { GET: handler, HEAD: handler };
}
