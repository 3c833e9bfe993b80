/** Requests about the program itself. */
import { z } from 'zod';
import { id, nothing, request } from './request.ts';

export interface AppStatus {
  readonly version: string;
  readonly phase: 'first-run' | 'ready';
  readonly host: 'electron' | 'browser';
  readonly platform: 'linux' | 'darwin' | 'win32';
  /** What this host can do; the window offers nothing else. */
  readonly can: {
    readonly openFiles: boolean;
    readonly showInFolder: boolean;
    readonly downloadInBrowser: boolean;
    /** The system's dialogue can ask for a folder. */
    readonly chooseFolder: boolean;
    /** The window itself can show folders to choose from (`folders.list`). */
    readonly listFolders: boolean;
    /** Whether *This computer* (the embedded registry) can be offered. */
    readonly embeddedRegistry: boolean;
  };
  /** Where payloads are saved when no folder was chosen, for showing. */
  readonly defaultDownloadFolder: string;
}

export const appRequests = {
  /** What the window needs before it can draw: first run or not, which host, what the host can do. */
  'app.status': request(nothing).returns<AppStatus>(),
  /** Which conversation a window with the focus shows (null: none): nobody is notified of what they are looking at. */
  'app.lookingAt': request(z.strictObject({ conversationId: id.nullable() })).returns<null>(),
};
