/** Requests about settings, their schema, and the folders that one of them may be. */
import { z } from 'zod';
import { limits } from '../../main/base/limits.ts';
import { fieldLimits } from './field-limits.ts';
import { networkFields } from './network.ts';
import { sigstoreSchema } from './sigstore.ts';
import { folderToken, id, nothing, registryHost, request } from './request.ts';

/** A folder of the computer where the engine runs: main keeps the path, the window a token. */
export interface FolderView {
  readonly token: string;
  readonly name: string;
}

/** What is in a folder, for choosing one. */
export interface FolderListing {
  /** From where choosing begins (the person's own folder) down to this one, which is the last. Never empty. */
  readonly trail: readonly [FolderView, ...FolderView[]];
  /** The folders in it, by name; hidden ones are left out. */
  readonly folders: readonly FolderView[];
  /** There are more than these. */
  readonly cut: boolean;
  /** Whether files can be saved in it. */
  readonly writable: boolean;
}

/** What each setting may be, without the defaults: a change must not bring back what it does not name. */
const fields = {
  appearance: { theme: z.enum(['system', 'light', 'dark']), contrast: z.enum(['normal', 'high']) },
  downloads: {
    /** Payloads up to this many bytes are fetched without asking. */
    automaticLimitBytes: z.number().int().min(0).max(limits.largestAutomaticDownloadBytes),
  },
  notifications: {
    enabled: z.boolean(),
    /** Whether a notification shows the words or only who wrote. */
    showContent: z.boolean(),
  },
  window: {
    /** Whether closing the last window leaves the program running. */
    closeToTray: z.boolean(),
  },
  composer: {
    enterSends: z.boolean(),
    /** Whether what is written is checked for spelling, where the host can. */
    spellCheck: z.boolean(),
  },
  /** Whether expired things that were written here are removed from registries now and then. */
  cleanup: { enabled: z.boolean() },
  /** Newer versions of the program: fetched by themselves, told and fetched when a person wants them, or not looked for. */
  updates: { mode: z.enum(['automatic', 'ask', 'off']) },
  /** Whether anything is asked of the services of `sigstore`, for signing and for believing. */
  publicSignatures: {
    enabled: z.boolean(),
    /** Accounts of which each message is signed publicly too: in a log, for ever. */
    accounts: z.array(id).max(fieldLimits.accounts),
  },
};

/** Settings, as stored and as shown. Every field has a default, so older and partial rows stay readable. */
export const settingsSchema = z.object({
  appearance: z
    .object({
      theme: fields.appearance.theme.default('system'),
      contrast: fields.appearance.contrast.default('normal'),
    })
    .prefault({}),
  downloads: z
    .object({
      /** Absolute folder, or null for `DockerComms` in the system's downloads. */
      folder: z.string().max(fieldLimits.path).nullable().default(null),
      automaticLimitBytes: fields.downloads.automaticLimitBytes.default(limits.automaticDownloadBytes),
    })
    .prefault({}),
  notifications: z
    .object({
      enabled: fields.notifications.enabled.default(true),
      showContent: fields.notifications.showContent.default(true),
      /** None are shown before this (milliseconds since 1970); null: not muted. Changed by `quiet.mute`. */
      mutedUntil: z.number().nullable().default(null),
    })
    .prefault({}),
  /** Nothing is fetched and nothing begins to be sent before `pausedUntil`. Changed by `quiet.pause`. */
  syncing: z.object({ pausedUntil: z.number().nullable().default(null) }).prefault({}),
  /** Null: as is usual on this system (`AppGlance.keepsRunning`). */
  window: z.object({ closeToTray: fields.window.closeToTray.nullable().default(null) }).prefault({}),
  composer: z
    .object({
      enterSends: fields.composer.enterSends.default(true),
      spellCheck: fields.composer.spellCheck.default(true),
    })
    .prefault({}),
  cleanup: z.object({ enabled: fields.cleanup.enabled.default(true) }).prefault({}),
  updates: z.object({ mode: fields.updates.mode.default('ask') }).prefault({}),
  publicSignatures: z
    .object({
      enabled: fields.publicSignatures.enabled.default(true),
      accounts: fields.publicSignatures.accounts.default([]),
    })
    .prefault({}),
  /** Public signatures: whose services, and whom they are believed by. */
  sigstore: sigstoreSchema.default({ instance: 'public' }),
  /** How registries are reached. Changed by the requests `network.…`, which check; its secrets are in the vault. */
  network: z
    .object({
      proxy: z
        .object({
          mode: networkFields.proxyMode.default('system'),
          /** `http://host:port`, kept while another mode holds. */
          address: z.string().max(fieldLimits.proxyAddress).nullable().default(null),
          exceptions: networkFields.exceptions.default(''),
        })
        .prefault({}),
      /** Trusted besides those of this computer: for one host, or (null) for all. */
      authorities: z.array(z.object({ pem: z.string(), host: registryHost.nullable() })).default([]),
      /** Registries that a person chose to reach without encryption. */
      plainHttpHosts: z.array(registryHost).default([]),
    })
    .prefault({}),
});

export type Settings = z.output<typeof settingsSchema>;

/**
 * What may be changed at once: any part of the settings; parts left out stay as they are. Of the folder only the way
 * back to the default: a window never names a path. `settings.chooseDownloadFolder` asks the person for one, and
 * `settings.useDownloadFolder` takes the token of one that was listed.
 */
export const settingsChangeSchema = z.strictObject({
  appearance: z.strictObject(fields.appearance).partial().optional(),
  downloads: z
    .strictObject({ ...fields.downloads, folder: z.null() })
    .partial()
    .optional(),
  notifications: z.strictObject(fields.notifications).partial().optional(),
  window: z.strictObject(fields.window).partial().optional(),
  composer: z.strictObject(fields.composer).partial().optional(),
  cleanup: z.strictObject(fields.cleanup).partial().optional(),
  updates: z.strictObject(fields.updates).partial().optional(),
  publicSignatures: z.strictObject(fields.publicSignatures).partial().optional(),
  /** As a whole. */
  sigstore: sigstoreSchema.optional(),
});

export const settingsRequests = {
  /** The folders in this one; null: in the person's own. Only where `AppStatus.can.listFolders`. */
  'folders.list': request(z.strictObject({ folder: folderToken.nullable() })).returns<FolderListing>(),
  /** Makes a folder in this one and answers what is in the new one. Fails `invalid` for a name that cannot be, `conflict` for one that is. */
  'folders.create': request(
    z.strictObject({ folder: folderToken, name: z.string().min(1).max(fieldLimits.folderName) }),
  ).returns<FolderListing>(),
  'settings.get': request(nothing).returns<Settings>(),
  'settings.update': request(settingsChangeSchema).returns<Settings>(),
  /** Asks with the system's dialogue; null when cancelled. Only where `AppStatus.can.chooseFolder`. */
  'settings.chooseDownloadFolder': request(nothing).returns<Settings | null>(),
  /** Saves files in this folder from now on. Fails `not-found` when it is gone, `storage` when it cannot be written. */
  'settings.useDownloadFolder': request(z.strictObject({ folder: folderToken })).returns<Settings>(),
};
