import { describe, expect, it, vi } from 'vitest';
import { contextMenu, type ClickedPlace } from '../../../main/hosts/electron/context-menu.ts';
import { hostWords } from '../../../main/hosts/electron/locales/en.ts';

vi.mock('electron', () => ({ clipboard: {}, Menu: {} }));

const { menu, context } = hostWords;
const flags = { canCut: true, canCopy: true, canPaste: true, canSelectAll: true };
const nowhere = {
  isEditable: false,
  selectionText: '',
  linkURL: '',
  misspelledWord: '',
  dictionarySuggestions: [],
  editFlags: flags,
} as unknown as ClickedPlace;
const done: string[] = [];
const actions = {
  replace: (word: string) => done.push(`replace ${word}`),
  learn: (word: string) => done.push(`learn ${word}`),
  copyText: (text: string) => done.push(`copy ${text}`),
};
const labels = (place: Partial<ClickedPlace>) =>
  contextMenu({ ...nowhere, ...place }, actions).map(({ type, label }) => type ?? label);

describe('the other button of the mouse', () => {
  it('offers nothing where nothing can be done', () => {
    expect(labels({})).toEqual([]);
    expect(labels({ selectionText: '  ' })).toEqual([]);
  });

  it('offers to copy what is selected, and all of editing in a field', () => {
    expect(labels({ selectionText: 'words' })).toEqual([menu.copy]);
    expect(labels({ isEditable: true })).toEqual([menu.cut, menu.copy, menu.paste, menu.selectAll]);
    const [cut] = contextMenu(
      { ...nowhere, isEditable: true, editFlags: { ...flags, canCut: false } as never },
      actions,
    );
    expect(cut).toMatchObject({ role: 'cut', enabled: false });
  });

  it('offers the address of a link, and none that means nothing elsewhere', () => {
    expect(labels({ linkURL: 'https://example.com/' })).toEqual([context.copyLink]);
    for (const linkURL of ['app://dockercomms/#x', 'javascript:alert(1)', 'blob:app://dockercomms/1'])
      expect(labels({ linkURL })).toEqual([]);
  });

  it('offers a few words for a misspelt one, and to learn it', () => {
    const place = {
      isEditable: true,
      misspelledWord: 'teh',
      dictionarySuggestions: ['the', 'tea', 'ten', 'eh', 'tech', 'Ted'],
    };
    const items = contextMenu({ ...nowhere, ...place }, actions);
    expect(items.slice(0, 6).map(({ label }) => label)).toEqual([
      'the',
      'tea',
      'ten',
      'eh',
      'tech',
      context.learnWord,
    ]);
    (items[0]?.click as () => void)();
    (items[5]?.click as () => void)();
    expect(done).toEqual(['replace the', 'learn teh']);
    expect(labels({ ...place, dictionarySuggestions: [] })[0]).toBe(context.noSuggestions);
    expect(labels({ ...place, isEditable: false })).toEqual([]);
  });
});
