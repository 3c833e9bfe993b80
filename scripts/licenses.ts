/**
 * `npm run licenses`: writes the licences of everything that is shipped into dist/THIRD_PARTY_LICENSES.txt, and fails on
 * one that is not permissive. Shipped is what the build really bundles (asked of the bundler, not guessed from
 * package.json) and the native addons that stay beside it. Electron brings its own licence files.
 */
import { readdir, readFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import satisfies from 'spdx-satisfies';
import { createBuilder, type Plugin } from 'vite';
import { z } from 'zod';

const root = join(import.meta.dirname, '..');
const output = join(root, 'dist/THIRD_PARTY_LICENSES.txt');

/** Licences that ask for no more than to be named. Adding one here is a decision, not a formality. */
const permissive = [
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'Unlicense',
  'Zlib',
];

const lockSchema = z.object({ packages: z.record(z.string(), z.object({ dev: z.boolean().optional() })) });
const manifestSchema = z.object({ name: z.string(), version: z.string(), license: z.unknown().optional() });

/** One package and what it asks for. */
interface Licensed {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly text: string;
}

/** Packages that name no licence in package.json, and the first line of the licence text that was read instead. */
const readByHand: Readonly<Record<string, { readonly license: string; readonly firstLine: string }>> = {
  'svelte-toolbelt': { license: 'MIT', firstLine: 'MIT License' },
};

/** Rollup marks ids that are no files with a zero character. */
const leadingZeros = new RegExp(`^${String.fromCharCode(0)}+`);

/** Runs the build in memory and gives every file that ended up in it. */
async function bundledFiles(): Promise<ReadonlySet<string>> {
  const files = new Set<string>();
  const collect: Plugin = {
    name: 'collect-bundled-files',
    generateBundle() {
      for (const id of this.getModuleIds()) files.add(id.replace(leadingZeros, '').split('?')[0] ?? '');
    },
  };
  const builder = await createBuilder({
    configFile: join(root, 'vite.config.ts'),
    logLevel: 'error',
    plugins: [collect],
    build: { write: false },
  });
  await builder.buildApp();
  return files;
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

async function describe(folder: string): Promise<Licensed> {
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

function isPermissive(license: string): boolean {
  try {
    return satisfies(license, permissive);
  } catch {
    return false;
  }
}

const folders = new Set(await installedFolders());
for (const file of await bundledFiles()) {
  const folder = packageFolder(file);
  if (folder !== null) folders.add(folder);
}
const packages = (await Promise.all([...folders].map(describe))).sort((a, b) => a.name.localeCompare(b.name));

const refused = packages.filter(({ license }) => !isPermissive(license));
for (const { name, version, license } of refused)
  console.error(`${name} ${version}: ${license} is not allowed here`);

const rule = '-'.repeat(80);
const sections = packages.map(
  ({ name, version, license, text }) =>
    `${rule}\n${name} ${version} (${license})\n${rule}\n${text === '' ? 'The package carries no licence text of its own.' : text}\n`,
);
await mkdir(dirname(output), { recursive: true });
await writeFile(output, `DockerComms contains the following software.\n\n${sections.join('\n')}`);
console.log(`${packages.length} packages, ${refused.length} refused: dist/THIRD_PARTY_LICENSES.txt`);
process.exitCode = refused.length === 0 ? 0 : 1;
