import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createPackage } from '@electron/asar';

/** Marks the fuse wire inside Electron's binary (electron/fuses, `SENTINEL`): then version, length and states. */
const fuseSentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
/** The eight fuses that @electron/fuses knows, as in a fresh binary ('0' off, '1' on). */
const freshFuses = '10110001';

/**
 * Makes a folder that looks enough like an Electron distribution for electron-builder: an ELF header with a fuse wire,
 * a version, and the archive that packaging replaces. Nothing in it can be started.
 */
export async function makeFakeElectron(folder: string, version: string): Promise<void> {
  const welcome = join(folder, 'welcome');
  await mkdir(join(folder, 'dist/resources'), { recursive: true });
  await mkdir(welcome);
  await writeFile(join(welcome, 'package.json'), '{"name":"welcome","main":"main.js"}');
  await writeFile(join(welcome, 'main.js'), '');
  await createPackage(welcome, join(folder, 'dist/resources/default_app.asar'));
  await writeFile(join(folder, 'dist/version'), version);
  await writeFile(join(folder, 'dist/LICENSE'), 'Electron');
  await writeFile(join(folder, 'dist/electron'), fakeBinary());
  await chmod(join(folder, 'dist/electron'), 0o755);
}

function fakeBinary(): Buffer {
  const header = Buffer.alloc(64);
  header.write('\x7fELF\x02\x01\x01', 'latin1');
  const wire = Buffer.from([1, freshFuses.length]);
  return Buffer.concat([header, Buffer.from(fuseSentinel), wire, Buffer.from(freshFuses), Buffer.alloc(64)]);
}
