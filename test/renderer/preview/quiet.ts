import type { RequestInput } from '../../../preload/contract/requests.ts';
import type { Settings } from '../../../preload/contract/settings.ts';

/** Every rest lasts an hour here. */
export function restEnd(length: string | null): number | null {
  return length === null || length === 'for-ever' ? null : Date.now() + 3_600_000;
}

/** `change` is told what a person wants to be spared. */
export function quietHandlers(change: (part: Partial<Settings>) => void, settings: () => Settings) {
  return {
    'quiet.mute': ({ length }: RequestInput<'quiet.mute'>) => {
      change({ notifications: { ...settings().notifications, mutedUntil: restEnd(length) } });
      return null;
    },
    'quiet.pause': ({ length }: RequestInput<'quiet.pause'>) => {
      change({ syncing: { pausedUntil: restEnd(length) } });
      return null;
    },
  };
}
