import { journal, strict, strictOptions } from '../strict.ts';

interface MessageBox {
  readonly message: string;
  readonly detail?: string;
  readonly buttons: readonly string[];
  readonly cancelId?: number;
  readonly signal?: AbortSignal;
}

const messageBoxKeys = ['type', 'message', 'detail', 'buttons', 'defaultId', 'cancelId', 'noLink', 'signal'];
let answerMessageBox: (label: string) => void = () => undefined;
let pathsToChoose: readonly string[] = [];
let pathToSave: string | null = null;

/** With or without the window that the dialogue belongs to. */
const optionsOf = <Options extends object>(args: readonly (Options | object)[]) => args.at(-1) as Options;

export const dialog = strict('dialog', {
  showOpenDialog(...args: readonly object[]) {
    strictOptions('showOpenDialog', optionsOf(args), ['properties']);
    return Promise.resolve({ canceled: pathsToChoose.length === 0, filePaths: pathsToChoose });
  },
  showSaveDialog(...args: readonly object[]) {
    const options = optionsOf<{ readonly defaultPath?: string }>(args);
    strictOptions('showSaveDialog', options, ['defaultPath', 'properties']);
    journal('save-dialog', { defaultPath: options.defaultPath });
    return Promise.resolve({ canceled: pathToSave === null, filePath: pathToSave ?? '' });
  },
  showMessageBox(...args: readonly object[]) {
    const options = optionsOf<MessageBox>(args);
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
    pathsToChoose = [path];
  },
  /** From now on, whoever is asked for files chooses these. */
  chooseFiles(paths: readonly string[]) {
    pathsToChoose = paths;
  },
  /** From now on, whoever is asked where to save says so. */
  saveAs(path: string) {
    pathToSave = path;
  },
  /** Presses a button of the message box that was shown last. */
  pressButton(label: string) {
    answerMessageBox(label);
  },
};
