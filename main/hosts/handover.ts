/**
 * One host owns a home. A second one that is started on it does not fail silently: it asks the owner, over a socket
 * inside the home, to show itself, and hands on what it was started with (files, a link). A browser host answers with a
 * fresh one-time address, Electron by coming to the front.
 *
 * (Electron's own way to tell the first instance ends at 32 KiB with the command line, which is there a second time.)
 *
 * Threat: somebody else of this computer asks for an address and so gets in. The socket lies in the home (mode 0700) and
 * has mode 0600; connecting needs write permission on it. On Windows the pipe's default security lets others read only.
 * Must-fail vectors, questions and answers: test/hosts/handover.test.ts.
 */
import { createHash } from 'node:crypto';
import { readJson } from '../base/json.ts';
import { chmod, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';
import { type Brought, broughtSchema, nothingBrought } from './brought.ts';

const shownSchema = z.discriminatedUnion('host', [
  z.strictObject({ host: z.literal('electron') }),
  z.strictObject({
    host: z.literal('browser'),
    address: z.string().regex(/^http:\/\/127\.0\.0\.1:\d{1,5}\/[\w/?=-]{1,512}$/),
  }),
]);
/** What the owner did: its window is in front, or a browser can go to this address. */
export type Shown = z.output<typeof shownSchema>;

/** What the log says where a home can have no hand-over. */
export const noHandover = 'other starts on this home cannot be told to show it';

/** Unix socket addresses end here (`sun_path`: 104 bytes on macOS, 108 on Linux, with the zero). */
const longestSocketPath = 103;
/** Milliseconds: the owner answers from memory; one that does not hangs. */
const answerWithinMilliseconds = 3_000;
/** Bytes of an answer: one address in JSON fits many times. */
const longestAnswer = 4_096;
/** Characters of a question: no system starts a program with a longer command line than 2 MiB. */
const longestQuestion = 4_194_304;

/** Hex digits of a pipe's name: 128 bits, which never meet by chance. */
const pipeDigits = 32;

function socketPath(home: string): string | null {
  if (process.platform === 'win32') {
    const name = createHash('sha256').update(home.toLowerCase()).digest('hex').slice(0, pipeDigits);
    return `\\\\.\\pipe\\dockercomms-${name}`;
  }
  const path = join(home, 'control.sock');
  return Buffer.byteLength(path) <= longestSocketPath ? path : null;
}

/**
 * Answers whoever asks with what `show` gives, which is told what they bring, until the returned function is called. Only the owner of the home may
 * call this: it replaces a socket left behind by a crash. A home whose path is too long for a socket has no hand-over, nor one on
 * a disk that has no sockets (FAT, many network shares): `onFailure` is told why, and the program starts all the same.
 */
export async function offerHandover(
  home: string,
  show: (brought: Brought) => Shown,
  onFailure: (error: unknown) => void = () => undefined,
): Promise<() => Promise<void>> {
  const path = socketPath(home);
  if (path === null) return () => Promise.resolve();
  const server = createServer((socket) => {
    answer(socket, show);
  });
  try {
    if (process.platform !== 'win32') await rm(path, { force: true });
    await listen(server, path);
  } catch (error) {
    server.close();
    onFailure(error);
    return () => Promise.resolve();
  }
  server.unref();
  return () =>
    new Promise((closed) => {
      server.close(() => {
        closed();
      });
    });
}

async function listen(server: Server, path: string): Promise<void> {
  await new Promise<void>((listening, failed) => {
    server.once('error', failed);
    server.listen(path, listening);
  });
  if (process.platform !== 'win32') await chmod(path, 0o600);
}

function answer(socket: Socket, show: (brought: Brought) => Shown): void {
  let question = '';
  socket.on('error', () => socket.destroy());
  socket.setTimeout(answerWithinMilliseconds, () => socket.destroy());
  socket.setEncoding('utf8');
  socket.on('data', (piece: string) => {
    question += piece;
    const whole = question.endsWith('\n');
    if (!whole && question.length <= longestQuestion) return;
    const brought = broughtSchema.safeParse(whole ? readJson(question) : null);
    if (brought.success) socket.end(`${JSON.stringify(show(brought.data))}\n`);
    else socket.destroy();
  });
}

/**
 * Asks the owner of `home` to show itself, with what this start brought; null when nobody answers (there is no owner, or it
 * cannot be asked).
 */
export async function askOwner(home: string, brought: Brought = nothingBrought): Promise<Shown | null> {
  const path = socketPath(home);
  if (path === null) return null;
  const text = await exchange(path, `${JSON.stringify(brought)}\n`);
  const parsed = shownSchema.safeParse(text === null ? null : readJson(text));
  return parsed.success ? parsed.data : null;
}

function exchange(path: string, question: string): Promise<string | null> {
  return new Promise((answered) => {
    let text = '';
    const socket = connect(path, () => socket.write(question));
    const giveUp = () => {
      socket.destroy();
      answered(null);
    };
    socket.setEncoding('utf8');
    socket.setTimeout(answerWithinMilliseconds, giveUp);
    socket.on('error', giveUp);
    socket.on('data', (piece: string) => {
      text += piece;
      if (text.length > longestAnswer) giveUp();
    });
    socket.on('end', () => {
      answered(text);
    });
  });
}
