/** The browser host as a program: opens the homes, prints their addresses, ends tidily on a signal. */
import { toDockerCommsError } from '../../base/errors.ts';
import { hostArguments, type HostArguments } from '../arguments.ts';
import { playDemo, prepareDemo } from '../demo.ts';
import type { Shown } from '../handover.ts';
import { holdOldGeneration, holdYoungGeneration } from '../hold-heap.ts';
import { openBrowserHome, type BrowserHome } from './browser-home.ts';
import { hasDisplay, openInBrowser } from './system-programs.ts';

interface NamedHome {
  readonly name: string | null;
  readonly home: BrowserHome;
}

async function main(wanted: HostArguments): Promise<void> {
  holdYoungGeneration();
  const showsHere = wanted.open && hasDisplay();
  const homes: NamedHome[] = [];
  endOnSignal(homes);
  for (const [index, { name, folder, downloads }] of wanted.homes.entries()) {
    const result = await openBrowserHome({
      home: folder,
      downloads,
      port: index === 0 ? wanted.port : 0,
      browserIsHere: showsHere,
      // In the demonstration everybody uses the first one's registry, as people on one network would.
      ...(index === 0 ? {} : { embeddedRegistry: null }),
    });
    if ('opened' in result) homes.push({ name, home: result.opened });
    else await showOwner(result.shown, name, showsHere);
  }
  if (homes.length === 0) return;
  const [first, second] = homes;
  const demo =
    wanted.demo && first !== undefined && second !== undefined
      ? { alice: first.home.engine, bob: second.home.engine }
      : null;
  if (demo !== null) await prepareDemo(demo);
  await announce(homes, showsHere);
  announceAgainOnEnter(homes);
  if (demo !== null) await playDemo(demo);
  holdOldGeneration();
}

async function announce(homes: readonly NamedHome[], openBrowser: boolean): Promise<void> {
  for (const { name, home } of homes) await showAddress(home.freshAddress(), name, openBrowser);
  console.log(
    'Each address works once, for one browser. Press Enter for new ones, Ctrl+C to end DockerComms.',
  );
}

async function showOwner(shown: Shown, name: string | null, openBrowser: boolean): Promise<void> {
  if (shown.host === 'electron') console.log('DockerComms is open already: its window is in front now.');
  else await showAddress(shown.address, name, openBrowser);
}

async function showAddress(address: string, name: string | null, openBrowser: boolean): Promise<void> {
  console.log(`${name ?? 'DockerComms'}: ${address}`);
  if (!openBrowser) return;
  await openInBrowser(address).catch(() => {
    console.log('No browser could be opened from here: open the address yourself.');
  });
}

function announceAgainOnEnter(homes: readonly NamedHome[]): void {
  if (!process.stdin.isTTY) return;
  process.stdin.on('data', () => void announce(homes, false));
}

/** The first signal closes everything in order; a second one ends the process at once. */
function endOnSignal(homes: readonly NamedHome[]): void {
  let ending = false;
  const end = () => {
    if (ending) process.exit(1);
    ending = true;
    void Promise.allSettled(homes.map(({ home }) => home.close())).then(() => process.exit(0));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
}

main(hostArguments(process.argv.slice(2))).catch((error: unknown) => {
  console.error(toDockerCommsError(error).message);
  process.exit(1);
});
