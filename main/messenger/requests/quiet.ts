import type { EngineServices, HandlersOf } from './services.ts';

export function quietRequests({ quietTimes }: EngineServices): HandlersOf<'quiet'> {
  return {
    'quiet.mute': ({ length }) => {
      quietTimes.mute(length);
      return null;
    },
    'quiet.pause': ({ length }) => {
      quietTimes.pause(length);
      return null;
    },
  };
}
