/**
 * Names of files that somebody else chose (protocol, section 3, "File names"). Attacker-controlled: a name may try to
 * leave the folder, hide its extension by turning the direction of writing, or name a device.
 * Must-fail vectors: test/protocol/filename.test.ts.
 */

/** Bytes in UTF-8: `NAME_MAX` of Linux. What fits fits elsewhere too: NTFS counts 255 units of UTF-16, which are never more. */
const longestNameBytes = 255;
const fallbackName = 'file';

/** Controls, bidirectional marks and overrides, line separators, the byte order mark, and `:` (streams, drives). */
const stripped = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff:]/gu;
/** What Windows refuses in names besides; fine everywhere else, so kept there. */
const strippedOnWindows = /[<>"|?*]/g;
const edges = /^[. ]+|[. ]+$/g;
const deviceName = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])$/i;

export interface FileNameOptions {
  /** The name must also be possible on Windows. */
  readonly windows?: boolean;
}

/**
 * The base name of `name`, safe to create in a folder on any system: no separators, controls, directional overrides or
 * `:`, no leading or trailing dots and spaces, no reserved Windows device name, at most 255 bytes in UTF-8 (the
 * extension survives). `file` when nothing is left.
 */
export function safeFileName(name: string, options: FileNameOptions = {}): string {
  const base = name.toWellFormed().split(/[/\\]/).at(-1) ?? '';
  const visible = base.replace(stripped, '').replace(options.windows === true ? strippedOnWindows : /$^/, '');
  const settled = settle(visible);
  return settled === '' ? fallbackName : settled;
}

/** Repeats the rules that can undo each other (cutting may uncover a device name) until nothing changes. */
function settle(name: string): string {
  const next = shorten(withoutDeviceName(trimEdges(name)), '');
  return next === name ? name : settle(next);
}

/** `name (n).ext`: the name to try when the first is taken. Takes a safe name and gives a safe name. */
export function numberedName(name: string, n: number): string {
  return shorten(name, ` (${n})`);
}

function trimEdges(name: string): string {
  return name.replace(edges, '');
}

/** Windows takes `CON.anything.txt` for the device too: what counts ends at the first dot. */
function withoutDeviceName(name: string): string {
  const [stem = '', ...rest] = name.split('.');
  return deviceName.test(stem.trimEnd()) ? [fallbackName, ...rest].join('.') : name;
}

/** The name with `suffix` before its extension, cut in the stem (by whole characters) to fit into 255 bytes. */
function shorten(name: string, suffix: string): string {
  const dot = name.lastIndexOf('.');
  const longExtension = dot <= 0 || Buffer.byteLength(name.slice(dot)) > longestNameBytes / 4;
  const extension = longExtension ? '' : name.slice(dot);
  const stem = longExtension ? name : name.slice(0, dot);
  const room = longestNameBytes - Buffer.byteLength(suffix + extension);
  return cut(stem, room) + suffix + extension;
}

function cut(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  let end = '';
  let used = 0;
  for (const character of text) {
    used += Buffer.byteLength(character);
    if (used > bytes) break;
    end += character;
  }
  return end.replace(/[. ]+$/, '');
}
