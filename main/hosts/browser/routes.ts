import type { IncomingMessage, ServerResponse } from 'node:http';
import { errorView } from '../../messenger/errors.ts';
import { windowFile } from '../window-files.ts';
import type { Downloads } from './downloads.ts';
import { replyWithAnswer, replyWithSentence } from './replies.ts';
import type { Uploads } from './uploads.ts';

/** What was asked for: the path below our room, still percent-encoded, and the query. */
export interface Target {
  readonly path: string;
  readonly query: URLSearchParams;
}

export interface Routes {
  readonly windowFolder: string;
  readonly downloads: Downloads;
  readonly uploads: Uploads;
}

/** Answers a request that was checked and comes from somebody who was let in. */
export async function route(
  routes: Routes,
  target: Target,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [first = '', second = '', third = ''] = target.path.split('/');
  if (first === 'attachments')
    await replyToUpload(uploading(routes.uploads, target, request), request, response);
  else if (request.method !== 'GET') replyWithSentence(response, 405, 'This cannot be done here.');
  else if (first === 'downloads' && third === '') await routes.downloads.send(second, response);
  else await replyWithFile(routes.windowFolder, target.path, response);
}

function uploading(uploads: Uploads, target: Target, request: IncomingMessage): Promise<unknown> | null {
  const [, kind, id, action] = target.path.split('/');
  const { method } = request;
  if (kind === undefined && method === 'POST') return uploads.file(target.query.get('name'), request);
  if (kind !== 'folders') return null;
  if (id === undefined) return method === 'POST' ? uploads.startFolder(target.query.get('name')) : null;
  if (action === 'finish') return method === 'POST' ? uploads.finishFolder(id) : null;
  if (action !== undefined) return null;
  if (method === 'DELETE') return uploads.abortFolder(id);
  return method === 'POST' ? uploads.addToFolder(id, target.query.get('path'), request) : null;
}

async function replyToUpload(
  work: Promise<unknown> | null,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (work === null) {
    replyWithSentence(response, 405, 'This cannot be done here.');
    return;
  }
  try {
    replyWithAnswer(response, { ok: true, value: await work });
  } catch (error) {
    // Still reading: a browser that is cut off while it sends never sees why.
    request.resume();
    replyWithAnswer(response, { ok: false, error: errorView(error) });
  }
}

async function replyWithFile(folder: string, path: string, response: ServerResponse): Promise<void> {
  const file = await windowFile(folder, path);
  if (file === null) {
    replyWithSentence(response, 404, 'There is nothing here.');
    return;
  }
  response.setHeader('Content-Type', file.mediaType);
  response.setHeader('Content-Length', file.bytes.length);
  if (file.immutable) response.setHeader('Cache-Control', 'private, max-age=31536000, immutable');
  response.end(file.bytes);
}
