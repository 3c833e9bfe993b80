import { stat } from 'node:fs/promises';
import { toDockerCommsError } from '../../base/errors.ts';

/** What a file was at one moment: enough to notice that it changed. */
export interface SourceSnapshot {
  readonly sourceSize: number;
  readonly sourceModifiedAt: number;
}

/** Fails `not-found` when it is gone, `storage` when it may not be looked at. */
export async function snapshotOf(path: string): Promise<SourceSnapshot> {
  try {
    const { size, mtimeMs } = await stat(path);
    return { sourceSize: size, sourceModifiedAt: mtimeMs };
  } catch (error) {
    throw toDockerCommsError(error);
  }
}
