import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { Clock } from '../base/clock.ts';
import type { Digest } from '../base/digest.ts';
import { DockerCommsError } from '../base/errors.ts';
import type { Descriptor } from './descriptor.ts';
import type { RepositoryReference } from './reference.ts';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export interface OciRepositoryOptions {
  /** Asked when the registry wants to know who we are; null means: go on without a login. */
  readonly credentials?: (() => Promise<Credentials | null>) | undefined;
  readonly userAgent?: string | undefined;
  readonly clock?: Clock | undefined;
  /** Connections shared with other repositories; without it this repository opens and closes its own. */
  readonly dispatcher?: Dispatcher | undefined;
}

export interface SignalOption {
  readonly signal?: AbortSignal | undefined;
}

/** The content that a digest and a size promise. A `Descriptor` is one. */
export interface ExpectedContent {
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
}

export interface FetchedManifest {
  /** Of the bytes that came: what we computed, not what a header said. */
  readonly digest: Digest;
  /** From the bytes themselves. */
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

export interface PushBlobOptions extends SignalOption {
  /**
   * Called with how many of the blob's bytes were handed to the connection so far: a running total, not a step. It
   * starts over at 0 when the upload has to.
   */
  readonly onSent?: ((bytes: number) => void) | undefined;
}

export interface PushManifestOptions extends SignalOption {
  /** Without a tag the manifest is put under its digest. */
  readonly tag?: string | undefined;
  readonly mediaType?: string | undefined;
}

export interface TagsOptions extends SignalOption {
  /** Tags after this one in the registry's order. Some registries ignore it and list everything. */
  readonly last?: string | undefined;
  readonly pageSize?: number | undefined;
}

export interface ReferrersOptions extends SignalOption {
  readonly artifactType?: string | undefined;
}

/** A client for one repository (OCI distribution specification 1.1). */
export class OciRepository {
  readonly reference: RepositoryReference;
  constructor(reference: RepositoryReference, _options: OciRepositoryOptions = {}) {
    this.reference = reference;
  }
  ping(_signal?: AbortSignal): Promise<void> {
    return notYet();
  }
  ensureEmptyConfig(_signal?: AbortSignal): Promise<Descriptor> {
    return notYet();
  }
  exists(_digest: Digest, _signal?: AbortSignal): Promise<boolean> {
    return notYet();
  }
  fetchBlob(_content: ExpectedContent, _options: SignalOption = {}): Promise<Readable> {
    return notYet();
  }
  fetchManifest(_reference: string, _signal?: AbortSignal): Promise<FetchedManifest> {
    return notYet();
  }
  pushBlob(_bytes: Uint8Array, _content: ExpectedContent, _options: PushBlobOptions = {}): Promise<void> {
    return notYet();
  }
  pushManifest(_bytes: Uint8Array, _options: PushManifestOptions = {}): Promise<Descriptor> {
    return notYet();
  }
  resolve(_tag: string, _signal?: AbortSignal): Promise<Descriptor | null> {
    return notYet();
  }
  tag(_digest: Digest, _tag: string, _signal?: AbortSignal): Promise<void> {
    return notYet();
  }
  tags(_options: TagsOptions = {}): AsyncIterable<string> {
    throw new DockerCommsError('unsupported', 'The registry client is being built.');
  }
  referrers(_subject: Digest, _options: ReferrersOptions = {}): AsyncIterable<Descriptor> {
    throw new DockerCommsError('unsupported', 'The registry client is being built.');
  }
  referrersSupported(_signal?: AbortSignal): Promise<boolean> {
    return notYet();
  }
  delete(_reference: string, _signal?: AbortSignal): Promise<void> {
    return notYet();
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
}

function notYet(): Promise<never> {
  return Promise.reject(new DockerCommsError('unsupported', 'The registry client is being built.'));
}
