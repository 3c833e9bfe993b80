import type { EngineServices, HandlersOf } from './services.ts';

export function cleanupRequests({ cleanup }: EngineServices): HandlersOf<'cleanup'> {
  return {
    'cleanup.status': () => cleanup.status(),
    'cleanup.run': () => {
      cleanup.run();
      return null;
    },
    'cleanup.cancel': () => {
      cleanup.cancel();
      return null;
    },
  };
}
