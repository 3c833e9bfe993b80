/** What things look like, and where there is room for them. */
import { strict, StrictEmitter } from '../strict.ts';

export const nativeTheme = Object.assign(new StrictEmitter('nativeTheme', ['updated']), {
  shouldUseDarkColors: false,
});

/** A picture that is there. */
export const imageOf = (path: string) => ({ path, isEmpty: () => false });

export const nativeImage = strict('nativeImage', { createFromPath: imageOf });

const display = { workArea: { x: 0, y: 0, width: 1920, height: 1080 } };
export const screen = strict('screen', { getAllDisplays: () => [display] });
