import { isAbsolute } from 'node:path';
import type { z } from 'zod';
import { type Settings, type settingsChangeSchema, settingsSchema } from '../../preload/contract/settings.ts';
import { DockerCommsError } from '../base/errors.ts';
import type { Store } from '../store/store.ts';
import type { EventHub } from './events.ts';

/** Settings with their defaults applied, whatever an older version stored. */
export class SettingsService {
  readonly #store: Store;
  readonly #events: EventHub;

  constructor(store: Store, events: EventHub) {
    this.#store = store;
    this.#events = events;
  }

  get(): Settings {
    return readSettings(this.#store.settings.get());
  }

  /** Changes what is given; the rest stays as it is. */
  update(change: z.output<typeof settingsChangeSchema>): Settings {
    return this.#patch(change);
  }

  /** Saves files in this folder from now on. Fails `invalid` for a path that is not absolute. */
  saveIn(folder: string): Settings {
    if (!isAbsolute(folder)) {
      throw new DockerCommsError('invalid', 'Give the whole path of the folder, from its beginning.');
    }
    return this.#patch({ downloads: { folder } });
  }

  /** No notifications before this; null: as usual. */
  muteUntil(mutedUntil: number | null): void {
    this.#patch({ notifications: { mutedUntil } });
  }

  /** Nothing is fetched and nothing begins to be sent before this; null: as usual. */
  pauseUntil(pausedUntil: number | null): void {
    this.#patch({ syncing: { pausedUntil } });
  }

  /** What `NetworkSettings` has checked. */
  changeNetwork(change: PartsOf<Settings['network']>): void {
    this.#patch({ network: change });
  }

  #patch(change: object): Settings {
    const settings = readSettings(this.#store.settings.patch(change));
    this.#events.emit({ type: 'settings.changed' });
    return settings;
  }
}

type PartsOf<T> = {
  readonly [Key in keyof T]?: T[Key] extends readonly unknown[] ? T[Key] : Partial<T[Key]>;
};

/** A stored document that no longer fits (a downgrade, a damaged row) must not lock anybody out: defaults apply. */
export function readSettings(document: unknown): Settings {
  const parsed = settingsSchema.safeParse(document);
  return parsed.success ? parsed.data : settingsSchema.parse({});
}
