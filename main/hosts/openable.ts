/**
 * Threat: a received file is a program, and "open" would run it with the person's rights. No mark of the web is on it (we
 * wrote it, not a browser), so no system asks again. The rule: what a system runs or interprets is not opened from here
 * without a question of the system's own, which no page can answer; where there is none, a person can still find it in its
 * folder and decide there.
 */
import { extname } from 'node:path';
import { DockerCommsError } from '../base/errors.ts';

const programs = new Set(
  (
    'exe com scr pif msi msp msix appx bat cmd ps1 psm1 vbs vbe js jse mjs ws wsf wsh hta cpl msc inf reg lnk url ' +
    'scf chm jar jnlp gadget application settingcontent-ms iso img vhd vhdx ' +
    'desktop sh bash zsh fish csh run appimage flatpakref deb rpm snap py pyc pyw rb pl php ' +
    'app command tool workflow action pkg mpkg dmg terminal fileloc inetloc webloc scpt scptd applescript ' +
    'html htm xhtml mht mhtml svg xml xsl docm dotm xlsm xltm xlam pptm potm ppam'
  ).split(' '),
);

/**
 * Threat: an address that is no page starts whatever program claims its scheme. Throws `unsupported` for everything but a
 * page. Whether it has to be an encrypted one is decided by who asks: where somebody signs in (trust/sign-in.ts), not
 * where a link in a message leads, since within a closed network pages often are not.
 */
export function requireWebPage({ protocol }: URL): void {
  if (protocol === 'https:' || protocol === 'http:') return;
  throw new DockerCommsError('unsupported', 'This address is no page that a browser may be sent to.');
}

/** Whether opening this file could run it, or what is in it. */
export function canRun(path: string): boolean {
  return programs.has(kindOf(path));
}

function kindOf(path: string): string {
  // Windows drops dots and spaces at the end of a name before it looks for the kind.
  return extname(path.replace(/[. ]+$/, ''))
    .slice(1)
    .toLowerCase();
}

/** Throws `unsupported` for a file that opening could run, where nobody can be asked. */
export function requireOpenable(path: string): void {
  if (!canRun(path)) return;
  throw new DockerCommsError(
    'unsupported',
    'This kind of file can run programs, so it is not opened from here. Show it in its folder and decide there.',
    { detail: { kind: kindOf(path) } },
  );
}
