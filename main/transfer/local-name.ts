import { safeFileName } from '../protocol/filename.ts';

/** A name for a file on this computer (`safeFileName`): what Windows refuses is left out there alone. */
export function localFileName(name: string): string {
  return safeFileName(name, { windows: process.platform === 'win32' });
}
