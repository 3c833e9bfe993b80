import { shell } from 'electron';
import { DockerCommsError } from '../../base/errors.ts';

/**
 * Opens what is at a path with the program that the system has for it. Fails `unsupported`, with this sentence for the
 * person and what the system said beside it.
 */
export async function openPath(path: string, refusal: string): Promise<void> {
  // Electron answers with the problem, and with nothing where there is none.
  const problem = await shell.openPath(path);
  if (problem !== '') throw new DockerCommsError('unsupported', refusal, { detail: { problem } });
}
