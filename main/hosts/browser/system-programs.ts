import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { DockerCommsError } from '../../base/errors.ts';
import { requireOpenable } from '../openable.ts';

type Command = readonly [program: string, ...args: string[]];

/** What takes longer than this has opened: some openers stay as long as what they opened. */
const startedAfterMilliseconds = 3_000;

/** Whether this process can show something on a screen: not in a container, a service or at the far end of SSH. */
export function hasDisplay(
  environment: NodeJS.ProcessEnv = process.env,
  platform = process.platform,
): boolean {
  if (platform === 'linux') return Boolean(environment.DISPLAY) || Boolean(environment.WAYLAND_DISPLAY);
  return environment.SSH_CONNECTION === undefined;
}

/** Opens an address of ours in the user's browser. */
export function openInBrowser(address: string): Promise<void> {
  return run(openCommand(address));
}

/** Opens a saved file. Throws `unsupported` for programs, and where the system has nothing to open it with. */
export async function openFile(path: string): Promise<void> {
  await requireOpenable(path);
  await run(openCommand(path));
}

/** Shows a saved file in the file manager; on Linux its folder, since not every file manager can point at a file. */
export function showInFolder(path: string): Promise<void> {
  if (process.platform === 'darwin') return run(['open', '-R', path]);
  // Explorer ends with 1 although it did what it was asked.
  if (process.platform === 'win32') return run(['explorer.exe', `/select,${path}`], [0, 1]);
  return run(['xdg-open', dirname(path)]);
}

/** No shell anywhere: a name with `&` or a quote is one argument. */
function openCommand(target: string): Command {
  if (process.platform === 'darwin') return ['open', target];
  if (process.platform === 'win32') return ['rundll32.exe', 'url.dll,FileProtocolHandler', target];
  return ['xdg-open', target];
}

function run([program, ...args]: Command, good: readonly number[] = [0]): Promise<void> {
  return new Promise((opened, failed) => {
    const child = spawn(program, args, { stdio: 'ignore', detached: true });
    const fail = (cause?: unknown) => {
      const sentence = 'This computer has no program that opens this.';
      failed(new DockerCommsError('unsupported', sentence, { cause, detail: { program } }));
    };
    setTimeout(opened, startedAfterMilliseconds).unref();
    child.once('error', fail);
    child.once('exit', (code) => {
      if (good.includes(code ?? 1)) opened();
      else fail();
    });
    child.unref();
  });
}
