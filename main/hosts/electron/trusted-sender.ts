/**
 * Threat: any frame of any window can send on any channel, also one that was navigated or embedded. The platform gives the
 * handler whatever arrives. `new URL('app://x/y').origin` is `'null'` in Node, so origins cannot be compared; and
 * `senderFrame` is null when the frame is gone by the time the message is handled.
 *
 * The rule: only the main frame of a window that we opened, showing our own page.
 */
import type { IpcMainInvokeEvent, WebContents } from 'electron';
import { windowOrigin } from './app-protocol.ts';

export function isTrustedSender(
  event: Pick<IpcMainInvokeEvent, 'sender' | 'senderFrame'>,
  isOurs: (contents: WebContents) => boolean,
): boolean {
  const frame = event.senderFrame;
  if (frame === null || !isOurs(event.sender)) return false;
  const isMain = frame.frameTreeNodeId === event.sender.mainFrame.frameTreeNodeId;
  return isMain && frame.url.startsWith(`${windowOrigin}/`);
}
