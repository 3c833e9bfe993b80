/** Numbers, sizes and times as a person reads them. Everything goes through Intl; the words are in `en.ts`. */

export interface Formatter {
  /** `1,204`. */
  number(value: number): string;
  /** Bytes in decimal units, as file managers show them: `812 bytes`, `64.3 MB`. */
  size(bytes: number): string;
  /** `12.4 MB/s`. */
  rate(bytesPerSecond: number): string;
  /** A rough length of time: `45 sec`, `3 min`, `1 hr, 5 min`. */
  duration(seconds: number): string;
  /** `10:42`. */
  time(at: number): string;
  /** Date and time in full, for details. */
  moment(at: number): string;
  /** `3 Mar 2025`. */
  date(at: number): string;
  /** `Today`, `Yesterday`, `Monday 3 March`, with the year where it is another one. */
  day(at: number, now: number): string;
  /** When something that lies ahead ends: `10:42`, `tomorrow, 08:00`, `3 Mar, 08:00`. */
  until(at: number, now: number): string;
  /** As short as it can be said in a list: `10:42`, `Yesterday`, `Mon`, `3 Mar`, `03/03/2025`. */
  listTime(at: number, now: number): string;
}

const sizeUnits = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** A day of UTC, which has no summer time. */
const dayMilliseconds = 86_400_000;
/** From here on a value would be shown as `1,000 kB`. */
const roundsUp = 999.5;

/** `timeZone` is the system's unless named. */
export function createFormatter(locale: string, timeZone?: string): Formatter {
  const zone = timeZone === undefined ? {} : { timeZone };
  const dates = (options: Intl.DateTimeFormatOptions, language = locale) => {
    const format = whenUsed(() => new Intl.DateTimeFormat(language, { ...zone, ...options }));
    return (at: number) => format().format(at);
  };
  const time = dates({ hour: 'numeric', minute: '2-digit' });
  const moment = dates({ dateStyle: 'full', timeStyle: 'medium' });
  const date = dates({ dateStyle: 'medium' });
  const weekday = dates({ weekday: 'short' });
  const dayOfYear = dates({ day: 'numeric', month: 'short' });
  const fullDate = dates({ dateStyle: 'short' });
  const dayHeading = dates({ weekday: 'long', day: 'numeric', month: 'long' });
  const dayHeadingWithYear = dates({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
  const isoDay = dates({ dateStyle: 'short' }, 'en-CA');
  const relative = whenUsed(() => new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }));
  const number = whenUsed(() => new Intl.NumberFormat(locale));

  const dayNumber = (at: number) => Date.parse(`${isoDay(at)}T00:00:00Z`) / dayMilliseconds;
  const sameYear = (a: number, b: number) => isoDay(a).slice(0, 4) === isoDay(b).slice(0, 4);
  const relativeDay = (days: number) => capitalised(relative().format(-days, 'day'), locale);
  const unit = (value: number, name: string, digits: number, display: 'short' | 'long' = 'short') =>
    new Intl.NumberFormat(locale, {
      style: 'unit',
      unit: name,
      unitDisplay: display,
      maximumFractionDigits: digits,
    }).format(value);

  const size = (bytes: number) => {
    const scaled = scale(bytes);
    if (scaled.unit === 'byte') return unit(bytes, 'byte', 0, 'long');
    return unit(scaled.value, scaled.unit, scaled.value < 100 ? 1 : 0);
  };

  return {
    number: (value) => number().format(value),
    size,
    rate: (bytesPerSecond) => {
      const scaled = scale(bytesPerSecond);
      return unit(scaled.value, `${scaled.unit}-per-second`, scaled.value < 100 ? 1 : 0);
    },
    duration: (seconds) => {
      const parts = durationParts(seconds).map(([value, name]) => unit(value, name, 0));
      return new Intl.ListFormat(locale, { style: 'narrow', type: 'unit' }).format(parts);
    },
    time,
    moment,
    date,
    day: (at, now) => {
      const days = dayNumber(now) - dayNumber(at);
      if (days === 0 || days === 1) return relativeDay(days);
      return (sameYear(at, now) ? dayHeading : dayHeadingWithYear)(at);
    },
    until: (at, now) => {
      const days = dayNumber(at) - dayNumber(now);
      if (days <= 0) return time(at);
      return `${days === 1 ? relative().format(1, 'day') : dayOfYear(at)}, ${time(at)}`;
    },
    listTime: (at, now) => {
      const days = dayNumber(now) - dayNumber(at);
      if (days <= 0) return time(at);
      if (days === 1) return relativeDay(1);
      if (days < 7) return weekday(at);
      return (sameYear(at, now) ? dayOfYear : fullDate)(at);
    },
  };
}

/** What Intl makes takes milliseconds each, and a window that opens needs few of them. */
function whenUsed<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

function scale(bytes: number): { readonly value: number; readonly unit: (typeof sizeUnits)[number] } {
  let value = bytes;
  let index = 0;
  while (value >= roundsUp && index < sizeUnits.length - 1) {
    value /= 1000;
    index += 1;
  }
  return { value, unit: sizeUnits[index] ?? 'byte' };
}

function durationParts(seconds: number): [number, string][] {
  if (seconds < 60) return [[Math.max(1, Math.round(seconds)), 'second']];
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return [[minutes, 'minute']];
  const parts: [number, string][] = [[Math.floor(minutes / 60), 'hour']];
  if (minutes % 60 !== 0) parts.push([minutes % 60, 'minute']);
  return parts;
}

function capitalised(word: string, locale: string): string {
  return word.charAt(0).toLocaleUpperCase(locale) + word.slice(1);
}

/** The reader's own English, so that dates do not speak another language than the words around them. */
export function preferredEnglish(languages: readonly string[]): string {
  return languages.find((language) => language === 'en' || language.startsWith('en-')) ?? 'en-GB';
}
