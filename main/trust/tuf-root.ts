/**
 * Trusted roots from a TUF repository (https://theupdateframework.github.io/specification/latest/, section 5), as Sigstore's
 * instances publish them. What a mirror sends is anybody's until it is verified, which tuf-js does.
 * Must-fail vectors: test/messenger/sigstore/trusted-roots.test.ts.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BaseFetcher, Updater } from 'tuf-js';
import { DownloadHTTPError } from 'tuf-js/dist/error.js';
import { DockerCommsError, isDockerCommsError } from '../base/errors.ts';
import type { Fetch } from '../oci/fetch-through.ts';

export interface TufMirror {
  readonly url: URL;
  /** `root.json` with which its first answer is believed. */
  readonly root: Uint8Array;
}

const targetName = 'trusted_root.json';

/**
 * `trusted_root.json` as the mirror has it now, verified by TUF from `root` on: what was seen before is kept in `folder`, so
 * that an older state cannot come back. Fails `network`, and `verification-failed` for what is not properly signed.
 */
export async function refreshTrustedRoot(
  { url, root }: TufMirror,
  folder: string,
  fetch: Fetch,
): Promise<Uint8Array> {
  const targets = join(folder, 'targets');
  await mkdir(targets, { recursive: true, mode: 0o700 });
  // Only the first time: later ones are chained to what is there.
  await writeFile(join(folder, 'root.json'), root, { flag: 'wx', mode: 0o600 }).catch(unlessThere);
  const base = url.href.replace(/\/+$/, '');
  try {
    const updater = new Updater({
      metadataDir: folder,
      metadataBaseUrl: base,
      targetDir: targets,
      targetBaseUrl: `${base}/targets`,
      fetcher: new MirrorFetcher(fetch),
    });
    const target = await updater.getTargetInfo(targetName);
    if (target === undefined) throw new Error('no trusted root');
    const path = (await updater.findCachedTarget(target)) ?? (await updater.downloadTarget(target));
    return await readFile(path);
  } catch (cause) {
    if (isDockerCommsError(cause)) throw cause;
    throw new DockerCommsError(
      'verification-failed',
      'The list of trusted authorities could not be proven.',
      {
        cause,
        detail: { host: url.host },
      },
    );
  }
}

function unlessThere(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
}

class MirrorFetcher extends BaseFetcher {
  readonly #fetch: Fetch;

  constructor(fetch: Fetch) {
    super();
    this.#fetch = fetch;
  }

  override async fetch(url: string): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
    const answer = await this.#fetch(url);
    if (answer.ok && answer.body !== null) return answer.body;
    if (answer.status >= 500) {
      throw new DockerCommsError('network', 'The list of trusted authorities cannot be had now.', {
        detail: { host: new URL(url).host, status: answer.status },
      });
    }
    throw new DownloadHTTPError('not there', answer.status);
  }
}
