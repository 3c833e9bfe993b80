import { clipboard, Menu, type MenuItemConstructorOptions, type WebContents } from 'electron';
import { hostWords } from './locales/en.ts';

type Item = MenuItemConstructorOptions;
/** What Electron tells of the place that was clicked, as far as it matters here. */
export type ClickedPlace = Pick<
  Electron.ContextMenuParams,
  'isEditable' | 'selectionText' | 'linkURL' | 'editFlags' | 'misspelledWord' | 'dictionarySuggestions'
>;

export interface ContextActions {
  readonly replace: (word: string) => void;
  readonly learn: (word: string) => void;
  readonly copyText: (text: string) => void;
}

/** Suggestions shown for a word: beyond the first few nobody finds theirs. */
const suggestionsShown = 5;

/** What can be done where somebody clicked with the other button; nothing, where nothing can. */
export function contextMenu(place: ClickedPlace, actions: ContextActions): Item[] {
  const groups = [spelling(place, actions), editing(place), link(place, actions)];
  return groups
    .filter((group) => group.length > 0)
    .flatMap((group, index) => (index === 0 ? group : [{ type: 'separator' as const }, ...group]));
}

function spelling(place: ClickedPlace, { replace, learn }: ContextActions): Item[] {
  const { misspelledWord: word, dictionarySuggestions: suggestions } = place;
  if (!place.isEditable || word === '') return [];
  const { noSuggestions, learnWord } = hostWords.context;
  return [
    ...suggestions.slice(0, suggestionsShown).map((label) => ({ label, click: () => replace(label) })),
    ...(suggestions.length === 0 ? [{ label: noSuggestions, enabled: false }] : []),
    { label: learnWord, click: () => learn(word) },
  ];
}

function editing({ isEditable, selectionText, editFlags }: ClickedPlace): Item[] {
  const { cut, copy, paste, selectAll } = hostWords.menu;
  const copying: Item = { role: 'copy', label: copy, enabled: editFlags.canCopy };
  if (!isEditable) return selectionText.trim() === '' ? [] : [copying];
  return [
    { role: 'cut', label: cut, enabled: editFlags.canCut },
    copying,
    { role: 'paste', label: paste, enabled: editFlags.canPaste },
    { role: 'selectAll', label: selectAll, enabled: editFlags.canSelectAll },
  ];
}

/** Only what is an address elsewhere too: links within the window lead nowhere outside of it. */
function link({ linkURL }: ClickedPlace, { copyText }: ContextActions): Item[] {
  if (!/^(?:https?|mailto|dockercomms):/iu.test(linkURL)) return [];
  return [{ label: hostWords.context.copyLink, click: () => copyText(linkURL) }];
}

/** Shows that menu wherever it is asked for in a window. */
export function offerContextMenu(contents: WebContents): void {
  const actions: ContextActions = {
    replace: (word) => contents.replaceMisspelling(word),
    learn: (word) => contents.session.addWordToSpellCheckerDictionary(word),
    copyText: (text) => void clipboard.writeText(text),
  };
  contents.on('context-menu', (_event, place) => {
    const items = contextMenu(place, actions);
    if (items.length > 0) Menu.buildFromTemplate(items).popup();
  });
}
