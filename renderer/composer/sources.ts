/**
 * From a drop, a paste or a file dialogue to attachments. What is dropped has to be read in the same turn of the event
 * loop (the browser empties it afterwards), so `dropped` collects first and walks folders later.
 */
import type { AttachmentSource, Bridge } from '../../preload/contract/bridge.ts';

type Host = Bridge['host'];

/** How many files and folders are being dragged; 0 when the browser does not say. Null: no files at all. */
export function draggedFiles(transfer: Pick<DataTransfer, 'types' | 'items'> | null): number | null {
  if (!transfer?.types.includes('Files')) return null;
  return [...transfer.items].filter((item) => item.kind === 'file').length;
}

/** Reads a drop. Folders stay folders; in Electron they are named only, because it reads the disk itself. */
export async function droppedSources(
  transfer: DataTransfer,
  host: Host,
): Promise<readonly AttachmentSource[]> {
  const found = [...transfer.items].flatMap((item) => {
    const file = item.kind === 'file' ? item.getAsFile() : null;
    return file === null ? [] : [{ file, entry: item.webkitGetAsEntry() }];
  });
  const pending = found.map(({ file, entry }) => sourceOf(file, entry, host));
  return Promise.all(pending);
}

async function sourceOf(file: File, entry: FileSystemEntry | null, host: Host): Promise<AttachmentSource> {
  if (entry === null || !isDirectory(entry)) return { kind: 'file', file };
  const files = host === 'electron' ? [] : await filesIn(entry, '');
  return { kind: 'folder', name: entry.name, file, files };
}

function isDirectory(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

interface FoundFile {
  readonly path: string;
  readonly file: File;
}

async function filesIn(folder: FileSystemDirectoryEntry, prefix: string): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  for (const entry of await entriesOf(folder)) {
    const path = `${prefix}${entry.name}`;
    if (isDirectory(entry)) found.push(...(await filesIn(entry, `${path}/`)));
    else if (isFile(entry)) found.push({ path, file: await fileOf(entry) });
  }
  return found;
}

/** `readEntries` gives at most a hundred at a time and ends with an empty list. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return all;
    all.push(...some);
  }
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

/** Pasted files. Browsers call every pasted picture `image.png`: `nameImage` gives it a better name. */
export function pastedSources(
  transfer: Pick<DataTransfer, 'files'> | null,
  nameImage: (extension: string) => string,
): readonly AttachmentSource[] {
  return [...(transfer?.files ?? [])].map((file) => ({ kind: 'file', file: renamed(file, nameImage) }));
}

function renamed(file: File, nameImage: (extension: string) => string): File {
  const match = /^image\.(?<extension>[a-z0-9]+)$/u.exec(file.name);
  const extension = match?.groups?.extension;
  return extension === undefined ? file : new File([file], nameImage(extension), { type: file.type });
}

/** Files of a file dialogue; those of a folder dialogue (browser host only) become one folder each. */
export function chosenSources(files: Iterable<File>): readonly AttachmentSource[] {
  const sources: AttachmentSource[] = [];
  const folders = new Map<string, FoundFile[]>();
  for (const file of files) {
    const [name, ...rest] = file.webkitRelativePath.split('/');
    if (name === undefined || rest.length === 0) sources.push({ kind: 'file', file });
    else folders.set(name, [...(folders.get(name) ?? []), { path: rest.join('/'), file }]);
  }
  for (const [name, found] of folders) {
    const first = found[0];
    if (first !== undefined) sources.push({ kind: 'folder', name, file: first.file, files: found });
  }
  return sources;
}
