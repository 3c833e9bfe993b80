/** The three ways to open a window on a home: what a scenario runs on, whatever it is about. */
import { _electron, type Locator, type Page } from '@playwright/test';
import { electronBinary } from '../../../scripts/electron-binary.mjs';
import { launchStandin } from '../../electron-standin/launch.ts';
import type { WindowMaker } from '../../electron-standin/window-pages.ts';
import { Program, root } from './program.ts';

export type HostKind = 'browser' | 'standin' | 'electron';

export interface Place {
  readonly home: string;
  /** Stands for the person's own folder, whose folders the window lists. */
  readonly userFolder: string;
  /** Stands for the system's downloads folder. */
  readonly downloads: string;
  /** Where this person's Docker would keep its configuration. */
  readonly dockerConfig: string;
}

/** A window of the running product. */
export interface OpenWindow {
  readonly page: Page;
  /** Goes to the page outside that the window leads to: by this link, where the program has not opened it by itself. */
  goOutside(link: Locator): Promise<void>;
  /** Quits as a person does. */
  close(): Promise<void>;
  /** Ends the process without asking it. */
  crash(): Promise<void>;
}

/** `browser`: where the windows come from (Electron makes its own), and the pages that a desktop program has the system open. */
export function openWindow(kind: HostKind, place: Place, browser: WindowMaker): Promise<OpenWindow> {
  switch (kind) {
    case 'browser':
      return openInBrowser(place, browser);
    case 'standin':
      return openOnStandin(place, browser);
    case 'electron':
      return openInElectron(place);
  }
}

async function openInBrowser(place: Place, browser: WindowMaker): Promise<OpenWindow> {
  // The folders that the window lists are not those of whoever runs the tests.
  const env = { ...environmentOf(place), HOME: place.userFolder, USERPROFILE: place.userFolder };
  const program = new Program('browser.js', ['--no-open', '--home', place.home], env);
  const address = await program.prints(/^DockerComms: (http:\S+)$/m);
  const context = await browser.newContext();
  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    await context.close();
    await program.end(signal);
  };
  try {
    const page = await context.newPage();
    await page.goto(address);
    const close = async () => {
      // A person closes a tab, and not the browser's whole store of cookies and connections under it.
      await page.close();
      await end('SIGTERM');
    };
    return { page, goOutside: (link) => link.click(), close, crash: () => end('SIGKILL') };
  } catch (error) {
    await end('SIGKILL');
    throw error;
  }
}

async function openOnStandin(place: Place, browser: WindowMaker): Promise<OpenWindow> {
  const standin = await launchStandin({ browser, home: place.home, env: environmentOf(place) });
  const [page] = await standin.windows(1);
  if (page === undefined) throw new Error('The stand-in opened no window.');
  const goOutside = async () => {
    const { url } = await standin.wrote('open-external');
    const context = await browser.newContext();
    await (await context.newPage()).goto(String(url));
    await context.close();
  };
  return { page, goOutside, close: () => standin.close(), crash: () => standin.kill() };
}

async function openInElectron(place: Place): Promise<OpenWindow> {
  const executablePath = electronBinary(root);
  if (executablePath === null) throw new Error('No Electron binary: this setting should not exist here.');
  const env = { ...definedEnvironment(), ...environmentOf(place) };
  const application = await _electron.launch({ executablePath, args: [root, '--home', place.home], env });
  const page = await application.firstWindow();
  const crash = async () => {
    application.process().kill('SIGKILL');
    await application.close().catch(() => undefined);
  };
  const goOutside = () => {
    throw new Error(
      'Electron has opened the browser of whoever runs this. Tag the scenario @not-on-electron.',
    );
  };
  return { page, goOutside, close: () => application.close(), crash };
}

/** The logins that are found are this person's, and not those of whoever runs the scenarios. */
function environmentOf({ downloads, dockerConfig }: Place): Record<string, string> {
  return {
    XDG_DOWNLOAD_DIR: downloads,
    DOCKER_CONFIG: dockerConfig,
    // The keyring of whoever runs the scenarios is theirs.
    DOCKERCOMMS_KEYRING: 'off',
    // Where a registry is opened to the network: on loopback, in a form for which TLS is spoken.
    DOCKERCOMMS_NETWORK_ADDRESS: '::ffff:127.0.0.2',
  };
}

function definedEnvironment(): Record<string, string> {
  const defined = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return Object.fromEntries(defined);
}
