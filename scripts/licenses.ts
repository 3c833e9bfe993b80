/**
 * `npm run licenses`: writes the licences of everything that is shipped into dist/THIRD_PARTY_LICENSES.txt and the bill of
 * materials into dist/sbom.cdx.json, and fails on a licence that is not permissive. Electron brings its own licence files.
 */
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import satisfies from 'spdx-satisfies';
import { MiB } from '../main/base/limits.ts';
import { sbomOf } from './packaging/sbom.ts';
import { whatIsShipped, type ShippedPackage } from './packaging/shipped.ts';

const root = join(import.meta.dirname, '..');

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

/** Bytes of npm's own document: half a megabyte now. */
const largestDocument = 64 * MiB;

function isPermissive(license: string): boolean {
  try {
    return satisfies(license, permissive);
  } catch {
    return false;
  }
}

function licencesText(packages: readonly ShippedPackage[]): string {
  const rule = '-'.repeat(80);
  const sections = packages.map(
    ({ name, version, license, text }) =>
      `${rule}\n${name} ${version} (${license})\n${rule}\n${text === '' ? 'The package carries no licence text of its own.' : text}\n`,
  );
  return `DockerComms contains the following software.\n\n${sections.join('\n')}`;
}

/** Made from the lock file alone: no registry is asked. */
async function npmSbom(): Promise<unknown> {
  const { stdout } = await promisify(execFile)(
    'npm',
    // What is bundled is a tool of development to npm.
    ['sbom', '--package-lock-only', '--include=dev', '--sbom-format', 'cyclonedx', '--offline'],
    { cwd: root, maxBuffer: largestDocument, shell: process.platform === 'win32' },
  );
  return JSON.parse(stdout);
}

const shipped = await whatIsShipped();
const refused = shipped.packages.filter(({ license }) => !isPermissive(license));
for (const { name, version, license } of refused)
  console.error(`${name} ${version}: ${license} is not allowed here`);

await mkdir(join(root, 'dist'), { recursive: true });
await writeFile(join(root, 'dist/THIRD_PARTY_LICENSES.txt'), licencesText(shipped.packages));
const sbom = sbomOf(await npmSbom(), shipped);
await writeFile(join(root, 'dist/sbom.cdx.json'), `${JSON.stringify(sbom, null, 2)}\n`);
console.log(
  `${shipped.packages.length} packages, ${refused.length} refused: dist/THIRD_PARTY_LICENSES.txt, dist/sbom.cdx.json`,
);
process.exitCode = refused.length === 0 ? 0 : 1;
