import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type Plugin } from 'vite';

const root = join(import.meta.dirname, '../..');
const bundles = join(root, '.cache/electron-standin');

/** What a program starts with (`node --import`), and the module that it then gets for `electron`. */
const entries = ['register', 'electron'] as const;

let made: Promise<string> | null = null;

/**
 * The file to start a program with (`node --import`): the stand-in as plain JavaScript, made anew when it changed. Node itself
 * would strip the types of some forty files at every start, which takes longer than most of what a program does then.
 */
export function standinRegister(): Promise<string> {
  made ??= makeBundle();
  return made;
}

async function makeBundle(): Promise<string> {
  const folder = join(bundles, await sourceDigest());
  if (!existsSync(folder)) await bundleInto(folder);
  return join(folder, 'register.js');
}

/** Of everything in this folder: names and content. */
async function sourceDigest(): Promise<string> {
  const hash = createHash('sha256');
  const files = await readdir(import.meta.dirname, { recursive: true, withFileTypes: true });
  const paths = files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name));
  for (const path of paths.toSorted()) hash.update(`${path}\0`).update(await readFile(path));
  return hash.digest('hex');
}

/** Several processes may do this at once: whoever is first is right, since all make the same. */
async function bundleInto(folder: string): Promise<void> {
  await mkdir(bundles, { recursive: true });
  const unfinished = await mkdtemp(join(bundles, 'unfinished-'));
  try {
    await build({
      root,
      configFile: false,
      logLevel: 'warn',
      plugins: [onlyDigested],
      build: {
        ssr: true,
        outDir: unfinished,
        target: 'node24',
        minify: false,
        rolldownOptions: {
          input: Object.fromEntries(entries.map((name) => [name, join(import.meta.dirname, `${name}.ts`)])),
          output: { format: 'es', entryFileNames: '[name].js' },
        },
      },
    });
    await rename(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}

/** A bundle with a file that the digest knows nothing of would be used on after that has changed. */
const onlyDigested: Plugin = {
  name: 'only-digested',
  generateBundle() {
    for (const id of this.getModuleIds()) {
      const isOurs = id.startsWith(import.meta.dirname) || id.startsWith('node:') || id.startsWith('\0');
      if (!isOurs) this.error(`The stand-in takes ${id}, which does not lie beside it`);
    }
  },
};
