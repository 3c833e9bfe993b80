/** Where the window's page lives, and what counts as being there. */
export const windowScheme = 'app';
export const windowHost = 'dockercomms';
const windowRoot = `${windowScheme}://${windowHost}/`;
export const windowAddress = `${windowRoot}index.html`;

/** True for our own page and its files. A prefix with the final slash: `app://dockercomms.evil/` is somebody else's. */
export function isOurs(url: string): boolean {
  return url.startsWith(windowRoot);
}

/** True for what can be loaded without any network: our own files, and what lives in memory. */
export function isLocal(url: string): boolean {
  return isOurs(url) || ['blob:', 'data:', 'devtools:'].some((prefix) => url.startsWith(prefix));
}
