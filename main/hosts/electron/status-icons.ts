import { app } from 'electron';
import type { AppGlance } from '../../../preload/contract/app.ts';
import type { Place } from '../../../preload/contract/events.ts';
import type { Engine } from '../../messenger/engine.ts';
import type { Brought } from '../brought.ts';
import { Badge } from './badge.ts';
import { type DockActions, showDockMenu } from './dock-menu.ts';
import { Glances, staysWithoutWindow } from './glances.ts';
import type { QuietActions } from './quiet-items.ts';
import { StatusTray } from './tray.ts';

export interface StatusIconsOptions {
  readonly assets: string;
  readonly engines: readonly Engine[];
  /** Shows the windows. */
  readonly open: () => void;
  /** Shows the first window, led to a place. */
  readonly goTo: (place: Place) => void;
  /** Takes what comes from outside. */
  readonly bring: (brought: Brought) => void;
}

/** Tray, badge and the Dock's menu: what the system shows of all homes together, and what can be done there. */
export class StatusIcons {
  readonly #glances = new Glances((glance) => this.#show(glance));
  readonly #tray: StatusTray | null;
  readonly #badge: Badge;
  readonly #dock: DockActions;

  static async show(options: StatusIconsOptions): Promise<StatusIcons> {
    const icons = new StatusIcons(options);
    for (const engine of options.engines) await icons.#glances.follow(engine);
    return icons;
  }

  private constructor({ assets, engines, open, goTo, bring }: StatusIconsOptions) {
    const ask = (method: 'quiet.mute' | 'quiet.pause', input: object) => {
      for (const engine of engines) void engine.call(method, input);
    };
    const quiet: QuietActions = {
      mute: (length) => ask('quiet.mute', { length }),
      pause: (length) => ask('quiet.pause', { length }),
    };
    this.#badge = new Badge(assets, process.platform);
    this.#dock = { ...quiet, newConversation: () => goTo({ kind: 'new-conversation' }) };
    this.#tray = StatusTray.create(assets, {
      ...{ open, bring, ...quiet },
      openConnectivity: () => goTo({ kind: 'settings', part: 'connectivity' }),
      update: () => void installUpdate(engines, goTo),
      quit: () => app.quit(),
    });
  }

  /** Whether the program goes on without a window: there has to be a way back to one. */
  get keepsRunning(): boolean {
    return staysWithoutWindow(this.#glances.now, this.#tray !== null, process.platform);
  }

  /** Whether a person wants no notifications now. */
  get isMuted(): boolean {
    return (this.#glances.now?.mutedUntil ?? null) !== null;
  }

  close(): void {
    this.#tray?.destroy();
  }

  #show(glance: AppGlance | null): void {
    this.#tray?.show(glance);
    showDockMenu(glance, this.#dock);
    // Of a home that is locked nothing is known.
    if (glance !== null) this.#badge.show(glance.unread);
  }
}

/** Of the home that has fetched one. Where it cannot be, the settings say how things stand. */
async function installUpdate(engines: readonly Engine[], goTo: (place: Place) => void): Promise<void> {
  for (const engine of engines) {
    if ((await engine.call('updates.install', {})).ok) return;
  }
  goTo({ kind: 'settings', part: 'about' });
}
