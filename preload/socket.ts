/**
 * The bridge for the window in an ordinary browser: calls and events over one WebSocket, uploads over fetch, all on the
 * origin that served the page. The host's side is `main/hosts/browser`.
 *
 * The page may be older than the connection: the computer sleeps, the host restarts. A call that was in flight when the
 * connection went fails with `network` (it may have been carried out, so it is never repeated here); new connections
 * are tried with back-off, and the window learns from `connection` and asks again for what it shows.
 */
import type { Answer } from './contract/answer.ts';
import type { AttachmentSource, Bridge } from './contract/bridge.ts';
import type { EngineEvent } from './contract/events.ts';
import type { HostFrame } from './contract/frames.ts';
import type { ErrorView } from './contract/answer.ts';
import type { AttachmentView } from './contract/messages.ts';

export interface SocketBridgeOptions {
  /** The address of the page; everything else is relative to it. */
  readonly base?: string;
  /** Milliseconds to wait before attempt number `attempt` (from 1) of reconnecting. */
  readonly retryDelay?: (attempt: number) => number;
}

/**
 * Connects to the host that served the page. Resolves after the first attempt, connected or not: the window can say
 * that the host is away, and `connection` tells when it is back.
 */
export async function connectSocketBridge(options: SocketBridgeOptions = {}): Promise<Bridge> {
  const base = options.base ?? document.baseURI;
  const wire = new Wire(new URL('socket', base), options.retryDelay ?? backOff);
  await wire.connect();
  return {
    host: 'browser',
    call: (method, input) => wire.call(method, input) as Promise<Answer<never>>,
    subscribe: (listener) => wire.events.subscribe(listener),
    attach: (source) => upload(base, source, () => wire.isOpen()),
    connection: {
      isOpen: () => wire.isOpen(),
      subscribe: (listener) => wire.openings.subscribe(listener),
    },
  };
}

/** Milliseconds before the first attempt to come back, doubled for each further one: a reload is over by then. */
const firstBackOff = 250;
/** Milliseconds between attempts at most: a person who waits sees it come back soon. */
const longestBackOff = 10_000;

/** With up to a quarter of jitter. */
function backOff(attempt: number): number {
  return Math.min(firstBackOff * 2 ** (attempt - 1), longestBackOff) * (1 + Math.random() / 4);
}

function failure(
  code: ErrorView['code'],
  message: string,
): { readonly ok: false; readonly error: ErrorView } {
  return { ok: false, error: { code, message, detail: {} } };
}

const unreachable = failure(
  'network',
  'DockerComms cannot be reached. Check that it is still running; this page connects again by itself.',
);

class Listeners<T> {
  readonly #listeners = new Set<(value: T) => void>();

  subscribe(listener: (value: T) => void): () => void {
    // A wrapper of its own, so that one function subscribed twice is two subscriptions.
    const entry = (value: T) => {
      listener(value);
    };
    this.#listeners.add(entry);
    return () => this.#listeners.delete(entry);
  }

  tell(value: T): void {
    for (const listener of [...this.#listeners]) listener(value);
  }
}

/** The WebSocket, its reconnecting, and the calls that wait for an answer. */
class Wire {
  readonly events = new Listeners<EngineEvent>();
  readonly openings = new Listeners<boolean>();
  readonly #address: URL;
  readonly #retryDelay: (attempt: number) => number;
  readonly #waiting = new Map<number, (answer: Answer<unknown>) => void>();
  #socket: WebSocket | null = null;
  #open = false;
  #attempt = 0;
  #nextId = 1;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(address: URL, retryDelay: (attempt: number) => number) {
    this.#address = address;
    this.#address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
    this.#retryDelay = retryDelay;
    // The network came back or the lid was opened: a person is waiting, so the back-off is cut short.
    if ('addEventListener' in globalThis)
      globalThis.addEventListener('online', () => {
        this.#retryNow();
      });
  }

  isOpen(): boolean {
    return this.#open;
  }

  call(method: string, input: unknown): Promise<Answer<unknown>> {
    const socket = this.#socket;
    if (socket === null || !this.#open) return Promise.resolve(unreachable);
    const id = this.#nextId++;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      socket.send(JSON.stringify({ id, method, input }));
    });
  }

  /** One attempt; resolves when it is decided. A failed one plans the next. */
  connect(): Promise<void> {
    const socket = new WebSocket(this.#address);
    this.#socket = socket;
    return new Promise((decided) => {
      socket.addEventListener('open', () => {
        this.#attempt = 0;
        this.#setOpen(true);
        decided();
      });
      socket.addEventListener('message', ({ data }) => this.#take(data));
      socket.addEventListener('close', () => {
        if (this.#socket === socket) this.#lost();
        decided();
      });
    });
  }

  #take(data: unknown): void {
    const frame = JSON.parse(String(data)) as HostFrame;
    if ('event' in frame) {
      this.events.tell(frame.event);
      return;
    }
    this.#waiting.get(frame.id)?.(frame.answer);
    this.#waiting.delete(frame.id);
  }

  #lost(): void {
    this.#socket = null;
    for (const answer of this.#waiting.values()) answer(unreachable);
    this.#waiting.clear();
    this.#setOpen(false);
    this.#attempt += 1;
    this.#timer = setTimeout(() => void this.connect(), this.#retryDelay(this.#attempt));
  }

  #retryNow(): void {
    if (this.#socket !== null || this.#timer === null) return;
    clearTimeout(this.#timer);
    this.#timer = null;
    void this.connect();
  }

  #setOpen(open: boolean): void {
    if (this.#open === open) return;
    this.#open = open;
    this.openings.tell(open);
  }
}

type IsOpen = () => boolean;

async function upload(
  base: string,
  source: AttachmentSource,
  isOpen: IsOpen,
): Promise<Answer<AttachmentView>> {
  if (source.kind === 'folder') return uploadFolder(base, source, isOpen);
  const address = new URL('attachments', base);
  address.searchParams.set('name', source.file.name);
  return post<AttachmentView>(address, source.file, isOpen);
}

/** A folder travels file by file; what came of it is given up as soon as one file fails. */
async function uploadFolder(
  base: string,
  source: Extract<AttachmentSource, { kind: 'folder' }>,
  isOpen: IsOpen,
): Promise<Answer<AttachmentView>> {
  const start = new URL('attachments/folders', base);
  start.searchParams.set('name', source.name);
  const begun = await post<{ readonly id: string }>(start, null, isOpen);
  if (!begun.ok) return begun;
  const folder = new URL(`attachments/folders/${encodeURIComponent(begun.value.id)}`, base);
  for (const { path, file } of source.files) {
    const address = new URL(folder);
    address.searchParams.set('path', path);
    const added = await post<null>(address, file, isOpen);
    if (added.ok) continue;
    await fetch(folder, { method: 'DELETE' }).catch(() => undefined);
    return added;
  }
  return post<AttachmentView>(new URL(`${folder.pathname}/finish`, base), null, isOpen);
}

async function post<T>(address: URL, body: File | null, isOpen: IsOpen): Promise<Answer<T>> {
  try {
    const response = await fetch(address, { method: 'POST', body });
    if (response.headers.get('content-type')?.startsWith('application/json') === true) {
      return (await response.json()) as Answer<T>;
    }
    return failure(
      'auth',
      'This page is no longer signed in to DockerComms. Open it again from the program.',
    );
  } catch {
    // A file that went away or changed and a cut connection are the same to fetch; the socket knows which it was.
    return isOpen()
      ? failure(
          'not-found',
          'The file could not be read. It may have been moved, changed or deleted meanwhile.',
        )
      : unreachable;
  }
}
