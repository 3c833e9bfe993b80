/** What a file of a release can be installed on. */
export const platforms = ['linux', 'darwin', 'win32'] as const;
export const architectures = ['x64', 'arm64'] as const;
export const packageKinds = ['appimage', 'deb', 'rpm', 'dmg', 'nsis'] as const;
export type PackageKind = (typeof packageKinds)[number];

export interface Target {
  readonly platform: (typeof platforms)[number];
  readonly arch: (typeof architectures)[number];
  readonly kind: PackageKind;
}
