import { existsSync } from 'node:fs';
import { architectures, platforms, type PackageKind, type Target } from '../../updates/target.ts';

/** What decides; handed in, so that tests can be anywhere. */
export interface Installation {
  readonly packaged: boolean;
  readonly platform: string;
  readonly arch: string;
  /** Of the running program. */
  readonly program: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly exists: (path: string) => boolean;
}

/** How this program was installed, and so which file of a release is for it; null: from source, or in a way that we do not make. */
export function installedAs(where: Installation = thisProgram()): Target | null {
  const platform = platforms.find((each) => each === where.platform);
  const arch = architectures.find((each) => each === where.arch);
  const kind = where.packaged ? kindOf(where) : null;
  return platform === undefined || arch === undefined || kind === null ? null : { platform, arch, kind };
}

/** The file that starts this program. An AppImage is mounted anew each time, and what is in it is gone with it. */
export function ownProgram({ program, environment }: Installation = thisProgram()): string {
  return isAppImage(program, environment) ? (environment.APPIMAGE ?? program) : program;
}

/** Where dpkg keeps which files a package of ours has. */
const debianRecord = '/var/lib/dpkg/info/dockercomms-desktop.list';
/** Where rpm keeps its database, in old and new systems. */
const rpmDatabases = ['/usr/lib/sysimage/rpm', '/var/lib/rpm'];

function kindOf({ platform, program, environment, exists }: Installation): PackageKind | null {
  if (platform === 'darwin') return 'dmg';
  if (platform === 'win32') return 'nsis';
  if (isAppImage(program, environment)) return 'appimage';
  if (!program.startsWith('/opt/')) return null;
  if (exists(debianRecord)) return 'deb';
  return rpmDatabases.some(exists) ? 'rpm' : null;
}

/** The variables may be another AppImage's that started this one: the program has to lie in what was mounted for it. */
function isAppImage(program: string, { APPIMAGE, APPDIR }: Installation['environment']): boolean {
  return APPIMAGE !== undefined && APPDIR !== undefined && program.startsWith(`${APPDIR}/`);
}

function thisProgram(): Installation {
  return {
    // As Electron's `app.isPackaged`: the archive is beside the program.
    packaged: import.meta.dirname.includes('app.asar'),
    platform: process.platform,
    arch: process.arch,
    program: process.execPath,
    environment: process.env,
    exists: existsSync,
  };
}
