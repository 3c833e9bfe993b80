import type { EngineServices, HandlersOf } from './services.ts';

export function updatesRequests({ updates }: EngineServices): HandlersOf<'updates'> {
  return {
    'updates.status': () => updates.status(),
    'updates.check': () => {
      updates.check();
      return null;
    },
    'updates.download': () => {
      updates.download();
      return null;
    },
    'updates.cancel': () => {
      updates.cancel();
      return null;
    },
    'updates.dismiss': () => {
      updates.dismiss();
      return null;
    },
    'updates.install': async () => {
      await updates.install();
      return null;
    },
  };
}
