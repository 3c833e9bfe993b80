import { limits } from '../../main/base/limits.ts';
import type { AttachmentSource } from '../../preload/contract/bridge.ts';
import type { AttachmentView, TakenFiles } from '../../preload/contract/messages.ts';
import { words } from '../locales/en.ts';
import type { Client } from './client.svelte.ts';
import type { Notices } from './notices.svelte.ts';

/** What came from outside the window and waits for its person: files that nobody chose an addressee for, and a link. */
export class Brought {
  files = $state.raw<readonly AttachmentView[]>([]);
  /** As it came: `links.read` says what it means. */
  link = $state<string | null>(null);
  readonly #client: Client;
  readonly #notices: Notices;

  constructor(client: Client, notices: Notices) {
    this.#client = client;
    this.#notices = notices;
  }

  /** Asks for what waits. Files wait until there is an account that could send them. */
  async look(canSend: boolean): Promise<void> {
    this.link = (await this.#client.call('brought.takeLink', {})) ?? this.link;
    if (!canSend) return;
    this.add(await this.#client.call('brought.takeFiles', {}));
  }

  add({ attachments, left }: TakenFiles): void {
    this.files = [...this.files, ...attachments];
    if (left > 0) this.#notices.show(words.sendTo.left(left), 'problem');
  }

  /** Takes in what was dropped where nobody is written to. */
  async takeIn(sources: readonly AttachmentSource[]): Promise<void> {
    const wanted = sources.slice(0, limits.attachments);
    const taken = await Promise.allSettled(wanted.map((source) => this.#client.attach(source)));
    const attachments = taken.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    this.add({ attachments, left: sources.length - attachments.length });
  }

  /** The files, for whoever sends them. */
  takeFiles(): readonly AttachmentView[] {
    const { files } = this;
    this.files = [];
    return files;
  }

  takeLink(): string | null {
    const { link } = this;
    this.link = null;
    return link;
  }

  /** They are not to be sent. */
  giveUpFiles(): void {
    const tokens = this.takeFiles().map(({ token }) => token);
    // The engine also discards what is left over when it starts.
    if (tokens.length > 0) this.#client.call('attachments.discard', { tokens }).catch(() => undefined);
  }
}
