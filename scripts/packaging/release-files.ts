import { basename } from 'node:path';
import type { PackageKind, Target } from '../../main/updates/target.ts';

/** As `artifactName` in electron-builder.yml names them; the processor is called differently by each kind of package. */
const fileName =
  /^DockerComms-(?<version>.+)-(?<os>linux|mac|win)-(?<arch>x64|x86_64|amd64|arm64|aarch64)(?:-unsigned)?\.(?<ending>AppImage|deb|rpm|dmg|exe)$/;

const platformOf = { linux: 'linux', mac: 'darwin', win: 'win32' } as const;
const archOf = { x64: 'x64', x86_64: 'x64', amd64: 'x64', arm64: 'arm64', aarch64: 'arm64' } as const;
const kindOf: Readonly<Record<string, PackageKind>> = {
  AppImage: 'appimage',
  deb: 'deb',
  rpm: 'rpm',
  dmg: 'dmg',
  exe: 'nsis',
};

/** What a file that `npm run package` made is for, and of which version. Throws for any other name. */
export function readFileName(path: string): Target & { readonly version: string } {
  const parts = fileName.exec(basename(path))?.groups;
  const kind = kindOf[parts?.ending ?? ''];
  if (parts === undefined || kind === undefined)
    throw new Error(`${path} is not called as npm run package calls what it makes.`);
  return {
    version: parts.version ?? '',
    platform: platformOf[parts.os as keyof typeof platformOf],
    arch: archOf[parts.arch as keyof typeof archOf],
    kind,
  };
}
