import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import type { AttachmentIntake } from '../../messenger/engine.ts';
import type { AttachmentView } from '../../../preload/contract/messages.ts';

interface Arriving {
  readonly content: PassThrough;
  readonly result: Promise<AttachmentView>;
}

/** Content without a path, on its way from the window to a temporary file. */
export class PastedContent {
  readonly #intake: AttachmentIntake;
  readonly #arriving = new Map<string, Arriving>();

  constructor(intake: AttachmentIntake) {
    this.#intake = intake;
  }

  begin(name: string): string {
    const id = randomUUID();
    const content = new PassThrough();
    const result = this.#intake.fromStream(name, content);
    // Reported by `end`; until then nobody waits for it.
    result.catch(() => content.destroy());
    this.#arriving.set(id, { content, result });
    return id;
  }

  /** Resolves when there is room for the next piece; false when there is no point in another one. */
  async piece(id: string, bytes: Uint8Array): Promise<boolean> {
    const arriving = this.#arriving.get(id);
    if (arriving === undefined || arriving.content.destroyed) return false;
    if (!arriving.content.write(bytes)) {
      await Promise.race([once(arriving.content, 'drain'), once(arriving.content, 'close')]);
    }
    return !arriving.content.destroyed;
  }

  /** The attachment. Fails as the intake failed. */
  end(id: string): Promise<AttachmentView> | null {
    const arriving = this.#arriving.get(id);
    this.#arriving.delete(id);
    arriving?.content.end();
    return arriving?.result ?? null;
  }

  abort(id: string): void {
    this.#arriving.get(id)?.content.destroy(new Error('the window gave up'));
    this.#arriving.delete(id);
  }
  /** The page is gone, and with it whatever it had not finished. */
  abandon(): void {
    for (const id of [...this.#arriving.keys()]) this.abort(id);
  }
}
