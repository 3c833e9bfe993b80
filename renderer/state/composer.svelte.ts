import { limits } from '../../main/base/limits.ts';
import type { AttachmentSource } from '../../preload/contract/bridge.ts';
import type { ErrorView } from '../../preload/contract/answer.ts';
import type { ConversationView } from '../../preload/contract/conversations.ts';
import type { AttachmentView, OriginalView } from '../../preload/contract/messages.ts';
import { asErrorView, type Client } from './client.svelte.ts';

/** From a key to the saved draft: few writes, and no more lost than a word. */
const saveDelayMilliseconds = 400;

export interface Chip {
  readonly key: number;
  readonly name: string;
  readonly folder: boolean;
  /** Null while it is being taken in, or when that failed. */
  readonly attachment: AttachmentView | null;
  readonly error: ErrorView | null;
  /** Null for what was taken in before it came here. */
  readonly source: AttachmentSource | null;
}

interface Kept {
  readonly text: string;
  readonly inReplyTo: string | null;
}

/** A message as it left the field. */
interface Written {
  readonly text: string;
  readonly chips: readonly Chip[];
  readonly answered: OriginalView | null;
}

/** A conversation with what was typed in it and not sent. */
export type Drafted = Pick<ConversationView, 'id' | 'draft' | 'draftAnswers'>;

/** What is being written in one conversation. It stays while the person looks elsewhere. */
export class Composer {
  text = $state('');
  chips = $state.raw<readonly Chip[]>([]);
  /** What the next message answers; changed by `answer`. */
  answered = $state.raw<OriginalView | null>(null);
  error = $state.raw<ErrorView | null>(null);

  readonly #client: Client;
  readonly #conversationId: string;
  #saveTimer: ReturnType<typeof setTimeout> | undefined;
  /** What the engine has; null: not known. */
  #saved: Kept | null;
  #nextKey = 1;
  /** What left the field and the engine does not have yet, oldest first. */
  #leaving = $state.raw<readonly Written[]>([]);
  /** They go one after the other: the engine has them in the order in which they were written. */
  #handedOver: Promise<unknown> = Promise.resolve();

  constructor(client: Client, { id, draft, draftAnswers }: Drafted) {
    this.#client = client;
    this.#conversationId = id;
    this.text = draft;
    this.answered = draftAnswers;
    this.#saved = this.#kept;
  }

  // Getters, not `$derived`: this outlives the component that first asked for it, and a derived value dies with that.
  get adding(): boolean {
    return this.chips.some((chip) => chip.attachment === null && chip.error === null);
  }

  get sending(): boolean {
    return this.#leaving.length > 0;
  }

  get sendable(): boolean {
    if (this.adding) return false;
    return this.text.trim() !== '' || this.chips.some((chip) => chip.attachment !== null);
  }

  /** Takes what was typed; it is saved a moment later. */
  write(text: string): void {
    this.text = text;
    this.#saveSoon();
  }

  /** The next message answers this one; null: none. */
  answer(original: OriginalView | null): void {
    this.answered = original;
    this.#saveSoon();
  }

  /** Saves what was typed, if it changed. Losing a draft is not worth an alarm: the next key tries again. */
  async save(): Promise<void> {
    clearTimeout(this.#saveTimer);
    this.#saveTimer = undefined;
    const kept = this.#kept;
    if (kept.text === this.#saved?.text && kept.inReplyTo === this.#saved.inReplyTo) return;
    this.#saved = kept;
    try {
      await this.#client.call('conversations.saveDraft', { conversationId: this.#conversationId, ...kept });
    } catch {
      this.#saved = null;
    }
  }

  /** Adds files and folders; each shows at once and is ready when the engine took it in. */
  async attach(sources: readonly AttachmentSource[]): Promise<void> {
    const room = limits.attachments - this.chips.length;
    const added = sources.slice(0, room).map((source) => this.#chip(source));
    this.chips = [...this.chips, ...added];
    await Promise.all(added.map((chip) => this.#takeIn(chip)));
  }

  /** Adds what the engine has taken in already; what there is no room for is discarded. */
  add(attachments: readonly AttachmentView[]): void {
    const room = limits.attachments - this.chips.length;
    const added = attachments.slice(0, room).map((attachment) => {
      const { name, folder } = attachment;
      return { key: this.#newKey(), name, folder, attachment, error: null, source: null };
    });
    this.chips = [...this.chips, ...added];
    const left = attachments.slice(room).map(({ token }) => token);
    if (left.length > 0) this.#discard(left);
  }

  remove(key: number): void {
    const chip = this.chips.find((candidate) => candidate.key === key);
    this.chips = this.chips.filter((candidate) => candidate.key !== key);
    if (chip !== undefined && chip.attachment !== null) this.#discard([chip.attachment.token]);
  }

  retry(key: number): void {
    const chip = this.chips.find((candidate) => candidate.key === key);
    if (chip === undefined) return;
    const again = { ...chip, error: null };
    this.#replace(again);
    void this.#takeIn(again);
  }

  /**
   * Queues the text and the files. The field is free for the next message at once; what the engine does not take comes back
   * into it. True when the engine has it.
   */
  send(): Promise<boolean> {
    if (!this.sendable) return Promise.resolve(false);
    const { text, chips, answered } = this;
    const written = { text, chips, answered };
    this.error = null;
    this.#leaving = [...this.#leaving, written];
    this.text = '';
    this.chips = [];
    this.answered = null;
    const handedOver = this.#handedOver.then(() => this.#handOver(written));
    this.#handedOver = handedOver;
    return handedOver;
  }

  async #handOver(written: Written): Promise<boolean> {
    // It came back with one before it.
    if (!this.#leaving.includes(written)) return false;
    const { text, chips, answered } = written;
    const attachments = chips.flatMap((chip) => (chip.attachment === null ? [] : [chip.attachment.token]));
    try {
      await this.#client.call('messages.send', {
        conversationId: this.#conversationId,
        attachments,
        ...(text.trim() === '' ? {} : { text }),
        ...(answered === null ? {} : { inReplyTo: answered.messageId }),
      });
      this.#leaving = this.#leaving.filter((other) => other !== written);
      // The engine forgets the draft with every message: what was saved meanwhile may be gone, or still hold this one.
      this.#saved = null;
      void this.save();
      return true;
    } catch (error) {
      this.#takeBack();
      this.error = asErrorView(error);
      return false;
    }
  }

  /** Everything that has not left, before what was typed since: what was written first is read first. */
  #takeBack(): void {
    const all = [...this.#leaving, { text: this.text, chips: this.chips, answered: this.answered }];
    this.#leaving = [];
    this.text = textOf(all);
    this.chips = all.flatMap(({ chips }) => chips);
    this.answered = answeredBy(all);
    this.#saveSoon();
  }

  /** With what the engine does not have yet: it would be lost if the window ended now. */
  get #kept(): Kept {
    const all = [...this.#leaving, this];
    return { text: textOf(all), inReplyTo: answeredBy(all)?.messageId ?? null };
  }

  /** Counted from the first key: who writes without a pause must not lose it all when the window's process ends. */
  #saveSoon(): void {
    this.#saveTimer ??= setTimeout(() => void this.save(), saveDelayMilliseconds);
  }

  #newKey(): number {
    this.#nextKey += 1;
    return this.#nextKey;
  }

  #chip(source: AttachmentSource): Chip {
    const folder = source.kind === 'folder';
    const name = folder ? source.name : source.file.name;
    return { key: this.#newKey(), name, folder, attachment: null, error: null, source };
  }

  async #takeIn(chip: Chip): Promise<void> {
    if (chip.source === null) return;
    try {
      const attachment = await this.#client.attach(chip.source);
      const wanted = this.#replace({ ...chip, attachment });
      if (!wanted) this.#discard([attachment.token]);
    } catch (error) {
      this.#replace({ ...chip, error: asErrorView(error) });
    }
  }

  /** False when the chip was removed meanwhile. */
  #replace(chip: Chip): boolean {
    const known = this.chips.some((candidate) => candidate.key === chip.key);
    this.chips = this.chips.map((candidate) => (candidate.key === chip.key ? chip : candidate));
    return known;
  }

  #discard(tokens: readonly string[]): void {
    // The engine also discards what is left over when it starts.
    this.#client.call('attachments.discard', { tokens: [...tokens] }).catch(() => undefined);
  }
}

/** Each in a line of its own; what has no text takes none. */
function textOf(written: readonly Pick<Written, 'text'>[]): string {
  return written
    .map(({ text }) => text)
    .filter((text) => text !== '')
    .join('\n');
}

/** One message answers one other: what the first of them does. */
function answeredBy(written: readonly Pick<Written, 'answered'>[]): OriginalView | null {
  return written.find(({ answered }) => answered !== null)?.answered ?? null;
}
