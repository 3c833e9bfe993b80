/** Muting and pausing, in whichever menu of the system. Pure. */
import type { MenuItemConstructorOptions } from 'electron';
import type { AppGlance } from '../../../preload/contract/app.ts';
import type { QuietLength } from '../../../preload/contract/quiet-lengths.ts';
import { hostWords } from './locales/en.ts';

export interface QuietActions {
  /** Null ends it. */
  readonly mute: (length: QuietLength | null) => void;
  readonly pause: (length: QuietLength | null) => void;
}

const { tray: words } = hostWords;
const lengths: readonly QuietLength[] = ['hour', 'eight-hours', 'until-tomorrow'];

/** `now` in milliseconds since 1970. */
export function quietItems(
  { mutedUntil, pausedUntil }: Pick<AppGlance, 'mutedUntil' | 'pausedUntil'>,
  { mute, pause }: QuietActions,
  now: number,
): MenuItemConstructorOptions[] {
  return [
    mutedUntil === null
      ? begin(words.mute, mute)
      : { label: words.unmute(whenOf(mutedUntil, now)), click: () => mute(null) },
    pausedUntil === null
      ? begin(words.pause, pause)
      : { label: words.goOn(whenOf(pausedUntil, now)), click: () => pause(null) },
  ];
}

function begin(label: string, choose: (length: QuietLength) => void): MenuItemConstructorOptions {
  const item = (length: QuietLength) => ({ label: words.lengths[length], click: () => choose(length) });
  return { label, submenu: lengths.map(item) };
}

/** `16:00`, and the day where that is another one. */
function whenOf(at: number, now: number): string {
  const locale = hostWords.timeLocale(Intl.DateTimeFormat().resolvedOptions().locale);
  const sameDay = new Date(at).toDateString() === new Date(now).toDateString();
  const time = { hour: 'numeric', minute: '2-digit' } as const;
  return new Intl.DateTimeFormat(locale, sameDay ? time : { weekday: 'long', ...time }).format(at);
}
