import { tick } from 'svelte';
import type { VirtualizerHandle } from 'virtua/svelte';
import type { OpenConversation, ScrollWish } from '../state/open-conversation.svelte.ts';
import { rowOfMessage } from '../state/rows.ts';

/** Pixels before the end of what is loaded from which more is asked for: a screen, which takes as long to scroll. */
const reach = 800;
/** Pixels from the end within which the list stays there when something is added: less than a message is high. */
const stickiness = 48;
/** Pixels from the end within which the last messages count as read: nine lines, so they are on the screen. */
const sight = 240;
/** Pixels from the end from which on a way back to it is offered: about a screen. */
const far = 600;
/** Pixels above the first unread message that stay in sight: its separator. */
const separatorPixels = 40;
/** Pixels further than the end, for what is below the last row: the list ends where there is no more. */
const beyondEnd = 100;
/** Frames in which the list measures what it has drawn and corrects itself: one to draw, and two corrections. */
const framesToSettle = 3;

/** What a list must be able to do to be scrolled. */
export type ScrolledList = Pick<
  VirtualizerHandle,
  'getScrollOffset' | 'getScrollSize' | 'getViewportSize' | 'scrollToIndex'
>;

export interface Scrolled {
  readonly open: () => Pick<
    OpenConversation,
    'rows' | 'atNewest' | 'firstUnreadId' | 'following' | 'shift' | 'missed' | 'loadOlder' | 'loadNewer'
  >;
  /** Undefined before it is drawn, and null once it is gone. */
  readonly list: () => ScrolledList | null | undefined;
  /** A message was asked for, which is in this row. */
  readonly onfound: (key: string) => void;
}

/**
 * Where the messages of a conversation are scrolled: at their end, for whoever stays there, or wherever one was led or
 * went. It sees what that means: what is read, what is missed, and when more has to be loaded.
 */
export class ScrollPlace {
  /** Whether the list is where it was first to be; it is not shown before. */
  placed = $state(false);
  /** Whether a way back to the end is offered. */
  farFromEnd = $state(false);
  /** Whether the last messages are on the screen. */
  endInSight = $state(false);
  #lastOffset = 0;
  readonly #scrolled: Scrolled;

  constructor(scrolled: Scrolled) {
    this.#scrolled = scrolled;
  }

  async fulfil(wish: ScrollWish): Promise<void> {
    await tick();
    this.#lead(wish);
    await settled();
    this.placed = true;
    this.onscroll();
  }

  #lead(wish: ScrollWish): void {
    const { list, onfound } = this.#scrolled;
    const open = this.#scrolled.open();
    if (wish.kind === 'end') {
      this.toEnd();
      return;
    }
    const target = wish.kind === 'message' ? wish.messageId : open.firstUnreadId;
    const index = target === null ? -1 : rowOfMessage(open.rows, target);
    const row = open.rows[index];
    if (row === undefined) this.toEnd();
    else if (wish.kind === 'message') list()?.scrollToIndex(index, { align: 'center' });
    else list()?.scrollToIndex(index, { align: 'start', offset: -separatorPixels });
    if (wish.kind === 'message' && row !== undefined) onfound(row.key);
  }

  toEnd(): void {
    const last = this.#scrolled.open().rows.length - 1;
    if (last >= 0) this.#scrolled.list()?.scrollToIndex(last, { align: 'end', offset: beyondEnd });
  }

  /** Something was added: whoever is at the end stays there. */
  stay(): void {
    const open = this.#scrolled.open();
    if (open.following && !open.shift) void tick().then(() => this.toEnd());
  }

  readonly onscroll = (): void => {
    const open = this.#scrolled.open();
    const list = this.#scrolled.list();
    if (!list || !this.placed) return;
    const offset = list.getScrollOffset();
    const left = list.getScrollSize() - list.getViewportSize() - offset;
    // Growing content also leaves the end; only whoever scrolls up wants to leave it.
    if (left < stickiness) open.following = open.atNewest;
    else if (!open.atNewest || offset < this.#lastOffset - 1) open.following = false;
    this.#lastOffset = offset;
    this.endInSight = open.atNewest && left < sight;
    this.farFromEnd = !open.atNewest || left > far;
    if (open.following) open.missed = 0;
    if (offset < reach) void open.loadOlder();
    if (left < reach) void open.loadNewer();
  };

  /** A card or the composer grew, or the window. */
  readonly onresize = (): void => {
    const open = this.#scrolled.open();
    if (open.following && this.placed && !open.shift) this.toEnd();
    else this.onscroll();
  };
}

/** The list measures what it has just drawn, and corrects itself, over the next frames. */
async function settled(): Promise<void> {
  for (let frame = 0; frame < framesToSettle; frame += 1) await new Promise(requestAnimationFrame);
}
