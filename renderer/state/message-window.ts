/**
 * The part of a conversation that is in memory: neighbouring pages, oldest first. Pure functions from one window to the
 * next, so that paging, refreshing and trimming can be tested without a screen.
 */
import type { MessagePage, MessageView } from '../../preload/contract/messages.ts';

/**
 * More messages than this are never kept: those farthest from where the person reads are let go. Ten pages
 * (`fieldLimits.messagesPerPage`): scrolling a while and back asks for nothing twice, and drawing stays quick.
 */
const windowLimit = 600;

export interface MessageWindow {
  readonly messages: readonly MessageView[];
  /** Cursors of the neighbouring pages; null where the conversation begins or ends. */
  readonly before: string | null;
  readonly after: string | null;
  /** Where pages met: the places at which the window can be cut and still knows how to go on. */
  readonly seams: readonly Seam[];
}

interface Seam {
  readonly firstId: string;
  readonly before: string | null;
  readonly lastId: string;
  readonly after: string | null;
}

export const emptyWindow: MessageWindow = { messages: [], before: null, after: null, seams: [] };

export function idsOf(messages: readonly MessageView[]): ReadonlySet<string> {
  return new Set(messages.map((message) => message.id));
}

/** Starts over with one page. */
export function windowOf(page: MessagePage): MessageWindow {
  return { messages: page.messages, before: page.before, after: page.after, seams: seamsOf(page) };
}

export function withOlder(window: MessageWindow, page: MessagePage): MessageWindow {
  const known = idsOf(window.messages);
  const older = page.messages.filter((message) => !known.has(message.id));
  return {
    ...window,
    messages: [...older, ...window.messages],
    before: page.before,
    seams: [...seamsOf(page), ...window.seams],
  };
}

export function withNewer(window: MessageWindow, page: MessagePage): MessageWindow {
  const known = idsOf(window.messages);
  const newer = page.messages.filter((message) => !known.has(message.id));
  return {
    ...window,
    messages: [...window.messages, ...newer],
    after: page.after,
    seams: [...window.seams, ...seamsOf(page)],
  };
}

/**
 * Brings the newest page up to date: what it covers is replaced by it (so removed messages go), what is older stays. A
 * page that does not reach the window (so much arrived at once) starts over.
 */
export function withNewest(window: MessageWindow, page: MessagePage): MessageWindow {
  const first = page.messages[0];
  if (first === undefined || page.before === null || window.messages.length === 0) return windowOf(page);
  const inPage = idsOf(page.messages);
  const overlaps = window.messages.some((message) => inPage.has(message.id));
  if (!overlaps) return windowOf(page);
  const position = window.messages.findIndex((message) => message.id === first.id);
  const older =
    position === -1
      ? window.messages.filter((message) => message.at < first.at && !inPage.has(message.id))
      : window.messages.slice(0, position);
  if (older.length === 0) return windowOf(page);
  return { ...window, messages: [...older, ...page.messages], after: page.after };
}

/** Replaces messages that are in the window by their newer selves; others are ignored. */
export function withRefreshed(window: MessageWindow, messages: readonly MessageView[]): MessageWindow {
  const fresh = new Map(messages.map((message) => [message.id, message]));
  if (!window.messages.some((message) => fresh.has(message.id))) return window;
  return { ...window, messages: window.messages.map((message) => fresh.get(message.id) ?? message) };
}

export function withoutMessage(window: MessageWindow, id: string): MessageWindow {
  return { ...window, messages: window.messages.filter((message) => message.id !== id) };
}

/** Lets the newest messages go, down to a seam, once older ones fill the window. */
export function trimmedAtEnd(window: MessageWindow, limit = windowLimit): MessageWindow {
  if (window.messages.length <= limit) return window;
  for (const [index, seam] of window.seams.entries()) {
    const position = window.messages.findIndex((message) => message.id === seam.lastId);
    if (position + 1 < limit || seam.after === null) continue;
    return {
      ...window,
      messages: window.messages.slice(0, position + 1),
      after: seam.after,
      seams: window.seams.slice(0, index + 1),
    };
  }
  return window;
}

/** Lets the oldest messages go, up to a seam, once newer ones fill the window. */
export function trimmedAtStart(window: MessageWindow, limit = windowLimit): MessageWindow {
  if (window.messages.length <= limit) return window;
  for (let index = window.seams.length - 1; index >= 0; index -= 1) {
    const seam = window.seams[index];
    if (seam === undefined) continue;
    const position = window.messages.findIndex((message) => message.id === seam.firstId);
    if (position === -1 || window.messages.length - position < limit || seam.before === null) continue;
    return {
      ...window,
      messages: window.messages.slice(position),
      before: seam.before,
      seams: window.seams.slice(index),
    };
  }
  return window;
}

function seamsOf(page: MessagePage): Seam[] {
  const first = page.messages[0];
  const last = page.messages.at(-1);
  if (first === undefined || last === undefined) return [];
  return [{ firstId: first.id, before: page.before, lastId: last.id, after: page.after }];
}
