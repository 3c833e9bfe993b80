/** Requests about the program itself. */
import { z } from 'zod';
import type { FailureReason, VaultReason } from '../../main/base/reasons.ts';
import type { ConnectionState } from './connection.ts';
import { id, nothing, request } from './request.ts';
import type { Settings } from './settings.ts';
import type { ReadyUpdateView } from './updates.ts';

/** Why a home is locked, and whether a passphrase may be tried. */
export interface LockView {
  /**
   * `wrong-passphrase`: the one that the program was started with, or the last one that was tried. Where no passphrase opens
   * it, `no-slot-opens` and `vault-damaged`.
   */
  readonly reason: Extract<FailureReason, 'wrong-passphrase'> | VaultReason;
  /** What was wrong the last time, as a sentence. */
  readonly message: string;
  /** After many wrong ones the next is not taken before this; null: now. `lock.changed` says when it is time. */
  readonly nextTryAt: number | null;
  /** How the window looks, which is all that a locked home tells of its settings. */
  readonly appearance: Settings['appearance'];
}

export interface AppStatus {
  readonly version: string;
  /** `locked`: only what does not need the secrets of the home is answered, until `vault.unlock`. */
  readonly phase: 'first-run' | 'ready' | 'locked';
  /** Null unless it is locked. */
  readonly lock: LockView | null;
  readonly host: 'electron' | 'browser';
  readonly platform: 'linux' | 'darwin' | 'win32';
  /** What this host can do; the window offers nothing else. */
  readonly can: {
    readonly openFiles: boolean;
    readonly showInFolder: boolean;
    readonly downloadInBrowser: boolean;
    /** A received file can be copied to where the system's dialogue says. */
    readonly saveAs: boolean;
    /** A received file can be dragged out of the window. */
    readonly dragOut: boolean;
    /** The system's dialogue can ask for a folder. */
    readonly chooseFolder: boolean;
    /** The window itself can show folders to choose from (`folders.list`). */
    readonly listFolders: boolean;
    /** The system's browser can be told to show a page. */
    readonly openPages: boolean;
    /** Misspelt words are marked: the system has a dictionary for that, or the browser has. */
    readonly checkSpelling: boolean;
    /** The system's dialogue can ask for files to send (`attachments.choose`). */
    readonly chooseFiles: boolean;
    /** It can be started by the system when its person logs in (`app.startWithSystem`). */
    readonly startWithSystem: boolean;
    /** Whether *This computer* (the embedded registry) can be offered. */
    readonly embeddedRegistry: boolean;
  };
  /**
   * Whether the program goes on when its last window is closed, unless a person chose (`Settings.window.closeToTray`); null:
   * there is no choice.
   */
  readonly closesToTray: boolean | null;
  /** Where payloads are saved when no folder was chosen, for showing. */
  readonly defaultDownloadFolder: string;
}

/** What fits beside an icon: of the tray, of the application. */
export interface AppGlance {
  /** Messages in conversations that are not muted, without those of strangers. */
  readonly unread: number;
  /** Of the account that most needs a person; null: there is none. */
  readonly connection: ConnectionState['state'] | null;
  /** Until when no notifications are shown; null: they are. */
  readonly mutedUntil: number | null;
  /** Until when nothing is sent or fetched; null: as usual. */
  readonly pausedUntil: number | null;
  /** Whether the program goes on when its last window is closed, where something leads back to one. */
  readonly keepsRunning: boolean;
  /** What was fetched and only has to be installed (`updates.install`); null: nothing. */
  readonly update: ReadyUpdateView | null;
}

export const appRequests = {
  /** What the window needs before it can draw: first run or not, which host, what the host can do. */
  'app.status': request(nothing).returns<AppStatus>(),
  'app.glance': request(nothing).returns<AppGlance>(),
  /** Whether the system starts it at login. Only where `AppStatus.can.startWithSystem`, as the next one. */
  'app.startsWithSystem': request(nothing).returns<boolean>(),
  /** Answers what holds now. Fails `storage`. */
  'app.startWithSystem': request(z.strictObject({ enabled: z.boolean() })).returns<boolean>(),
  /** Which conversation a window with the focus shows (null: none): nobody is notified of what they are looking at. */
  'app.lookingAt': request(z.strictObject({ conversationId: id.nullable() })).returns<null>(),
};
