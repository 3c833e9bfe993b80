import { open } from 'node:fs/promises';
import type { FilePreview } from '../../preload/contract/messages.ts';
import { KiB, MiB } from '../base/limits.ts';
import type { Message } from '../store/message.ts';
import { previewKind } from './media-type.ts';
import { pathOf } from './views.ts';

/** Bytes. An image larger than this is not drawn inline: the window should not hold what nobody asked to see. */
const largestImage = 12 * MiB;
/** So many bytes of a text are enough to recognise it. */
const textExcerpt = 4 * KiB;

/** What to show inside the file card; null when there is nothing to show (any more). Only of files that are here. */
export async function previewOf(message: Message): Promise<FilePreview | null> {
  const { file } = message;
  const path = file && pathOf(file);
  if (!file || !path || file.folder) return null;
  if (message.direction === 'incoming' && message.state !== 'received') return null;
  const kind = previewKind(file.mediaType);
  try {
    if (kind === 'text') return await previewText(path);
    if (kind === 'image' && file.bytes <= largestImage) return await previewImage(path, file.mediaType);
    return null;
  } catch {
    // The person moved or deleted the file: it is theirs. The card says so when they open it.
    return null;
  }
}

async function previewText(path: string): Promise<FilePreview | null> {
  const bytes = await readStart(path, textExcerpt + 1);
  if (bytes.includes(0)) return null;
  const text = new TextDecoder('utf-8').decode(bytes.subarray(0, textExcerpt), { stream: true });
  return { kind: 'text', text, truncated: bytes.length > textExcerpt };
}

async function previewImage(path: string, mediaType: string): Promise<FilePreview> {
  const bytes = await readStart(path, largestImage);
  return { kind: 'image', mediaType, base64: bytes.toString('base64') };
}

async function readStart(path: string, length: number): Promise<Buffer> {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    const buffer = Buffer.alloc(Math.min(size, length));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
