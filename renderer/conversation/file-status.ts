import type { FileContent, MessageView, TransferProgress } from '../../preload/contract/messages.ts';
import { format, words } from '../locales/en.ts';

/** The quiet line under a file's name: its size, and what is special about it. */
export function fileFacts(message: MessageView, content: FileContent): string {
  const parts = [format.size(content.bytes)];
  if (content.folder) parts.unshift(words.file.folder);
  if (message.state === 'received' && !content.available) parts.push(words.file.noLongerHere);
  return parts.join(' · ');
}

export interface Movement {
  /** How far it came, and how fast. */
  readonly done: string;
  /** The time left; empty while nobody can tell. */
  readonly left: string;
}

/** The same where it stands still. */
export function standstillOf({ keptBytes }: FileContent): Movement {
  return { done: words.file.kept(format.size(keptBytes)), left: '' };
}

/** The line under the progress bar. */
export function movementOf(progress: TransferProgress): Movement {
  const { phase, bytesDone, bytesPerSecond, secondsLeft } = progress;
  if (phase === 'saving' || (bytesDone === 0 && bytesPerSecond === null)) {
    return { done: words.file.phases[phase], left: '' };
  }
  const done = [format.size(bytesDone), ...(bytesPerSecond === null ? [] : [format.rate(bytesPerSecond)])];
  const left = secondsLeft === null ? '' : words.file.left(format.duration(secondsLeft));
  return { done: done.join(' · '), left };
}
