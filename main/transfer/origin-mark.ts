import { writeFile } from 'node:fs/promises';

/** What Windows calls the internet: where a program that asks about it trusts least. */
const mark = '[ZoneTransfer]\r\nZoneId=3\r\n';

/**
 * Marks a file as one that came from somebody else, as browsers do. Windows then asks before it runs it, and shows a document
 * without what is programmed in it. There it is a stream of the file ([MS-FSCC], 5.6.2, "Zone.Identifier"); a disk that has no
 * streams goes without. macOS marks whatever our program saves by itself (`LSFileQuarantineEnabled`, electron-builder.yml);
 * elsewhere nobody reads such a mark.
 */
export async function markOrigin(path: string, platform = process.platform): Promise<void> {
  if (platform !== 'win32') return;
  await writeFile(`${path}:Zone.Identifier`, mark).catch(() => undefined);
}
