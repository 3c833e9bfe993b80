import { join } from 'node:path';
import type { AppStatus } from '../../../preload/contract/app.ts';
import type { EngineContext } from '../context.ts';
import type { EngineServices, HandlersOf } from './services.ts';

export function appRequests({ context, accounts, notifier }: EngineServices): HandlersOf<'app'> {
  return {
    'app.status': () => appStatus(context, accounts.list().length > 0),
    'app.lookingAt': ({ conversationId }) => {
      notifier.setLookingAt(conversationId);
      return null;
    },
  };
}

function appStatus(
  { version, host, embeddedRegistry, downloadsFolder }: EngineContext,
  ready: boolean,
): AppStatus {
  return {
    version,
    phase: ready ? 'ready' : 'first-run',
    host: host.kind,
    platform: process.platform === 'darwin' || process.platform === 'win32' ? process.platform : 'linux',
    can: {
      openFiles: host.openFile !== undefined,
      showInFolder: host.showInFolder !== undefined,
      downloadInBrowser: host.downloadLink !== undefined,
      chooseFolder: host.chooseFolder !== undefined,
      listFolders: host.folders !== undefined,
      embeddedRegistry: embeddedRegistry !== null,
    },
    defaultDownloadFolder: join(downloadsFolder, 'DockerComms'),
  };
}
