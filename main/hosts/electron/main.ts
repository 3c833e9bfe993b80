/** The Electron host. What starts, and in which order, stands here; what each thing does stands in its own file. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { app, dialog, session, shell } from 'electron';
import type { Place } from '../../../preload/contract/events.ts';
import { isDockerCommsError, toDockerCommsError } from '../../base/errors.ts';
import { hostArguments, type HostArguments } from '../arguments.ts';
import { playDemo, prepareDemo } from '../demo.ts';
import { type Brought, BroughtThings, isNothing } from '../brought.ts';
import { askOwner } from '../handover.ts';
import { logCrashes, openLog } from '../log.ts';
import { product } from '../product.ts';
import { holdOldGeneration, holdYoungGeneration } from '../hold-heap.ts';
import { nameProgram } from './application-id.ts';
import { registerWindowScheme, serveWindow } from './app-protocol.ts';
import { renewAutostart, startedBySystem } from './autostart.ts';
import { WindowBridge } from './bridge.ts';
import { logChildProcesses } from './crash-recovery.ts';
import type { ElectronHome, ElectronHomeOptions } from './electron-home.ts';
import { claimLinks, followTheSystem } from './from-the-system.ts';
import { guardSessionsAndPages } from './guards.ts';
import { HomeWindow } from './home-window.ts';
import { hostWords } from './locales/en.ts';
import { setApplicationMenu } from './menu.ts';
import { followTheme, recallTheme } from './native-theme.ts';
import { followPower } from './power.ts';
import { handOn } from './second-start.ts';
import { Spelling } from './spelling.ts';
import { ownWords, StartAgain } from './start-again.ts';
import { StatusIcons } from './status-icons.ts';
import { takeBackStillRunning, tellStillRunning } from './still-running.ts';

const wanted = hostArguments(process.argv.slice(ownWords));
const homes: ElectronHome[] = [];
/** Files and links from outside go to the first home: of several there are only in the demonstration. */
const brought = new BroughtThings();
const startAgain = new StartAgain();
let icons: StatusIcons | null = null;
let spelling: Spelling | null = null;
/** Somebody asked for a window, and has to get one also where the program is still starting. */
let isAskedFor = false;
let isClosing = false;

begin(wanted);

/** Everything that has to be said before the application is ready. */
function begin({ homes: [first], brought: words }: HostArguments): void {
  app.enableSandbox();
  nameProgram();
  registerWindowScheme();
  guardSessionsAndPages();
  // Chromium's own files lie in the home, so that the single instance is one for each home.
  const chromium = join(first?.folder ?? app.getPath('userData'), 'electron');
  mkdirSync(chromium, { recursive: true, mode: 0o700 });
  app.setPath('userData', chromium);
  if (!app.requestSingleInstanceLock()) {
    void handOn(first?.folder ?? '', words).finally(() => app.quit());
    return;
  }
  spelling = Spelling.prepare(chromium);
  bring(words);
  followTheSystem(bring);
  claimLinks();
  // Whoever starts it again while it ends wants it.
  app.on('second-instance', () => (isClosing ? startAgain.want() : showAll()));
  // Where macOS tells of this at a start, nobody asked for more than a start.
  app.on('activate', showHomes);
  app.on('window-all-closed', windowsAreGone);
  closeHomesBeforeQuitting();
  app.whenReady().then(start).catch(fail);
}

async function start(): Promise<void> {
  holdYoungGeneration();
  const built = product();
  serveWindow(session.defaultSession, built.windowFolder);
  const bridge = new WindowBridge();
  const checksSpelling = spelling?.start(session.defaultSession) ?? false;
  setApplicationMenu(goTo);
  const parts = wanted.homes.map((home) => {
    const logger = openLog(home.folder);
    logCrashes(logger);
    logChildProcesses(logger);
    const shared = { ...home, product: built, logger, checksSpelling, startAgain };
    return { ...shared, window: new HomeWindow({ ...shared, bridge }) };
  });
  const [first] = parts;
  // The page loads while the engine, which is most of the program, is read and opens the home.
  if (first !== undefined && !wanted.demo && !startedBySystem(wanted.hidden)) {
    recallTheme(first.folder);
    first.window.load();
  }
  await openHomes(parts);
  followPower(homes.map(({ engine }) => engine));
  // Of several homes, which there are in the demonstration alone, the first one's.
  if (homes[0] !== undefined) await followTheme(homes[0].engine);
  icons = await StatusIcons.show({
    assets: built.assets,
    engines: homes.map(({ engine }) => engine),
    open: showAll,
    goTo,
    bring,
  });
  await show();
  await renewAutostart();
  holdOldGeneration();
}

async function openHomes(parts: readonly Omit<ElectronHomeOptions, 'brought'>[]): Promise<void> {
  const { ElectronHome } = await import('./electron-home.ts');
  for (const [index, part] of parts.entries()) {
    // In the demonstration everybody uses the first one's registry, as people on one network would.
    const registry = index === 0 ? {} : { embeddedRegistry: null };
    const shelf = index === 0 ? brought : new BroughtThings();
    homes.push(await ElectronHome.open({ ...part, ...registry, brought: shelf }));
  }
}

async function show(): Promise<void> {
  const [alice, bob] = homes;
  const demo = wanted.demo && alice && bob ? { alice: alice.engine, bob: bob.engine } : null;
  if (demo !== null) await prepareDemo(demo);
  // At login nobody waits for the window; it stays away where something else leads back to it.
  const mayStayAway = icons?.keepsRunning === true && startedBySystem(wanted.hidden);
  if (isAskedFor || !mayStayAway) showHomes();
  if (demo !== null) await playDemo(demo);
}

/** What comes before there is a home waits for it; what comes while it closes, for the next start. */
function bring(things: Brought): void {
  if (isNothing(things)) return;
  if (isClosing) {
    startAgain.want(things);
    return;
  }
  brought.add(things);
  isAskedFor = true;
  homes[0]?.tellBrought();
}

function showAll(): void {
  isAskedFor = true;
  showHomes();
}

/** Leads the first window to a place. */
function goTo(place: Place): void {
  if (!isClosing) homes[0]?.goTo(place);
}

/** A home that is closing shows itself no more. */
function showHomes(): void {
  if (isClosing) return;
  for (const home of homes) home.show();
}

/** The program goes on only where something leads back to a window. On macOS every program does, and nobody has to be told. */
function windowsAreGone(): void {
  if (icons?.keepsRunning !== true) app.quit();
  else if (process.platform !== 'darwin' && !isClosing && !icons.isMuted)
    tellStillRunning(wanted.homes[0]?.folder ?? '', showAll);
}

/** The engines close their files first; then the process goes. */
function closeHomesBeforeQuitting(): void {
  app.on('before-quit', (event) => {
    event.preventDefault();
    if (isClosing) return;
    isClosing = true;
    takeBackStillRunning();
    void Promise.allSettled(homes.map((home) => home.close())).then(() => {
      icons?.close();
      startAgain.atEnd();
      app.exit(0);
    });
  });
}

/** The home may be open in another host, which is then shown instead, with what was brought; everything else is said and ends it. */
async function fail(error: unknown): Promise<void> {
  const folder = wanted.homes[0]?.folder ?? '';
  const shown = isDockerCommsError(error, 'conflict') ? await askOwner(folder, brought.takeAll()) : null;
  if (shown === null) dialog.showErrorBox(hostWords.cannotStart, toDockerCommsError(error).message);
  // The hand-over lets nothing through but addresses of a browser host on this computer.
  else if (shown.host === 'browser') await shell.openExternal(shown.address);
  app.exit(shown === null ? 1 : 0);
}
