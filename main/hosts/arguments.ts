import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { limits } from '../base/limits.ts';
import { type Brought, broughtBy, isLink } from './brought.ts';
import { homeFolder } from './places.ts';

export interface HostHome {
  readonly name: string | null;
  readonly folder: string;
  /** Where files are saved; left out: the system's downloads. The demonstration keeps its own apart. */
  readonly downloads?: string;
}

export interface HostArguments {
  /** The homes to open: one, or Alice's and Bob's. The name is shown where there are several. */
  readonly homes: readonly HostHome[];
  readonly demo: boolean;
  /** Port of the browser host; 0 takes a free one. Of several homes the first one gets it. */
  readonly port: number;
  /** Whether to open the user's browser. */
  readonly open: boolean;
  /** Nobody waits for the window: the system started it at login. */
  readonly hidden: boolean;
  /** The files and the link that it was started with. */
  readonly brought: Brought;
}

/**
 * Reads the command line of a host, which was started in `folder`. Unknown switches are left alone: Chromium has its own on
 * the same line.
 *
 * Threat: a web page chooses every character of a link, and where a system puts it together with the rest of the command
 * line a quote in it ends the argument, and switches and paths of the page follow. The rule: a link comes alone and last.
 * Nothing behind it is read, and with it no file is taken.
 */
export function hostArguments(argv: readonly string[], folder = process.cwd()): HostArguments {
  const link = argv.find(isLink) ?? null;
  const { values, positionals } = parsed(argv);
  const demo = values.demo === true;
  const home = typeof values.home === 'string' ? resolve(values.home) : null;
  return {
    demo,
    homes: demo ? demoHomes(home ?? `${homeFolder()}-demo`) : [{ name: null, folder: home ?? homeFolder() }],
    port: typeof values.port === 'string' ? parsePort(values.port) : 0,
    open: values['no-open'] !== true,
    hidden: values.hidden === true,
    brought: broughtBy(link, positionals, folder),
  };
}

/**
 * The command line with which a running program starts itself again: its home and its switches. What it was started with was
 * taken, and somebody is waiting for its window.
 */
export function argumentsToStartAgain(argv: readonly string[]): readonly string[] {
  const { tokens } = parsed(argv);
  return tokens.flatMap((token) => {
    if (token.kind !== 'option' || token.name === 'hidden') return [];
    return [token.value === undefined ? token.rawName : `${token.rawName}=${token.value}`];
  });
}

/**
 * The command lines of the starts that take over from a running program what it was brought too late to show. A link comes alone,
 * so beside files it takes a start of its own, which hands it on to the other.
 */
export function startsWithBrought(
  argv: readonly string[],
  { link, files }: Brought,
): readonly (readonly string[])[] {
  const same = argumentsToStartAgain(argv);
  if (link === null) return [files.length === 0 ? same : [...same, '--', ...files]];
  const withLink = [...same, '--', link];
  return files.length === 0 ? [withLink] : [[...same, '--', ...files], withLink];
}

/** As far as a link, which comes alone and last. */
function parsed(argv: readonly string[]) {
  const end = argv.findIndex(isLink);
  return parseArgs({
    args: end === -1 ? [...argv] : argv.slice(0, end),
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: {
      home: { type: 'string' },
      demo: { type: 'boolean' },
      port: { type: 'string' },
      'no-open': { type: 'boolean' },
      hidden: { type: 'boolean' },
    },
  });
}

function demoHomes(parent: string): HostHome[] {
  return ['Alice', 'Bob'].map((name) => {
    const folder = join(parent, name.toLowerCase());
    return { name, folder, downloads: join(folder, 'Downloads') };
  });
}

function parsePort(text: string): number {
  const port = Number(text);
  return /^\d{1,5}$/.test(text) && port <= limits.port ? port : 0;
}
