/**
 * Threat: a received file is a program, and "open" would run it with the person's rights. A system that has no mark of where it
 * came from (transfer/origin-mark.ts) does not ask again. The rule: what a system runs or interprets, by its name or by how it
 * begins, is not opened from here without a question of the system's own, which no page can answer; where there is none, a
 * person can still find it in its folder and decide there.
 */
import { open } from 'node:fs/promises';
import { extname } from 'node:path';
import { DockerCommsError } from '../base/errors.ts';

/** Kinds that a system runs, mounts or installs, that change its settings, or whose program runs what is in them. */
const programs = new Set(
  // Windows: programs, scripts, shortcuts, settings, packages, images of disks.
  (
    'exe com scr pif dll cpl ocx sys bat cmd ps1 psm1 psd1 ps1xml psc1 msh vb vbs vbe js jse mjs cjs ws wsf wsh wsc sct hta ' +
    'msi msp mst msix msixbundle appx appxbundle application appref-ms gadget jnlp reg inf ins isp msc chm hlp ' +
    'lnk url website scf library-ms search-ms searchconnector-ms settingcontent-ms theme themepack diagcab diagcfg diagpkg ' +
    'cab xbap shb shs iso img vhd vhdx wim msu wll pyzw bgi udl printerexport webpnp appcontent-ms ' +
    // Windows: connections that give what is here to another computer, and whole surroundings with commands to run in them.
    'rdp ica wsb ppkg appinstaller ' +
    // Linux, and what is interpreted everywhere.
    'desktop kdelnk directory sh bash zsh fish csh tcsh ksh run bin elf out so appimage flatpak flatpakref flatpakrepo snap deb rpm ' +
    'py pyc pyo pyw pyz rb pl php phtml lua tcl awk groovy jar war class swf air ' +
    // macOS.
    'app command tool workflow wflow action caction definition pkg mpkg xip dmg sparseimage sparsebundle toast cdr terminal ' +
    'fileloc inetloc webloc afploc ftploc vncloc mailloc newsloc atloc scpt scptd applescript dylib bundle plugin component ' +
    'kext osax prefpane qlgenerator mdimporter saver wdgt safariextz mobileconfig mobileprovision provisionprofile shortcut ' +
    'webarchive ' +
    // Pages that run scripts.
    'html htm xhtml mht mhtml svg xml xsl ' +
    // Documents that are made to carry programs, and additions to the programs that open documents.
    'docm dotm wiz xlsm xltm xlsb xlam xla xll pptm potm ppam ppsm sldm ppa vsdm vstm vssm slk iqy oqy rqy dqy one ' +
    'mdb mde accdb accde accdr ade adp oxt xpi crx'
  ).split(' '),
);

/**
 * How programs begin, whatever they are called: of Windows, Linux and macOS (also those for several processors), and scripts.
 * And packages that are installed: of Debian (also static libraries) and of Fedora.
 */
const beginnings = [
  ...['4d5a', '7f454c46', 'feedface', 'feedfacf', 'cefaedfe', 'cffaedfe', 'cafebabe', '2321'],
  ...['213c617263683e', 'edabeedb'],
];
/**
 * Near their beginning: pages with scripts, starters of programs, links, offers of programs. Linux goes by that where it does not
 * know the ending of a name (freedesktop.org, "Shared MIME-info Database", magic), and then they are opened as such.
 */
const marks =
  /<(?:!doctype html|html|head|body|script)[\s>]|\[(?:kde )?desktop entry\]|\[flatpak ref\]|\[internetshortcut\]|^# (?:kde )?config file/i;
/** Bytes in which one of these may stand: the database looks at places up to 256. */
const beginningBytes = 512;

/**
 * Threat: an address that is no page starts whatever program claims its scheme. Throws `unsupported` for everything but a
 * page. Whether it has to be an encrypted one is decided by who asks: where somebody signs in (trust/sign-in.ts), not
 * where a link in a message leads, since within a closed network pages often are not.
 */
export function requireWebPage({ protocol }: URL): void {
  if (protocol === 'https:' || protocol === 'http:') return;
  throw new DockerCommsError('unsupported', 'This address is no page that a browser may be sent to.');
}

/** Whether opening this file could run it, or what is in it. Of what cannot be read only the name counts. */
export async function canRun(path: string): Promise<boolean> {
  if (programs.has(kindOf(path))) return true;
  const beginning = await beginningOf(path).catch(() => Buffer.alloc(0));
  const digits = beginning.toString('hex');
  return beginnings.some((each) => digits.startsWith(each)) || marks.test(beginning.toString('latin1'));
}

async function beginningOf(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(beginningBytes), 0, beginningBytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function kindOf(path: string): string {
  // Windows drops dots and spaces at the end of a name before it looks for the kind.
  return extname(path.replace(/[. ]+$/, ''))
    .slice(1)
    .toLowerCase();
}

/** Throws `unsupported` for a file that opening could run, where nobody can be asked. */
export async function requireOpenable(path: string): Promise<void> {
  if (!(await canRun(path))) return;
  throw new DockerCommsError(
    'unsupported',
    'This kind of file can run programs, so it is not opened from here. Show it in its folder and decide there.',
    { detail: { kind: kindOf(path) } },
  );
}
