import { encodeQR } from 'qr';

export interface QrPicture {
  /** Modules along one side, with the quiet zone. */
  readonly size: number;
  /** SVG path data: the dark modules, one unit each. */
  readonly path: string;
}

/** Modules of nothing around the code: readers need four (ISO/IEC 18004, section 6.3.8). */
const quietZone = 4;

/** The QR code of `text`, as one path. Throws for a text that no code can hold (over about 2,900 bytes). */
export function qrPicture(text: string): QrPicture {
  const rows = encodeQR(text, 'raw', { ecc: 'medium', border: quietZone });
  const runs = rows.flatMap((row, y) =>
    darkRuns(row).map(([x, width]) => `M${x} ${y}h${width}v1h-${width}z`),
  );
  return { size: rows.length, path: runs.join('') };
}

/** Where each unbroken run of dark modules begins, and how long it is. */
function darkRuns(row: readonly boolean[]): readonly (readonly [start: number, length: number])[] {
  const runs: [number, number][] = [];
  row.forEach((dark, x) => {
    const run = runs.at(-1);
    if (!dark) return;
    if (run !== undefined && run[0] + run[1] === x) run[1] += 1;
    else runs.push([x, 1]);
  });
  return runs;
}
