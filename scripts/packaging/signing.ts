/**
 * How a package is signed: with the keys that the environment has, for the system it is for. What nobody signed says so in
 * its file name, because its system warns of it and nobody should have to find out why. Linux has no signature in its
 * packages; what the release key signs is the release (scripts/publish-release.ts).
 */

type Environment = Readonly<Record<string, string | undefined>>;

/** Options for electron-builder; what it reads from the environment itself (CSC_LINK, APPLE_API_KEY, …) is not repeated. */
export function signingOptions(platform: string, environment: Environment): readonly string[] {
  if (platform === 'darwin') return has(environment, 'CSC_LINK', 'CSC_NAME') ? [] : adHoc;
  if (platform !== 'win32') return [];
  const azure = azureOptions(environment);
  if (azure.length > 0) return azure;
  return has(environment, 'CSC_LINK', 'WIN_CSC_LINK') ? [] : unsigned('win');
}

/** Without any signature Apple's processors run nothing, and the hardened runtime wants one that names somebody. */
const adHoc: readonly string[] = ['-c.mac.identity=-', '-c.mac.hardenedRuntime=false', ...unsigned('mac')];

/** What Azure's signing service is told, all of it or none; it logs in with AZURE_TENANT_ID and its kin. */
const azure = {
  endpoint: 'AZURE_SIGNING_ENDPOINT',
  codeSigningAccountName: 'AZURE_SIGNING_ACCOUNT',
  certificateProfileName: 'AZURE_SIGNING_PROFILE',
  publisherName: 'AZURE_SIGNING_PUBLISHER',
} as const;

function azureOptions(environment: Environment): readonly string[] {
  const values = Object.entries(azure).map(([option, name]) => [option, environment[name] ?? ''] as const);
  if (values.some(([, value]) => value === '')) return [];
  return values.map(([option, value]) => `-c.win.azureSignOptions.${option}=${value}`);
}

function unsigned(platform: 'mac' | 'win'): readonly string[] {
  return [`-c.${platform}.artifactName=DockerComms-\${version}-\${os}-\${arch}-unsigned.\${ext}`];
}

function has(environment: Environment, ...names: readonly string[]): boolean {
  return names.some((name) => (environment[name] ?? '') !== '');
}
