import { join } from 'node:path';
import type { AppStatus, LockView } from '../../../preload/contract/app.ts';
import type { EngineContext } from '../context.ts';
import { closesToTray, glance } from '../glance.ts';
import { required } from './required.ts';
import type { EngineServices, HandlersOf } from './services.ts';

export function appRequests({ context, accounts, notifier, updates }: EngineServices): HandlersOf<'app'> {
  return {
    'app.status': () => appStatus(context, accounts.list().length > 0 ? 'ready' : 'first-run'),
    'app.startsWithSystem': () => required(context.host.autostart).isOn(),
    'app.startWithSystem': async ({ enabled }) => {
      const autostart = required(context.host.autostart);
      await autostart.set(enabled);
      return autostart.isOn();
    },
    'app.glance': () => glance(context, accounts, updates),
    'app.lookingAt': ({ conversationId }) => {
      notifier.setLookingAt(conversationId);
      return null;
    },
  };
}

/** `lock` stands for the phase `locked`. */
export function appStatus(
  {
    version,
    host,
    embeddedRegistry,
    downloadsFolder,
  }: Pick<EngineContext, 'version' | 'host' | 'embeddedRegistry' | 'downloadsFolder'>,
  phase: 'first-run' | 'ready' | LockView,
): AppStatus {
  const lock = typeof phase === 'string' ? null : phase;
  return {
    version,
    phase: typeof phase === 'string' ? phase : 'locked',
    lock,
    host: host.kind,
    platform: process.platform === 'darwin' || process.platform === 'win32' ? process.platform : 'linux',
    can: {
      openFiles: host.openFile !== undefined,
      showInFolder: host.showInFolder !== undefined,
      downloadInBrowser: host.downloadLink !== undefined,
      saveAs: host.chooseSavePath !== undefined,
      dragOut: host.startDrag !== undefined,
      chooseFolder: host.chooseFolder !== undefined,
      listFolders: host.folders !== undefined,
      openPages: host.openPage !== undefined,
      checkSpelling: host.checksSpelling ?? true,
      chooseFiles: host.chooseFiles !== undefined,
      startWithSystem: host.autostart !== undefined,
      embeddedRegistry: embeddedRegistry !== null,
    },
    closesToTray:
      host.kind === 'electron' && process.platform !== 'darwin' ? closesToTray(process.platform) : null,
    defaultDownloadFolder: join(downloadsFolder, 'DockerComms'),
  };
}
