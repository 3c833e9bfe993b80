import { journal, strict, strictOptions } from '../strict.ts';

interface MessageBox {
  readonly message: string;
  readonly detail?: string;
  readonly buttons: readonly string[];
  readonly cancelId?: number;
  readonly signal?: AbortSignal;
}

const messageBoxKeys = ['type', 'message', 'detail', 'buttons', 'defaultId', 'cancelId', 'signal'];
let answerMessageBox: (label: string) => void = () => undefined;
let folderToChoose: string | null = null;

export const dialog = strict('dialog', {
  showOpenDialog() {
    const filePaths = folderToChoose === null ? [] : [folderToChoose];
    return Promise.resolve({ canceled: folderToChoose === null, filePaths });
  },
  showMessageBox(_window: object, options: MessageBox) {
    strictOptions('showMessageBox', options, messageBoxKeys);
    const { message, detail, buttons, cancelId = 0, signal } = options;
    journal('message-box', { message, detail, buttons });
    const answered = Promise.withResolvers<{ response: number }>();
    answerMessageBox = (label) => {
      answered.resolve({ response: buttons.indexOf(label) });
    };
    signal?.addEventListener('abort', () => {
      journal('message-box-withdrawn', { message });
      answered.resolve({ response: cancelId });
    });
    return answered.promise;
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
  /** Presses a button of the message box that was shown last. */
  pressButton(label: string) {
    answerMessageBox(label);
  },
};
