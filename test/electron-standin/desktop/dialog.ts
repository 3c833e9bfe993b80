import { journal, strict } from '../strict.ts';

let folderToChoose: string | null = null;

export const dialog = strict('dialog', {
  showOpenDialog() {
    const filePaths = folderToChoose === null ? [] : [folderToChoose];
    return Promise.resolve({ canceled: folderToChoose === null, filePaths });
  },
  showErrorBox(title: string, content: string) {
    journal('error-box', { title, content });
  },
});

export const dialogGestures = {
  /** From now on, whoever is asked for a folder chooses this one. */
  chooseFolder(path: string) {
    folderToChoose = path;
  },
};
