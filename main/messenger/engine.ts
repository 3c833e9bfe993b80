/**
 * What a host sees of the engine. Hosts (Electron, browser, command line) are thin: they carry calls, events and
 * files, and do what `HostAbilities` names. Every decision is made behind this interface.
 */
import type { Readable } from 'node:stream';
import type { Answer } from '../../preload/contract/answer.ts';
import type { EngineEvent } from '../../preload/contract/events.ts';
import type { AppStatus } from '../../preload/contract/app.ts';
import type { AttachmentView } from '../../preload/contract/messages.ts';
import type { FolderListing } from '../../preload/contract/settings.ts';
import type { AskSystemProxy } from './network/system-proxies.ts';

/** Things only a host can do. A missing function means that this host cannot; `AppStatus.can` follows from it. */
export interface HostAbilities {
  readonly kind: AppStatus['host'];
  /**
   * Opens a file with the system's program. Of one that can run programs the host itself asks first, where no page could
   * answer in the person's name; where it cannot ask, it fails `unsupported`.
   */
  readonly openFile?: (path: string) => Promise<void>;
  /** Shows a file in the file manager. */
  readonly showInFolder?: (path: string) => Promise<void>;
  /** Shows a page in the system's browser: only ever one of `requireWebPage`. */
  readonly openPage?: (page: URL) => Promise<void>;
  /** Asks where to save a copy under this name; null when the person cancelled. A file that is there may be replaced. */
  readonly chooseSavePath?: (name: string) => Promise<string | null>;
  /** Lets the person, who has begun to drag, drag this file out of the window. */
  readonly startDrag?: (path: string) => Promise<void>;
  /** Ends the program and starts it again. */
  readonly restart?: () => Promise<void>;
  /** Puts this file in the place of the program, which is one file; what runs goes on running. Fails `storage`. */
  readonly replaceProgram?: (path: string) => Promise<void>;
  /** Lets the system open an installer of this program: only ever one that was verified. */
  readonly openInstaller?: (path: string) => Promise<void>;
  /** Asks for a folder; null when the person cancelled. */
  readonly chooseFolder?: () => Promise<string | null>;
  /** What the system's settings say about the way to an origin, as a PAC file answers (`PROXY host:port;DIRECT`). */
  readonly resolveProxy?: AskSystemProxy;
  /** Asks for files, or for folders, to send; none when the person cancelled. */
  readonly chooseFiles?: (what: 'files' | 'folders') => Promise<readonly string[]>;
  /** Whether the window marks misspelt words without fetching anything; left out: it does. */
  readonly checksSpelling?: boolean;
  /** Folders to choose from, where no system's dialogue can be shown. */
  readonly folders?: FolderShelf;
  /** A one-use address under which the browser downloads this file. */
  readonly downloadLink?: (file: SavedFile) => Promise<string>;
  /** What the system brought from outside the window. */
  readonly brought?: BroughtShelf;
  readonly autostart?: Autostart | undefined;
}

/** Being started by the system when the person logs in. The system keeps it: others may change it there. */
export interface Autostart {
  isOn(): Promise<boolean>;
  /** Fails `storage`. */
  set(on: boolean): Promise<void>;
}

/** Files and links from outside wait here until somebody takes them. Neither was looked at yet: anybody may have made them. */
export interface BroughtShelf {
  /** Absolute paths; afterwards none waits. */
  takeFiles(): readonly string[];
  takeLink(): string | null;
}

/** Folders that the window may show and choose from: it is given names and tokens, and never names a path. */
export interface FolderShelf {
  /** null: where choosing begins. Fails `not-found` for what is gone or not known, `storage` without permission. */
  list(token: string | null): Promise<FolderListing>;
  /** Makes a folder in this one and lists the new one. Fails `invalid` for a bad name, `conflict` when there is one already. */
  create(token: string, name: string): Promise<FolderListing>;
  /** The path, which can be written to now. Fails `not-found`, `storage`. */
  writablePath(token: string): Promise<string>;
}

/** A payload that was verified and saved. */
export interface SavedFile {
  readonly path: string;
  readonly name: string;
  readonly bytes: number;
  readonly mediaType: string;
}

/** The embedded registry as the engine knows it; hosts pass the real one in. */
export interface EmbeddedRegistryService {
  /**
   * Starts serving `folder` on loopback. `port` is tried first (it was given out before); null or taken: a free one.
   * Starting twice gives the running one.
   */
  start(folder: string, port: number | null): Promise<{ readonly host: string; readonly port: number }>;
  stop(): Promise<void>;
  /** The same content for other computers; closed until it is opened, and again when the registry stops. */
  readonly network: EmbeddedNetwork;
}

/** The embedded registry on the network. Without a running registry what would change something fails `conflict`. */
export interface EmbeddedNetwork {
  /**
   * Lets invited people in, over TLS and with a password, to `repository` alone. `port` 0 means any free one; a
   * `quotaBytes` bounds what they may fill of the disk. Fails `conflict` for a port that is taken, `storage`.
   */
  open(options: {
    readonly port: number;
    readonly repository: string;
    readonly quotaBytes: number | null;
  }): Promise<OpenNetwork>;
  close(): Promise<void>;
  /** Null while closed. */
  state(): OpenNetwork | null;
  people(): readonly { readonly name: string; readonly invitedAt: number }[];
  /** A password that is told this once. Fails `invalid`, `conflict`. */
  invite(name: string): Promise<{ readonly name: string; readonly password: string }>;
  /** Fails `not-found`. */
  revoke(name: string): Promise<void>;
  usedBytes(): number;
}

export interface OpenNetwork {
  readonly port: number;
  /** `host:port` for others to use, the likeliest first. */
  readonly hosts: readonly string[];
  /** SHA-256 of the certificate, 64 lower-case hex digits. */
  readonly fingerprint: string;
  readonly certificateExpiresAt: number;
}

/** Brings files in. The window gets the view with its token; the path stays here. */
export interface AttachmentIntake {
  /** A file or folder on this computer; nothing is copied. Fails `not-found`, `storage`. */
  fromPath(path: string): Promise<AttachmentView>;
  /** Content without a path (an upload, a pasted image): streamed to a temporary file. Fails `storage`, `too-large`. */
  fromStream(name: string, content: Readable): Promise<AttachmentView>;
  /** A folder that arrives file by file: `add` each, then `finish`. `abort` deletes what came. */
  folder(name: string): Promise<FolderIntake>;
}

export interface FolderIntake {
  /** `path` is relative, with `/`; anything that would leave the folder fails `invalid`. */
  add(path: string, content: Readable): Promise<void>;
  finish(): Promise<AttachmentView>;
  abort(): Promise<void>;
}

export interface Engine {
  /** Validates `input` with the contract's schema and answers. Never throws. */
  call(method: string, input: unknown): Promise<Answer<unknown>>;
  /** Calls `listener` for every event until the returned function is called. */
  subscribe(listener: (event: EngineEvent) => void): () => void;
  readonly attachments: AttachmentIntake;
  /** The computer woke up, or the network came back: look for messages and send at once. */
  wake(): void;
  /** The computer has no network: stop trying until `wake`. */
  pause(): void;
  /** Stops transfers (they go on at the next start), the embedded registry and the store. */
  close(): Promise<void>;
}
