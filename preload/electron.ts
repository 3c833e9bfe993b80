/**
 * The bridge for the window in Electron. It runs in the page's process but in a world of its own: the page sees the
 * functions of `Bridge` and nothing else, neither channels nor paths. Bundled as one CommonJS file, as a sandboxed
 * preload has to be; of the contract it takes types only, and of the limits what it shares with the main process.
 */
import { contextBridge, ipcRenderer, webUtils, type IpcRendererEvent } from 'electron';
import { limits } from '../main/base/limits.ts';
import type { Answer } from './contract/answer.ts';
import type { AttachmentSource, Bridge } from './contract/bridge.ts';
import type { EngineEvent } from './contract/events.ts';
import type { HostChannel } from './contract/frames.ts';
import type { ErrorView } from './contract/answer.ts';
import type { AttachmentView } from './contract/messages.ts';

function invoke<T>(channel: HostChannel, ...input: unknown[]): Promise<T> {
  return ipcRenderer.invoke(channel, ...input) as Promise<T>;
}

const events: HostChannel = 'dockercomms:event';

function subscribe(listener: (event: EngineEvent) => void): () => void {
  // The event's `sender` must not reach the page: only the payload is passed on.
  const forward = (_: IpcRendererEvent, event: EngineEvent) => {
    listener(event);
  };
  ipcRenderer.on(events, forward);
  return () => {
    ipcRenderer.off(events, forward);
  };
}

/** Only a `File` that the browser made from a real file has a path; one that a script made has none. */
async function attach(source: AttachmentSource): Promise<Answer<AttachmentView>> {
  const path = webUtils.getPathForFile(source.file);
  if (path !== '') return invoke('dockercomms:attach-path', path);
  if (source.kind === 'file') return attachContent(source.file);
  const error: ErrorView = { code: 'invalid', message: 'This folder is not on this computer.', detail: {} };
  return { ok: false, error };
}

/** What was pasted has no path: it goes over in pieces, each one taken before the next is read. */
async function attachContent(file: File): Promise<Answer<AttachmentView>> {
  const id = await invoke<string>('dockercomms:attach-begin', file.name);
  try {
    for (let offset = 0; offset < file.size; offset += limits.bridgePieceBytes) {
      const piece = await file.slice(offset, offset + limits.bridgePieceBytes).arrayBuffer();
      if (!(await invoke<boolean>('dockercomms:attach-piece', id, new Uint8Array(piece)))) break;
    }
  } catch {
    await invoke('dockercomms:attach-abort', id);
    const error: ErrorView = {
      code: 'not-found',
      message: 'What was pasted can no longer be read.',
      detail: {},
    };
    return { ok: false, error };
  }
  return invoke('dockercomms:attach-end', id);
}

const bridge: Bridge = {
  host: 'electron',
  call: (method, input) => invoke('dockercomms:call', method, input),
  subscribe,
  attach,
  // The engine lives in the main process: while there is a window, there is an engine.
  connection: { isOpen: () => true, subscribe: () => () => undefined },
};

contextBridge.exposeInMainWorld('dockercomms', bridge);
