export type FileKind =
  'folder' | 'image' | 'video' | 'audio' | 'text' | 'code' | 'table' | 'archive' | 'container' | 'other';

const byExtension: Readonly<Record<string, FileKind>> = {
  csv: 'table',
  ods: 'table',
  xls: 'table',
  xlsx: 'table',
  zip: 'archive',
  gz: 'archive',
  tgz: 'archive',
  tar: 'archive',
  zst: 'archive',
  xz: 'archive',
  '7z': 'archive',
  iso: 'container',
  img: 'container',
  qcow2: 'container',
  json: 'code',
  yaml: 'code',
  yml: 'code',
  toml: 'code',
  xml: 'code',
  html: 'code',
  css: 'code',
  js: 'code',
  ts: 'code',
  go: 'code',
  rs: 'code',
  py: 'code',
  sh: 'code',
  pdf: 'text',
  odt: 'text',
  doc: 'text',
  docx: 'text',
  md: 'text',
  txt: 'text',
  log: 'text',
};

/** What a file is to the eye; the media type first, the extension where that says nothing. Only for an icon. */
export function fileKind(name: string, mediaType: string, folder: boolean): FileKind {
  if (folder) return 'folder';
  const extension = /\.(?<extension>[^.]+)$/u.exec(name.toLowerCase())?.groups?.extension ?? '';
  const known = byExtension[extension];
  const type = mediaType.split('/')[0];
  if (type === 'image' || type === 'video' || type === 'audio') return type;
  return known ?? (type === 'text' ? 'text' : 'other');
}
