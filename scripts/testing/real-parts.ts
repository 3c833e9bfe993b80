/** The real parts that tests run against when this computer has them. */
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { findChromium } from '../../test/browser.ts';

const electronPackage = join(import.meta.dirname, '../../node_modules/electron');

export interface RealPart {
  readonly name: 'docker-registry' | 'chromium' | 'makensis' | 'Electron binary';
  readonly present: boolean;
  /** What gets it. */
  readonly advice: string;
  /** True when its absence is a failure: `REQUIRE_REAL_PARTS=1`, and `REQUIRE_ELECTRON=1` for Electron. */
  readonly required: boolean;
}

/** Looks for every real part the way the tests do, so that report and tests never disagree. */
export async function findRealParts(): Promise<readonly RealPart[]> {
  const required = process.env.REQUIRE_REAL_PARTS === '1';
  return [
    {
      name: 'docker-registry',
      present: isOnPath('docker-registry'),
      advice: 'Debian’s package docker-registry',
      required,
    },
    {
      name: 'chromium',
      present: (await findChromium()) !== null,
      advice: 'Debian’s package chromium, or CHROMIUM_PATH',
      required,
    },
    {
      name: 'makensis',
      present: isOnPath('makensis'),
      advice: 'Debian’s package nsis',
      required,
    },
    {
      name: 'Electron binary',
      present: hasElectronBinary(),
      advice: 'npx install-electron --no',
      required: process.env.REQUIRE_ELECTRON === '1',
    },
  ];
}

/** The binary is fetched apart from its package; `path.txt` says that it came (electron's index.js). */
function hasElectronBinary(): boolean {
  const pathFile = join(electronPackage, 'path.txt');
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8') : null;
  const folder = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (folder !== undefined && folder !== '') return isExecutable(join(folder, name ?? 'electron'));
  return name !== null && isExecutable(join(electronPackage, 'dist', name));
}

function isOnPath(name: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => isExecutable(join(folder, name)));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
