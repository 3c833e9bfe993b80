import CloudDownload from '@lucide/svelte/icons/cloud-download';
import Download from '@lucide/svelte/icons/download';
import ExternalLink from '@lucide/svelte/icons/external-link';
import FolderOpen from '@lucide/svelte/icons/folder-open';
import Pause from '@lucide/svelte/icons/pause';
import Play from '@lucide/svelte/icons/play';
import RotateCw from '@lucide/svelte/icons/rotate-cw';
import X from '@lucide/svelte/icons/x';
import type { FileAction } from './file-actions.ts';

/** How an action looks on a file's card and in the menu of its message. */
export const fileActionIcons: Readonly<Record<FileAction, typeof Pause>> = {
  pause: Pause,
  resume: Play,
  cancel: X,
  retry: RotateCw,
  download: CloudDownload,
  open: ExternalLink,
  'show-in-folder': FolderOpen,
  save: Download,
  'save-as': Download,
};
