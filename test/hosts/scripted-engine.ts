import type { Readable } from 'node:stream';
import { DockerCommsError } from '../../main/base/errors.ts';
import { errorView } from '../../main/messenger/errors.ts';
import type { AttachmentIntake, Engine } from '../../main/messenger/engine.ts';
import type { Answer } from '../../preload/contract/answer.ts';
import type { EngineEvent } from '../../preload/contract/events.ts';
import type { AttachmentView } from '../../preload/contract/messages.ts';

/** An engine that answers what a test tells it, and keeps what it was given. */
export class ScriptedEngine implements Engine {
  readonly calls: { readonly method: string; readonly input: unknown }[] = [];
  /** What arrived, by name; a folder's files as `folder/path`. */
  readonly received = new Map<string, Buffer>();
  readonly aborted: string[] = [];
  answer: (method: string, input: unknown) => Promise<unknown> = () => Promise.resolve(null);
  /** Thrown by the next intake. */
  refuse: Error | null = null;
  readonly #listeners = new Set<(event: EngineEvent) => void>();

  async call(method: string, input: unknown): Promise<Answer<unknown>> {
    this.calls.push({ method, input });
    try {
      return { ok: true, value: await this.answer(method, input) };
    } catch (error) {
      return { ok: false, error: errorView(error) };
    }
  }

  subscribe(listener: (event: EngineEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(event: EngineEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  readonly attachments: AttachmentIntake = {
    fromPath: (path) => Promise.resolve(view(path, 0)),
    fromStream: (name, content) => this.#take(name, content),
    folder: (name) =>
      Promise.resolve({
        add: async (path, content) => {
          await this.#take(`${name}/${path}`, content);
        },
        finish: () => Promise.resolve({ ...view(name, 0), folder: true }),
        abort: () => {
          this.aborted.push(name);
          return Promise.resolve();
        },
      }),
  };

  wake(): void {
    this.calls.push({ method: 'wake', input: null });
  }

  pause(): void {
    this.calls.push({ method: 'pause', input: null });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #take(name: string, content: Readable): Promise<AttachmentView> {
    if (this.refuse !== null) throw this.refuse;
    if (name.includes('..')) throw new DockerCommsError('invalid', 'This path leaves the folder.');
    const bytes = Buffer.concat((await content.toArray()) as Buffer[]);
    this.received.set(name, bytes);
    return view(name, bytes.length);
  }
}

function view(name: string, bytes: number): AttachmentView {
  return {
    token: 'attachment-token-0001',
    name,
    bytes,
    mediaType: 'application/octet-stream',
    folder: false,
    files: null,
  };
}
