import { isDeepStrictEqual } from 'node:util';
import type { AppGlance } from '../../../preload/contract/app.ts';
import type { EngineEvent } from '../../../preload/contract/events.ts';
import type { Engine } from '../../messenger/engine.ts';
import { byUrgency } from '../../messenger/glance.ts';

/** After these an engine may have something else to show. */
const telling: readonly EngineEvent['type'][] = [
  'unread.changed',
  'accounts.changed',
  'settings.changed',
  'lock.changed',
  'updates.changed',
];

/** What badge and tray show, of all engines together; null: all are locked. `onChange` is told when it may be another. */
export class Glances {
  readonly #onChange: (glance: AppGlance | null) => void;
  readonly #glances = new Map<Engine, AppGlance | null>();

  constructor(onChange: (glance: AppGlance | null) => void) {
    this.#onChange = onChange;
  }

  get now(): AppGlance | null {
    return together([...this.#glances.values()].filter((glance) => glance !== null));
  }

  async follow(engine: Engine): Promise<void> {
    engine.subscribe(({ type }) => {
      if (telling.includes(type)) void this.#ask(engine);
    });
    await this.#ask(engine);
  }

  async #ask(engine: Engine): Promise<void> {
    const answer = await engine.call('app.glance', {});
    const glance = answer.ok ? (answer.value as AppGlance) : null;
    // While an update is fetched, engines tell of it many times a second: menus that are open would be taken away.
    if (isDeepStrictEqual(this.#glances.get(engine), glance)) return;
    this.#glances.set(engine, glance);
    this.#onChange(this.now);
  }
}

export function together(glances: readonly AppGlance[]): AppGlance | null {
  if (glances.length === 0) return null;
  return {
    unread: glances.reduce((sum, { unread }) => sum + unread, 0),
    connection: byUrgency.find((state) => glances.some(({ connection }) => connection === state)) ?? null,
    mutedUntil: soonest(glances.map(({ mutedUntil }) => mutedUntil)),
    pausedUntil: soonest(glances.map(({ pausedUntil }) => pausedUntil)),
    keepsRunning: glances.some(({ keepsRunning }) => keepsRunning),
    update: glances.find(({ update }) => update !== null)?.update ?? null,
  };
}

function soonest(times: readonly (number | null)[]): number | null {
  const known = times.filter((time) => time !== null);
  return known.length < times.length ? null : Math.min(...known);
}

/** On macOS the dock is the way back, as for every program; elsewhere the tray, where the person wants that. */
export function staysWithoutWindow(
  glance: AppGlance | null,
  hasTray: boolean,
  platform: NodeJS.Platform,
): boolean {
  return platform === 'darwin' || (hasTray && glance?.keepsRunning === true);
}
