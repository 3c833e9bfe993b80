/**
 * What is shipped: everything that the build really bundles (asked of the bundler, not guessed from package.json) and the
 * native addons that stay beside it.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { createBuilder, type BuildEnvironment, type Rolldown, type ViteBuilder } from 'vite';
import { z } from 'zod';

const root = join(import.meta.dirname, '../..');

const lockSchema = z.object({ packages: z.record(z.string(), z.object({ dev: z.boolean().optional() })) });
const manifestSchema = z.object({ name: z.string(), version: z.string(), license: z.unknown().optional() });

/** One package and what it asks for. */
export interface ShippedPackage {
  readonly name: string;
  readonly version: string;
  /** An SPDX expression, or `UNKNOWN`. */
  readonly license: string;
  /** Its licence texts; empty when it carries none. */
  readonly text: string;
}

/** One file of ours, as the build makes it. */
export interface BuiltFile {
  /** Within the project, with `/`. */
  readonly path: string;
  /** 64 lower-case hex digits. */
  readonly sha256: string;
}

export interface Shipped {
  /** Each name and version once, in order. */
  readonly packages: readonly ShippedPackage[];
  /** By path. */
  readonly files: readonly BuiltFile[];
}

/** Packages that name no licence in package.json, and the first line of the licence text that was read instead. */
const readByHand: Readonly<Record<string, { readonly license: string; readonly firstLine: string }>> = {
  'svelte-toolbelt': { license: 'MIT', firstLine: 'MIT License' },
};

/** Entries of the other hosts, which a package leaves out (electron-builder.yml, `files`). */
const unshipped: ReadonlySet<string> = new Set(['dist/main/browser.js', 'dist/main/cli.js']);

/** The parts of the build, as vite.config.ts names them. */
const parts = ['client', 'main', 'preload'];

/** Runs the build in memory and says what came of it, and of whose packages. */
export async function whatIsShipped(): Promise<Shipped> {
  // Vite builds in what it finds there.
  process.env.NODE_ENV = 'production';
  const builder = await createBuilder({
    configFile: join(root, 'vite.config.ts'),
    logLevel: 'error',
    build: { write: false },
  });
  const folders = new Set(await installedFolders());
  const files: BuiltFile[] = [];
  for (const environment of parts.flatMap((part) => builder.environments[part] ?? [])) {
    for (const output of await buildInMemory(builder, environment)) {
      const file = builtFile(environment.config.build.outDir, output);
      if (unshipped.has(file.path)) continue;
      files.push(file);
      for (const id of output.type === 'chunk' ? output.moduleIds : []) {
        const folder = packageFolder(id);
        if (folder !== null) folders.add(folder);
      }
    }
  }
  return { packages: await describeAll(folders), files: files.sort((a, b) => compare(a.path, b.path)) };
}

type BuiltOutput = Rolldown.OutputChunk | Rolldown.OutputAsset;

async function buildInMemory(builder: ViteBuilder, environment: BuildEnvironment): Promise<BuiltOutput[]> {
  const built = await builder.build(environment);
  if ('on' in built) throw new Error('A build that watches never ends.');
  return [built].flat().flatMap(({ output }) => output);
}

function builtFile(folder: string, output: BuiltOutput): BuiltFile {
  const content = output.type === 'chunk' ? output.code : output.source;
  return {
    path: relative(root, join(folder, output.fileName)).replaceAll(sep, '/'),
    sha256: createHash('sha256').update(content).digest('hex'),
  };
}

/** The folder of the package that a file belongs to; null for our own files. */
function packageFolder(file: string): string | null {
  const marker = `${sep}node_modules${sep}`;
  const start = file.lastIndexOf(marker);
  if (start === -1) return null;
  const [scope = '', name = ''] = file.slice(start + marker.length).split(sep);
  return join(file.slice(0, start + marker.length), scope.startsWith('@') ? join(scope, name) : scope);
}

/** Packages that are installed for the running product: native addons, which cannot be bundled. */
async function installedFolders(): Promise<readonly string[]> {
  const lock = await readFile(join(root, 'node_modules/.package-lock.json'), 'utf8');
  const { packages } = lockSchema.parse(JSON.parse(lock));
  return Object.entries(packages)
    .filter(([, { dev }]) => dev !== true)
    .map(([path]) => join(root, path));
}

/** A package that lies in several places in the same version is one. */
async function describeAll(folders: ReadonlySet<string>): Promise<readonly ShippedPackage[]> {
  const described = await Promise.all([...folders].map(describe));
  const byName = new Map(described.map((each) => [`${each.name}@${each.version}`, each]));
  return [...byName.entries()].sort(([a], [b]) => compare(a, b)).map(([, each]) => each);
}

async function describe(folder: string): Promise<ShippedPackage> {
  const manifest = manifestSchema.parse(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')));
  const names = (await readdir(folder)).filter((name) => /^(licen[cs]e|copying|notice)/i.test(name)).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  const text = texts.map((part) => part.trim()).join('\n\n');
  return { name: manifest.name, version: manifest.version, license: licenseOf(manifest, text), text };
}

function licenseOf({ name, license }: z.output<typeof manifestSchema>, text: string): string {
  if (typeof license === 'string') return license;
  const read = readByHand[name];
  return read !== undefined && text.startsWith(read.firstLine) ? read.license : 'UNKNOWN';
}

/** The same order wherever it runs. */
function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
