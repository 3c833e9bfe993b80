import type { Locator } from '@playwright/test';

/** Chromium's bit for "copy" in what a drag allows. */
const copy = 1;

/** Files held over a part of the window, as the system's file manager does: real paths, real events. */
export interface HeldFiles {
  /** Lets go of them there. */
  drop(): Promise<void>;
}

export async function holdFilesOver(target: Locator, paths: readonly string[]): Promise<HeldFiles> {
  const box = await target.boundingBox();
  if (box === null) throw new Error('Nothing can be dropped on what is not visible.');
  const page = target.page();
  const devtools = await page.context().newCDPSession(page);
  const drag = {
    x: box.x + box.width / 2,
    y: box.y + box.height / 2,
    data: { items: [], files: [...paths], dragOperationsMask: copy },
  };
  await devtools.send('Input.dispatchDragEvent', { type: 'dragEnter', ...drag });
  await devtools.send('Input.dispatchDragEvent', { type: 'dragOver', ...drag });
  return {
    async drop() {
      // The system says over and over where files are held; Chromium drops only where the last word was agreed to.
      await devtools.send('Input.dispatchDragEvent', { type: 'dragOver', ...drag });
      await devtools.send('Input.dispatchDragEvent', { type: 'drop', ...drag });
      await devtools.detach();
    },
  };
}

export async function dropFiles(target: Locator, ...paths: readonly string[]): Promise<void> {
  await (await holdFilesOver(target, paths)).drop();
}
