/** An Electron program that does nothing, for what the stand-in itself and Chromium need of each start. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** With what the bench looks for in a window: a row, which is chosen by a click, and a field that takes the focus then. */
const page = `<!doctype html><nav><button data-row="0">Open</button></nav><textarea></textarea>
<script>
  const row = document.querySelector('button');
  row.onclick = () => {
    row.setAttribute('aria-current', 'true');
    document.querySelector('textarea').focus();
  };
</script>`;

const main = `
import { app, BrowserWindow, protocol, session } from 'electron';
const headers = { 'Content-Type': 'text/html' };
protocol.registerSchemesAsPrivileged([{ scheme: 'app', privileges: { standard: true, secure: true } }]);
app.on('window-all-closed', () => app.quit());
await app.whenReady();
session.defaultSession.protocol.handle('app', () => new Response(${JSON.stringify(page)}, { headers }));
const window = new BrowserWindow({
  webPreferences: {
    preload: new URL('../preload/electron.cjs', import.meta.url).pathname,
    ...{ sandbox: true, contextIsolation: true, nodeIntegration: false, webviewTag: false },
  },
});
await window.loadURL('app://dockercomms/index.html');
`;

/** Writes it into this folder, laid out as `launchStandin` expects a program. */
export async function writeEmptyProgram(root: string): Promise<void> {
  await mkdir(join(root, 'dist/main'), { recursive: true });
  await mkdir(join(root, 'dist/preload'));
  await writeFile(join(root, 'package.json'), JSON.stringify({ type: 'module' }));
  await writeFile(join(root, 'dist/main/electron.js'), main);
  await writeFile(join(root, 'dist/preload/electron.cjs'), '');
}
