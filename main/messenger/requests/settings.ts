import { DockerCommsError } from '../../base/errors.ts';
import type { EngineServices, HandlersOf } from './services.ts';

export function settingsRequests({ context }: EngineServices): HandlersOf<'settings'> {
  const { settings, host } = context;
  return {
    'settings.get': () => settings.get(),
    'settings.update': (change) => settings.update(change),
    'settings.chooseDownloadFolder': async () => {
      if (host.chooseFolder === undefined)
        throw new DockerCommsError('unsupported', 'This is not possible here.');
      const folder = await host.chooseFolder();
      return folder === null ? null : settings.saveIn(folder);
    },
  };
}
