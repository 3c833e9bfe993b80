/**
 * Chromium without Electron knows no schemes of ours. A secure origin that resolves nowhere takes the place of
 * `app://dockercomms`; the program sees only the latter.
 */
const web = 'https://dockercomms.app-scheme.invalid';
const app = 'app://dockercomms';

export const webOrigin = web;

export function toWeb(url: string): string {
  return url.startsWith(`${app}/`) ? web + url.slice(app.length) : url;
}

export function toApp(url: string): string {
  return url.startsWith(`${web}/`) ? app + url.slice(web.length) : url;
}
