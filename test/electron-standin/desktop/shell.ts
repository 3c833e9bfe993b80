import { journal, strict } from '../strict.ts';

export const shell = strict('shell', {
  openPath(path: string) {
    journal('open-path', { path });
    return Promise.resolve('');
  },
  openExternal(url: string) {
    journal('open-external', { url });
    return Promise.resolve();
  },
  showItemInFolder(path: string) {
    journal('show-item', { path });
  },
});
