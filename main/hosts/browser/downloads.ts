/**
 * Saved files, for the browser that asks for them: each under an address of its own that works once.
 *
 * Threat: a received file is a page or a script, and opened on our origin it could do everything the window can. So it is
 * never shown: always an attachment of an opaque type, never sniffed, and without scripts should somebody still show it.
 */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { SavedFile } from '../../messenger/engine.ts';
import { replyWithSentence } from './replies.ts';

/** Addresses that nobody used yet; with one more, the oldest goes. */
const openLinks = 256;

export class Downloads {
  readonly #files = new Map<string, SavedFile>();

  /** The last segment of the address for this file. */
  offer(file: SavedFile): string {
    const oldest = this.#files.keys().next().value;
    if (this.#files.size >= openLinks && oldest !== undefined) this.#files.delete(oldest);
    const token = randomBytes(24).toString('base64url');
    this.#files.set(token, file);
    return token;
  }

  /** Sends the file behind `token`, once. */
  async send(token: string, response: ServerResponse): Promise<void> {
    const file = this.#files.get(token);
    this.#files.delete(token);
    if (file === undefined) {
      replyWithSentence(
        response,
        404,
        'This address was used already. Ask for the file again in DockerComms.',
      );
      return;
    }
    // The engine saved it as a file of its own; a link that took its place since then is not followed.
    const handle = await open(file.path, constants.O_RDONLY | constants.O_NOFOLLOW).catch(() => null);
    if (handle === null) {
      replyWithSentence(response, 404, 'The file is no longer where it was saved.');
      return;
    }
    const { size } = await handle.stat();
    response.setHeader('Content-Type', 'application/octet-stream');
    response.setHeader('Content-Length', size);
    response.setHeader('Content-Disposition', attachmentDisposition(file.name));
    response.setHeader('Content-Security-Policy', "sandbox; default-src 'none'");
    // Exactly the bytes that were announced, also when somebody is writing to the file.
    const content = size === 0 ? Readable.from([]) : handle.createReadStream({ end: size - 1 });
    await pipeline(content, response).finally(() => handle.close());
  }
}

/** `Content-Disposition` of RFC 6266: `filename*` as in RFC 8187, and a plain `filename` for who cannot read that. */
export function attachmentDisposition(name: string): string {
  const plain = name.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_');
  const extended = encodeURIComponent(name.toWellFormed()).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${extended}`;
}
