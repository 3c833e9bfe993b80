import { requireUsableInstance } from '../sigstore/instance.ts';
import type { EngineServices, HandlersOf } from './services.ts';
import { required } from './required.ts';

export function settingsRequests({
  context,
  outbox,
}: EngineServices): HandlersOf<'settings'> & HandlersOf<'folders'> {
  const { settings, host } = context;
  return {
    'settings.get': () => settings.get(),
    'settings.update': (change) => {
      if (change.sigstore !== undefined) requireUsableInstance(change.sigstore);
      const changed = settings.update(change);
      // What waits for a sign-in may need none any more.
      if (change.publicSignatures !== undefined) outbox.hurry();
      return changed;
    },
    'settings.chooseDownloadFolder': async () => {
      const folder = await required(host.chooseFolder)();
      return folder === null ? null : settings.saveIn(folder);
    },
    'settings.useDownloadFolder': async ({ folder }) =>
      settings.saveIn(await required(host.folders).writablePath(folder)),
    'folders.list': ({ folder }) => required(host.folders).list(folder),
    'folders.create': ({ folder, name }) => required(host.folders).create(folder, name),
  };
}
