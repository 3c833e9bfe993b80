import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ScrollPlace, type ScrolledList } from '../../renderer/conversation/scroll-place.svelte.ts';
import type { OpenConversation } from '../../renderer/state/open-conversation.svelte.ts';
import { rowsOf } from '../../renderer/state/rows.ts';
import { text } from './preview/messages.ts';

/** The list settles over frames, which nobody draws here. */
const frame = vi.fn((callback: () => void) => setTimeout(callback));
vi.stubGlobal('requestAnimationFrame', frame);

/** Pixels: ten screens of messages on a screen of 700. */
const [screen, whole] = [700, 7000];
const end = whole - screen;

const messages = Array.from({ length: 5 }, (_, index) =>
  text(`#${index}`, { from: index % 2 === 0 ? 'alice@example.com' : 'bob@example.com', at: index }),
);
const rows = rowsOf(messages);

function scrolled(change: Partial<OpenConversation> = {}) {
  const list = { offset: end, size: whole };
  const led: unknown[] = [];
  const found: string[] = [];
  const asked: string[] = [];
  const loads = (what: string) => () => {
    asked.push(what);
    return Promise.resolve();
  };
  const open = {
    ...{ rows, atNewest: true, firstUnreadId: null, following: false, shift: false, missed: 0 },
    ...{ loadOlder: loads('older'), loadNewer: loads('newer') },
    ...change,
  };
  const handle: ScrolledList = {
    getScrollOffset: () => list.offset,
    getScrollSize: () => list.size,
    getViewportSize: () => screen,
    scrollToIndex: (index, options) => led.push([index, options]),
  };
  const state = { handle: handle as ScrolledList | null | undefined };
  const place = new ScrollPlace({
    open: () => open,
    list: () => state.handle,
    onfound: (key) => found.push(key),
  });
  const scrollTo = (offset: number) => {
    list.offset = offset;
    place.onscroll();
  };
  return { place, open, list, led, found, asked, state, scrollTo };
}

/** Already where it was first to be. */
function placed(change: Partial<OpenConversation> = {}) {
  const all = scrolled(change);
  all.place.placed = true;
  all.place.onscroll();
  all.led.splice(0);
  return all;
}

describe('the list of a conversation', () => {
  let all: ReturnType<typeof placed>;
  beforeEach(() => (all = placed()));

  it('stays at its end for whoever is there, and not for whoever scrolled up', () => {
    expect(all.open.following).toBe(true);
    all.scrollTo(end - 47);
    expect(all.open.following).toBe(true);
    all.scrollTo(end - 60);
    expect(all.open.following).toBe(false);
    all.scrollTo(end - 20);
    expect(all.open.following).toBe(true);
  });

  it('is not left by what grows at its end', () => {
    all.list.size += 500;
    all.place.onscroll();
    expect(all.open.following).toBe(true);
  });

  it('goes to its end when something is added, or grows, for whoever is there alone', async () => {
    const toEnd = [4, { align: 'end', offset: 100 }];
    all.place.stay();
    await expect.poll(() => all.led).toEqual([toEnd]);
    all.place.onresize();
    expect(all.led).toEqual([toEnd, toEnd]);
    all.scrollTo(3000);
    all.place.stay();
    all.place.onresize();
    await new Promise(setImmediate);
    expect(all.led).toHaveLength(2);
  });

  it('holds its place while something is added at its beginning', async () => {
    all.open.shift = true;
    all.place.stay();
    all.place.onresize();
    await new Promise(setImmediate);
    expect(all.led).toEqual([]);
  });

  it('knows no end while newer messages are not loaded', () => {
    const { open, place, scrollTo } = placed({ atNewest: false, following: true });
    expect(open.following).toBe(false);
    expect(place.endInSight).toBe(false);
    expect(place.farFromEnd).toBe(true);
    scrollTo(end);
    expect(open.following).toBe(false);
  });

  it('counts as read what is on the screen, and offers a way back from further up', () => {
    const seen = (offset: number) => {
      all.scrollTo(offset);
      return [all.place.endInSight, all.place.farFromEnd];
    };
    expect(seen(end)).toEqual([true, false]);
    expect(seen(end - 239)).toEqual([true, false]);
    expect(seen(end - 241)).toEqual([false, false]);
    expect(seen(end - 601)).toEqual([false, true]);
  });

  it('has missed nothing once one is at the end again', () => {
    all.scrollTo(2000);
    all.open.missed = 3;
    all.scrollTo(2500);
    expect(all.open.missed).toBe(3);
    all.scrollTo(end);
    expect(all.open.missed).toBe(0);
  });

  it('asks for more before what is loaded comes to its end, on that side', () => {
    const { asked, scrollTo } = placed({ atNewest: false });
    asked.splice(0);
    scrollTo(3000);
    expect(asked).toEqual([]);
    scrollTo(799);
    expect(asked).toEqual(['older']);
    scrollTo(end - 799);
    expect(asked).toEqual(['older', 'newer']);
  });
});

describe('where a list is led', () => {
  const target = messages[2]?.id ?? '';

  it('is its end, a message in the middle of the screen, or what is new below its separator', async () => {
    const { place, led, found, open } = scrolled();
    await place.fulfil({ kind: 'end' });
    await place.fulfil({ kind: 'message', messageId: target });
    open.firstUnreadId = target;
    await place.fulfil({ kind: 'unread' });
    expect(led).toEqual([
      [4, { align: 'end', offset: 100 }],
      [2, { align: 'center' }],
      [2, { align: 'start', offset: -40 }],
    ]);
    // Only what was asked for by itself is where Tab goes next.
    expect(found).toEqual([rows[2]?.key]);
  });

  it('is its end where the message is gone, and nowhere where there is none', async () => {
    const { place, led, found } = scrolled();
    await place.fulfil({ kind: 'message', messageId: 'gone' });
    expect(led).toEqual([[4, { align: 'end', offset: 100 }]]);
    expect(found).toEqual([]);
    const empty = scrolled({ rows: [] });
    await empty.place.fulfil({ kind: 'end' });
    expect(empty.led).toEqual([]);
  });

  it('counts once it is there: nothing is read, loaded or shown before', async () => {
    const { place, open, asked } = scrolled();
    place.onscroll();
    expect([place.placed, place.endInSight, open.following]).toEqual([false, false, false]);
    expect(asked).toEqual([]);
    frame.mockClear();
    await place.fulfil({ kind: 'end' });
    expect(frame).toHaveBeenCalledTimes(3);
    expect([place.placed, place.endInSight, open.following]).toEqual([true, true, true]);
  });

  it('is no matter any more where the list is closed meanwhile', async () => {
    const { place, open, state } = scrolled();
    const led = place.fulfil({ kind: 'end' });
    state.handle = null;
    await led;
    expect(open.following).toBe(false);
  });
});
