import type { AppStatus } from '../../preload/contract/app.ts';
import type { FileContent, MessageView } from '../../preload/contract/messages.ts';

export type FileMessage = MessageView & { readonly content: FileContent };

/** What can be done with several files at once. Opening, showing and saving ask or show something for each. */
const sharedActionNames = ['download', 'pause', 'resume', 'cancel', 'retry'] as const;
export type SharedAction = (typeof sharedActionNames)[number];
export type FileAction = SharedAction | 'open' | 'show-in-folder' | 'save' | 'save-as';

export function isOfFile(message: MessageView): message is FileMessage {
  return message.content.kind === 'file';
}

/**
 * What can be done with a file now, the one that makes most sense first. Retrying a failure stands beside the failure's
 * reason, so it is not repeated here; retrying what was cancelled is.
 */
export function fileActions(message: FileMessage, can: AppStatus['can']): readonly FileAction[] {
  switch (message.state) {
    case 'queued':
    case 'preparing':
    case 'uploading':
    case 'downloading':
      return ['pause', 'cancel'];
    case 'paused':
      return ['resume', 'cancel'];
    case 'cancelled':
      return ['retry'];
    case 'waiting':
      // With something here it is going to be tried again.
      return message.content.keptBytes > 0 ? ['download', 'pause', 'cancel'] : ['download'];
    case 'failed':
      return message.content.keptBytes > 0 ? ['cancel'] : [];
    case 'refused':
    case 'expired':
      return [];
    case 'unverified':
      // Asked for beside the reason why it is not shown.
      return [];
    case 'sent':
    case 'delivered':
    case 'delivered-unconfirmed':
    case 'rejected':
    case 'received':
      return message.content.available ? whatTheHostCan(can, message.direction) : [];
  }
}

/** What can be done with several files at once, each with those that it is about. */
export function sharedActions(
  messages: readonly FileMessage[],
  can: AppStatus['can'],
): readonly { readonly action: SharedAction; readonly files: readonly FileMessage[] }[] {
  return sharedActionNames
    .map((action) => ({
      action,
      files: messages.filter((message) => fileActions(message, can).includes(action)),
    }))
    .filter(({ files }) => files.length > 0);
}

function whatTheHostCan(can: AppStatus['can'], direction: MessageView['direction']): readonly FileAction[] {
  const actions: FileAction[] = [];
  if (can.openFiles) actions.push('open');
  if (can.showInFolder) actions.push('show-in-folder');
  // What one sent is where one took it from.
  if (direction === 'outgoing') return actions;
  if (can.downloadInBrowser) actions.push('save');
  if (can.saveAs) actions.push('save-as');
  return actions;
}
