import { isDigest } from '../base/digest.ts';
import { DockerCommsError } from '../base/errors.ts';
import type { Capabilities, Capability } from './capabilities.ts';
import type { Exchange } from './exchange.ts';
import { discardBody } from './transport.ts';

export interface Deletion {
  readonly exchange: Exchange;
  readonly capabilities: Capabilities;
  readonly url: URL;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Removes a manifest or a tag ("Deleting Manifests", "Deleting Tags"), and learns whether that is allowed here. Fails
 * `not-found`, and `unsupported` where the registry does not have it.
 */
export async function deleteManifest(reference: string, deletion: Deletion): Promise<void> {
  if (isDigest(reference)) return deleteAt(deletion, 'delete-manifest');
  try {
    await deleteAt(deletion, 'delete-tag');
  } catch (error) {
    // distribution answers the removal of any tag so, because it wants a digest there.
    if (wantsDigest(error)) deletion.capabilities.learn('delete-tag', false);
    throw error;
  }
}

/** Removes a blob ("Deleting Blobs"). Many registries leave that to their garbage collection: `unsupported`. */
export function deleteBlob(deletion: Deletion): Promise<void> {
  return deleteAt(deletion, 'delete-blob');
}

async function deleteAt(deletion: Deletion, capability: Capability): Promise<void> {
  const { exchange, capabilities, url, signal } = deletion;
  const request = { method: 'DELETE', url, access: 'delete', accept: [200, 202, 204], signal } as const;
  await discardBody(await capabilities.learnFrom(capability, () => exchange.send(request)));
}

function wantsDigest(error: unknown): boolean {
  if (!(error instanceof DockerCommsError)) return false;
  return error.detail.status === 400 && error.detail.registryCodes === 'DIGEST_INVALID';
}
