import { app } from 'electron';

/** `appId` of electron-builder.yml, which its installer writes into the shortcuts that it makes. */
const applicationId = 'org.dockercomms.desktop';

/**
 * Tells Windows that this process is the program of those shortcuts. Without it notifications come from somebody whom Windows does
 * not know: no setting of theirs holds, no rest that was chosen there, and the button in the task bar is another program's. Before
 * the first window.
 */
export function nameProgram(platform = process.platform): void {
  if (platform === 'win32' && app.isPackaged) app.setAppUserModelId(applicationId);
}
