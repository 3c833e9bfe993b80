import { describe, expect, it } from 'vitest';
import {
  chosenSources,
  draggedFiles,
  droppedSources,
  pastedSources,
} from '../../renderer/composer/sources.ts';

interface Tree {
  readonly [name: string]: Tree | string;
}

/** What a browser hands out for a dropped file or folder. `readEntries` gives at most two at a time. */
function entryOf(name: string, node: Tree | string): FileSystemEntry {
  if (typeof node === 'string') {
    const entry = {
      name,
      isFile: true,
      isDirectory: false,
      file: (done: (file: File) => void) => done(new File([node], name)),
    };
    return entry as unknown as FileSystemEntry;
  }
  const children = Object.entries(node).map(([child, below]) => entryOf(child, below));
  const createReader = () => {
    let position = 0;
    return {
      readEntries(done: (entries: FileSystemEntry[]) => void) {
        done(children.slice(position, position + 2));
        position += 2;
      },
    };
  };
  return { name, isFile: false, isDirectory: true, createReader } as unknown as FileSystemEntry;
}

function transferOf(tree: Tree): DataTransfer {
  const items = Object.entries(tree).map(([name, node]) => ({
    kind: 'file',
    getAsFile: () => new File([typeof node === 'string' ? node : ''], name),
    webkitGetAsEntry: () => entryOf(name, node),
  }));
  const words = { kind: 'string', getAsFile: () => null, webkitGetAsEntry: () => null };
  return { types: ['Files'], items: [...items, words] } as unknown as DataTransfer;
}

describe('a drop', () => {
  it('of several files gives them in order, and leaves words aside', async () => {
    const sources = await droppedSources(transferOf({ 'b.txt': 'b', 'a.txt': 'a' }), 'browser');
    expect(sources.map(({ file }) => file.name)).toEqual(['b.txt', 'a.txt']);
    expect(sources.every(({ kind }) => kind === 'file')).toBe(true);
  });

  it('of a folder lists everything inside it, with paths relative to it', async () => {
    const tree = { photos: { 'a.jpg': '1', 'b.jpg': '2', 'c.jpg': '3', raw: { 'a.dng': '4' } } };
    const [source] = await droppedSources(transferOf(tree), 'browser');
    expect(source?.kind === 'folder' ? source.files.map(({ path }) => path) : null).toEqual([
      'a.jpg',
      'b.jpg',
      'c.jpg',
      'raw/a.dng',
    ]);
  });

  it('of a folder in Electron only names it: entries do not cross the bridge', async () => {
    const [source] = await droppedSources(transferOf({ photos: { 'a.jpg': '1' } }), 'electron');
    expect(source).toMatchObject({ kind: 'folder', name: 'photos', files: [] });
    expect(source?.file.name).toBe('photos');
  });

  it('says while it hovers how many files there are, or that there are none', () => {
    expect(draggedFiles(transferOf({ a: '', b: '' }))).toBe(2);
    const words = { types: ['text/plain'], items: [] } as unknown as DataTransfer;
    expect(draggedFiles(words)).toBeNull();
    expect(draggedFiles(null)).toBeNull();
  });
});

describe('a paste', () => {
  const paste = (...files: File[]) =>
    pastedSources({ files } as unknown as DataTransfer, (type) => `Pasted.${type}`);

  it('of a picture gets a better name than the browser’s', () => {
    const [source] = paste(new File(['x'], 'image.png', { type: 'image/png' }));
    expect(source?.file.name).toBe('Pasted.png');
    expect(source?.file.type).toBe('image/png');
  });

  it('of a copied file keeps its name and its very File, which leads Electron to the path', () => {
    const copied = new File(['x'], 'report.pdf');
    expect(paste(copied)[0]?.file).toBe(copied);
  });

  it('of words is no attachment', () => {
    expect(paste()).toEqual([]);
    expect(pastedSources(null, String)).toEqual([]);
  });
});

describe('a file dialogue', () => {
  const chosen = (path: string) => {
    const file = new File(['x'], path.split('/').at(-1) ?? '');
    Object.defineProperty(file, 'webkitRelativePath', { value: path.includes('/') ? path : '' });
    return file;
  };

  it('gives files, and joins what came from one folder', () => {
    const sources = chosenSources([chosen('a.txt'), chosen('photos/a.jpg'), chosen('photos/raw/a.dng')]);
    expect(
      sources.map((source) =>
        source.kind === 'folder' ? source.files.map(({ path }) => path) : source.file.name,
      ),
    ).toEqual(['a.txt', ['a.jpg', 'raw/a.dng']]);
  });
});
