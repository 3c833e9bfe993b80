import { ipcMain, type IpcMainInvokeEvent, type WebContents } from 'electron';
import { z } from 'zod';
import { DockerCommsError } from '../../base/errors.ts';
import { limits } from '../../base/limits.ts';
import { errorView } from '../../messenger/errors.ts';
import type { Engine } from '../../messenger/engine.ts';
import type { Answer } from '../../../preload/contract/answer.ts';
import type { HostChannel } from '../../../preload/contract/frames.ts';
import { longestPath } from '../brought.ts';
import { PastedContent } from './pasted-content.ts';
import { isTrustedSender } from './trusted-sender.ts';

/** What a window is bound to. */
interface Binding {
  readonly engine: Engine;
  readonly pasted: PastedContent;
}

/** Characters of a name: what a whole path has elsewhere; the rules for names cut it later. */
const longestName = 4_096;

const path = z.string().min(1).max(longestPath);
const name = z.string().max(longestName);
const id = z.uuid();
const piece = z.instanceof(Uint8Array).refine((bytes) => bytes.length <= limits.bridgePieceBytes);

/** The main process's end of the bridge: which window may talk to which engine. */
export class WindowBridge {
  readonly #bindings = new Map<WebContents, Promise<Binding>>();

  constructor() {
    this.#handle('dockercomms:call', ({ engine }, method, input) =>
      engine.call(z.string().parse(method), input),
    );
    this.#handle('dockercomms:attach-path', ({ engine }, file) =>
      answer(engine.attachments.fromPath(path.parse(file))),
    );
    this.#handle('dockercomms:attach-begin', ({ pasted }, file) =>
      pasted.begin(name.parse(file) || 'Pasted'),
    );
    this.#handle('dockercomms:attach-piece', ({ pasted }, upload, bytes) =>
      pasted.piece(id.parse(upload), piece.parse(bytes)),
    );
    this.#handle('dockercomms:attach-end', ({ pasted }, upload) => answer(pasted.end(id.parse(upload))));
    this.#handle('dockercomms:attach-abort', ({ pasted }, upload) => {
      pasted.abort(id.parse(upload));
    });
  }

  /** From now on this window's calls go to `engine`, and its events to the window, until the window is gone. Calls wait for it. */
  bind(contents: WebContents, engine: Promise<Engine>): void {
    const binding = engine.then((opened) => bindTo(opened, contents));
    this.#bindings.set(contents, binding);
    contents.once('destroyed', () => this.#bindings.delete(contents));
  }

  #handle(channel: HostChannel, handler: (binding: Binding, ...input: unknown[]) => unknown): void {
    ipcMain.handle(channel, async (event: IpcMainInvokeEvent, ...input: unknown[]) => {
      const binding = this.#bindings.get(event.sender);
      if (binding === undefined || !isTrustedSender(event, (contents) => this.#bindings.has(contents))) {
        throw new Error('refused');
      }
      return handler(await binding, ...input);
    });
  }
}

function bindTo(engine: Engine, contents: WebContents): Binding {
  const pasted = new PastedContent(engine.attachments);
  // A window that went while the engine was opening asks for nothing more.
  if (contents.isDestroyed()) return { engine, pasted };
  const unsubscribe = engine.subscribe((event) => {
    sendEvent(contents, event);
  });
  contents.on('render-process-gone', () => {
    pasted.abandon();
  });
  contents.once('destroyed', () => {
    unsubscribe();
    pasted.abandon();
  });
  return { engine, pasted };
}

export function sendEvent(
  contents: WebContents,
  event: Parameters<Parameters<Engine['subscribe']>[0]>[0],
): void {
  const channel: HostChannel = 'dockercomms:event';
  if (!contents.isDestroyed()) contents.send(channel, event);
}

async function answer<T>(work: Promise<T> | null): Promise<Answer<T>> {
  try {
    if (work === null)
      throw new DockerCommsError('not-found', 'What was pasted did not arrive. Paste it again.');
    return { ok: true, value: await work };
  } catch (error) {
    return { ok: false, error: errorView(error) };
  }
}
