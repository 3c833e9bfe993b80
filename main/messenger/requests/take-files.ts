import type { TakenFiles } from '../../../preload/contract/messages.ts';
import { limits } from '../../base/limits.ts';
import type { EngineContext } from '../context.ts';

/** One after the other: a folder is walked, and hundreds of walks at once would take the disk from everything else. */
export async function takeFiles(
  { attachments, logger }: Pick<EngineContext, 'attachments' | 'logger'>,
  paths: readonly string[],
): Promise<TakenFiles> {
  const taken = [];
  for (const path of paths.slice(0, limits.attachments)) {
    try {
      taken.push(await attachments.fromPath(path));
    } catch (error) {
      logger.warn({ err: error }, 'a file could not be taken');
    }
  }
  return { attachments: taken, left: paths.length - taken.length };
}
