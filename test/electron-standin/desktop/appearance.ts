/** What things look like, and where there is room for them. */
import { journal, strict, StrictEmitter } from '../strict.ts';

/** Only macOS and Windows say anything of what is behind their bars. */
class NativeTheme extends StrictEmitter {
  readonly shouldUseDarkColors = false;
  readonly shouldUseDarkColorsForSystemIntegratedUI = false;

  #source = 'system';

  constructor() {
    super('nativeTheme', ['updated']);
  }

  get themeSource(): string {
    return this.#source;
  }

  set themeSource(source: string) {
    this.#source = source;
    journal('theme-source', { source });
  }
}

export const nativeTheme = new NativeTheme();

/** A picture that is there. */
export const imageOf = (path: string) => ({ path, isEmpty: () => false });

export const nativeImage = strict('nativeImage', { createFromPath: imageOf });

export interface Display {
  readonly id: number;
  readonly workArea: Readonly<Record<'x' | 'y' | 'width' | 'height', number>>;
}

const one: Display = { id: 1, workArea: { x: 0, y: 0, width: 1920, height: 1080 } };
/** `STANDIN_DISPLAYS`: a list of them, the primary one last. */
const displays = JSON.parse(process.env.STANDIN_DISPLAYS ?? JSON.stringify([one])) as readonly Display[];
export const screen = strict('screen', {
  getAllDisplays: () => displays,
  getPrimaryDisplay: () => displays.at(-1) ?? one,
});
