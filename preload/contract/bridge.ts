/** What the preload bridge offers the window. */
import type { Answer } from './answer.ts';
import type { EngineEvent } from './events.ts';
import type { AttachmentView } from './messages.ts';
import type { RequestInput, RequestName, RequestOutput } from './requests.ts';

/** What the preload bridge offers the window as `window.dockercomms`. */
export interface Bridge {
  readonly host: 'electron' | 'browser';
  call<Name extends RequestName>(
    method: Name,
    input: RequestInput<Name>,
  ): Promise<Answer<RequestOutput<Name>>>;
  /** Calls `listener` for every event until the returned function is called. */
  subscribe(listener: (event: EngineEvent) => void): () => void;
  /**
   * Turns something dropped, pasted or chosen into an attachment. Electron takes the path behind the file (a folder's
   * too) and copies nothing, except for pasted content that has no path; the browser host streams an upload.
   */
  attach(source: AttachmentSource): Promise<Answer<AttachmentView>>;
  /** Tells whether the engine can be reached (always true in Electron). */
  readonly connection: BridgeConnection;
}

export interface BridgeConnection {
  isOpen(): boolean;
  subscribe(listener: (open: boolean) => void): () => void;
}

/** One file, or one folder with what the browser listed inside it (Electron ignores the list and reads the disk). */
export type AttachmentSource =
  | { readonly kind: 'file'; readonly file: File }
  | {
      readonly kind: 'folder';
      readonly name: string;
      /** The folder as the drop's `File`: in Electron it leads to the path. */
      readonly file: File;
      /** Paths are relative to the folder, with `/`. Empty in Electron. */
      readonly files: readonly { readonly path: string; readonly file: File }[];
    };
