import { app } from 'electron';
import type { Engine } from '../../messenger/engine.ts';
import type { ConversationView } from '../../../preload/contract/conversations.ts';

/** Unread messages of all engines together, on the application's icon where the system shows such a number. */
export class Badge {
  readonly #unread = new Map<Engine, number>();

  async follow(engine: Engine): Promise<void> {
    engine.subscribe((event) => {
      if (event.type === 'unread.changed') this.#set(engine, event.unread);
      // Of a home that was locked nothing was known.
      if (event.type === 'lock.changed') void this.#ask(engine);
    });
    await this.#ask(engine);
  }

  async #ask(engine: Engine): Promise<void> {
    const conversations = await engine.call('conversations.list', {});
    if (!conversations.ok || this.#unread.has(engine)) return;
    const loud = (conversations.value as readonly ConversationView[]).filter(({ muted }) => !muted);
    this.#set(
      engine,
      loud.reduce((sum, { unread }) => sum + unread, 0),
    );
  }

  #set(engine: Engine, unread: number): void {
    this.#unread.set(engine, unread);
    app.setBadgeCount([...this.#unread.values()].reduce((sum, count) => sum + count, 0));
  }
}
