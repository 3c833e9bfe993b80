import type { FileContent, MessageView, TransferProgress } from '../../preload/views.ts';
import { format, words } from '../locales/en.ts';

/** The one quiet line under a file's name: how it moves while it moves, else its size and what is special about it. */
export function fileStatus(
  message: MessageView,
  content: FileContent,
  progress: TransferProgress | null,
): string {
  if (progress !== null) return movement(progress);
  const parts = [format.size(content.bytes)];
  if (content.folder) parts.unshift(words.file.folder);
  if (message.state === 'received' && !content.available) parts.push(words.file.noLongerHere);
  return parts.join(' · ');
}

function movement(progress: TransferProgress): string {
  const { bytesDone, bytesTotal, bytesPerSecond, secondsLeft } = progress;
  if (bytesDone === 0 && bytesPerSecond === null) return words.file.phases[progress.phase];
  if (progress.phase === 'saving') return words.file.phases.saving;
  const parts = [words.file.of(format.size(bytesDone), format.size(bytesTotal))];
  if (bytesPerSecond !== null) parts.push(format.rate(bytesPerSecond));
  if (secondsLeft !== null) parts.push(words.file.left(format.duration(secondsLeft)));
  return parts.join(' · ');
}
