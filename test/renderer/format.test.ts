import { describe, expect, it } from 'vitest';
import { createFormatter, preferredEnglish } from '../../renderer/locales/format.ts';

const format = createFormatter('en-GB', 'UTC');
const now = Date.UTC(2026, 10, 23, 10, 42);
const hour = 3_600_000;

describe('sizes and rates', () => {
  it('are decimal, as file managers show them, with one digit where it says something', () => {
    expect(format.size(0)).toBe('0 bytes');
    expect(format.size(1)).toBe('1 byte');
    expect(format.size(999)).toBe('999 bytes');
    expect(format.size(64 * 1024 * 1024)).toBe('67.1 MB');
    expect(format.size(3_221_225_472)).toBe('3.2 GB');
  });

  it('never round up to a thousand of the smaller unit', () => {
    expect(format.size(999_999)).toBe('1 MB');
    expect(format.size(999_960_000)).toBe('1 GB');
  });

  it('have a rate', () => {
    expect(format.rate(18_400_000)).toBe('18.4 MB/s');
  });
});

describe('time left', () => {
  it('is rough, and never nothing', () => {
    expect(format.duration(0.2)).toBe('1 sec');
    expect(format.duration(59)).toBe('59 secs');
    expect(format.duration(90)).toBe('2 mins');
    expect(format.duration(3600)).toBe('1 hr');
    expect(format.duration(3900)).toBe('1 hr 5 mins');
  });
});

describe('dates', () => {
  it('say today and yesterday by the calendar, not by 24 hours', () => {
    const justAfterMidnight = Date.UTC(2026, 10, 23, 0, 1);
    expect(format.day(justAfterMidnight - 2 * 60_000, justAfterMidnight)).toBe('Yesterday');
    expect(format.day(now, now)).toBe('Today');
  });

  it('name the year where it is another one', () => {
    expect(format.day(Date.UTC(2026, 2, 3), now)).toBe('Tuesday 3 March');
    expect(format.day(Date.UTC(2025, 2, 3), now)).toContain('2025');
  });

  it('are as short as can be in a list', () => {
    expect(format.listTime(now, now)).toBe('10:42');
    expect(format.listTime(now - 24 * hour, now)).toBe('Yesterday');
    expect(format.listTime(now - 3 * 24 * hour, now)).toBe('Fri');
    expect(format.listTime(now - 30 * 24 * hour, now)).toBe('24 Oct');
    expect(format.listTime(Date.UTC(2024, 0, 5), now)).toBe('05/01/2024');
  });

  it('say when something ahead ends, with the day where that is another one', () => {
    expect(format.until(now + hour, now)).toBe('11:42');
    expect(format.until(now + 24 * hour, now)).toBe('tomorrow, 10:42');
    expect(format.until(now + 48 * hour, now)).toBe('25 Nov, 10:42');
  });

  it('show a time that lies ahead (another clock) as a time', () => {
    expect(format.listTime(now + 30 * hour, now)).toBe('16:42');
  });
});

describe('the English of the reader', () => {
  it('is theirs, or British where they have none', () => {
    expect(preferredEnglish(['de-DE', 'en-US', 'en'])).toBe('en-US');
    expect(preferredEnglish(['de-DE', 'engadin'])).toBe('en-GB');
  });
});
