import { describe, expect, it } from 'vitest';
import { wantsToSend } from '../../renderer/composer/wants-to-send.ts';
import { clampListWidth } from '../../renderer/conversations/list-width.ts';
import { nextInPalette } from '../../renderer/conversations/palette-groups.ts';
import { escapeStep } from '../../renderer/state/escape.ts';
import { nextIndex } from '../../renderer/state/roving.ts';
import { FocusedRow } from '../../renderer/ui/focused-row.ts';

describe('the arrows in a list', () => {
  it('stop at its ends', () => {
    expect(nextIndex('ArrowUp', 0, 5)).toBe(0);
    expect(nextIndex('ArrowDown', 4, 5)).toBe(4);
    expect(nextIndex('ArrowDown', 1, 5)).toBe(2);
    expect(nextIndex('PageDown', 1, 5)).toBe(4);
    expect(nextIndex('End', 1, 5)).toBe(4);
    expect(nextIndex('Home', 3, 5)).toBe(0);
  });

  it('leave other keys, and empty lists, alone', () => {
    expect(nextIndex('Enter', 1, 5)).toBeNull();
    expect(nextIndex('ArrowDown', 0, 0)).toBeNull();
  });

  it('go round in the palette', () => {
    expect(nextInPalette('ArrowUp', 0, 3)).toBe(2);
    expect(nextInPalette('ArrowDown', 2, 3)).toBe(0);
    expect(nextInPalette('ArrowDown', -1, 3)).toBe(0);
    expect(nextInPalette('a', 0, 3)).toBeNull();
  });
});

describe('the focus on a row that is gone', () => {
  it('goes to the row that has its place, or to the last one', () => {
    const focused = new FocusedRow();
    focused.is('b', 1);
    expect(focused.successorIn(['a', 'b', 'c'])).toBeNull();
    expect(focused.successorIn(['a', 'c'])).toBe(1);
    focused.is('c', 1);
    expect(focused.successorIn(['a'])).toBe(0);
  });

  it('goes nowhere a second time, nor where no row had it, nor where none is left', () => {
    const focused = new FocusedRow();
    focused.is('b', 1);
    expect(focused.successorIn([])).toBeNull();
    expect(focused.successorIn(['a'])).toBe(0);
    expect(focused.successorIn(['c'])).toBeNull();
    focused.is(undefined, Number.NaN);
    expect(focused.successorIn(['a'])).toBeNull();
  });
});

describe('Escape backs out of one thing at a time', () => {
  const everything = {
    details: true,
    settings: true,
    conversation: true,
    replying: false,
    narrow: false,
    focusInList: false,
  };

  it('first the details, then the settings, then to the list', () => {
    expect(escapeStep(everything)).toBe('close-details');
    expect(escapeStep({ ...everything, details: false })).toBe('close-settings');
    expect(escapeStep({ ...everything, details: false, settings: false })).toBe('focus-list');
  });

  it('stops replying before it leaves the conversation', () => {
    const replying = { ...everything, details: false, settings: false, replying: true };
    expect(escapeStep(replying)).toBe('stop-replying');
    expect(escapeStep({ ...replying, narrow: true })).toBe('stop-replying');
  });

  it('closes the conversation where it covers the list', () => {
    expect(escapeStep({ ...everything, details: false, settings: false, narrow: true })).toBe(
      'close-conversation',
    );
  });

  it('does nothing where there is nothing left', () => {
    expect(escapeStep({ ...everything, details: false, settings: false, focusInList: true })).toBe('nothing');
  });
});

describe('Enter in the writing field', () => {
  const key = {
    key: 'Enter',
    shiftKey: false,
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    isComposing: false,
  };

  it('sends, and with Shift starts a line', () => {
    expect(wantsToSend(key, true)).toBe(true);
    expect(wantsToSend({ ...key, shiftKey: true }, true)).toBe(false);
  });

  it('starts a line where so set, and sends with Control or Command', () => {
    expect(wantsToSend(key, false)).toBe(false);
    expect(wantsToSend({ ...key, ctrlKey: true }, false)).toBe(true);
    expect(wantsToSend({ ...key, metaKey: true }, false)).toBe(true);
  });

  it('never sends a composition that is not finished', () => {
    expect(wantsToSend({ ...key, isComposing: true }, true)).toBe(false);
  });
});

describe('the width of the list', () => {
  it('stays between 280 and 360 pixels, whatever was stored', () => {
    expect(clampListWidth(100)).toBe(280);
    expect(clampListWidth(1000)).toBe(360);
    expect(clampListWidth(Number('nonsense'))).toBe(320);
  });
});
