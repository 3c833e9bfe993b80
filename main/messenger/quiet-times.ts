import type { QuietLength } from '../../preload/contract/quiet-lengths.ts';
import type { EngineContext } from './context.ts';
import { WorkPump } from './work-pump.ts';

/** Milliseconds of an hour that somebody wants to be left in peace. */
const hour = 3_600_000;
/** Milliseconds of the longer choice: a night, or a day of work. */
const eightHours = 8 * hour;
/** Until then in the night “tomorrow” is the morning that comes: who is still up at two has not slept yet. */
const nightEndsAtHour = 4;
/** When a person's morning begins: what ends then is not heard in the night, and over before work. */
const morningHour = 8;

/** When a rest that begins at `now` ends, by this computer's calendar. Both in milliseconds since 1970. */
export function endOfRest(length: QuietLength, now: number): number {
  switch (length) {
    case 'hour':
      return now + hour;
    case 'eight-hours':
      return now + eightHours;
    case 'until-tomorrow':
      return nextMorning(new Date(now));
  }
}

function nextMorning(now: Date): number {
  const nights = now.getHours() < nightEndsAtHour ? 0 : 1;
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + nights, morningHour).getTime();
}

type Times = Pick<EngineContext, 'settings' | 'clock'>;

/** When syncing goes on by itself; null: it is not paused. */
export function pausedUntil({ settings, clock }: Times): number | null {
  return stillAhead(settings.get().syncing.pausedUntil, clock.now());
}

/** Until when no notifications are shown; null: they are. */
export function mutedUntil({ settings, clock }: Times): number | null {
  return stillAhead(settings.get().notifications.mutedUntil, clock.now());
}

function stillAhead(until: number | null, now: number): number | null {
  return until !== null && until > now ? until : null;
}

export interface QuietTimesOptions {
  readonly context: Pick<EngineContext, 'settings' | 'clock' | 'store' | 'events' | 'logger'>;
  /** Told when other conversations than before are muted: the total of what is unread is another one. */
  readonly onMuted: () => void;
}

/**
 * What a person wants to be spared for a while: notifications, those of one conversation, all traffic. Each is written down
 * with its end, outlives a restart, and ends by itself.
 */
export class QuietTimes {
  readonly #context: QuietTimesOptions['context'];
  readonly #onMuted: () => void;
  readonly #pump: WorkPump;
  #onPause: () => void = () => undefined;

  constructor({ context, onMuted }: QuietTimesOptions) {
    const { clock, logger } = context;
    this.#context = context;
    this.#onMuted = onMuted;
    this.#pump = new WorkPump({ clock, logger, startDue: () => this.#endDue() });
  }

  /** `listener` is told when the pause begins and when it ends, whoever ended it. */
  whenPauseChanges(listener: () => void): void {
    this.#onPause = listener;
  }

  /** Ends what is over, now and when its time comes. Also after sleep, in which no timer runs. */
  start(): void {
    this.#pump.start();
  }

  stop(): void {
    this.#pump.stop();
  }

  /** Notifications of everything. */
  mute(length: QuietLength | null): void {
    this.#context.settings.muteUntil(this.#endOf(length));
    this.#pump.pump();
  }

  muteConversation(id: string, length: QuietLength | 'for-ever' | null): void {
    const until = length === 'for-ever' ? length : this.#endOf(length);
    if (!this.#context.store.conversations.mute(id, until)) return;
    this.#tellMuted([id]);
    this.#pump.pump();
  }

  pause(length: QuietLength | null): void {
    this.#context.settings.pauseUntil(this.#endOf(length));
    this.#tellPause();
    this.#pump.pump();
  }

  #endOf(length: QuietLength | null): number | null {
    return length === null ? null : endOfRest(length, this.#context.clock.now());
  }

  /** Answers when something ends next. */
  #endDue(): number | null {
    const { settings, store, clock } = this.#context;
    const now = clock.now();
    const { notifications, syncing } = settings.get();
    if (isOver(notifications.mutedUntil, now)) settings.muteUntil(null);
    if (isOver(syncing.pausedUntil, now)) {
      settings.pauseUntil(null);
      this.#tellPause();
    }
    const ended = store.conversations.endMutes(now);
    if (ended.length > 0) this.#tellMuted(ended);
    const ahead = [mutedUntil(this.#context), pausedUntil(this.#context), store.conversations.nextMuteEnd()];
    const known = ahead.filter((time) => time !== null);
    return known.length === 0 ? null : Math.min(...known);
  }

  #tellMuted(ids: readonly string[]): void {
    for (const id of ids) this.#context.events.conversationChanged(id);
    this.#onMuted();
  }

  #tellPause(): void {
    this.#context.events.emit({ type: 'accounts.changed' });
    this.#onPause();
  }
}

function isOver(until: number | null, now: number): boolean {
  return until !== null && until <= now;
}
