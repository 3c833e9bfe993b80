/**
 * Threat: any frame of any window can send on any channel, also one that was navigated or embedded. The platform gives the
 * handler whatever arrives. `new URL('app://x/y').origin` is `'null'` in Node, so origins cannot be compared; and
 * `senderFrame` is null when the frame is gone by the time the message is handled.
 *
 * The rule: only the main frame of a window that we opened, showing our own page.
 */
import type { IpcMainInvokeEvent, WebContents } from 'electron';
import { isOurs } from './window-address.ts';

export function isTrustedSender(
  { sender, senderFrame }: Pick<IpcMainInvokeEvent, 'sender' | 'senderFrame'>,
  isOurWindow: (contents: WebContents) => boolean,
): boolean {
  if (senderFrame === null || !isOurWindow(sender)) return false;
  return senderFrame.frameTreeNodeId === sender.mainFrame.frameTreeNodeId && isOurs(senderFrame.url);
}
