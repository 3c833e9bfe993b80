import type { ServerResponse } from 'node:http';
import type { Answer } from '../../../preload/contract/answer.ts';
import { windowHeaders } from '../content-security.ts';

/** Headers that every answer carries. `host` was checked before: it is one of our two names. */
export function setCommonHeaders(response: ServerResponse, host: string): void {
  const headers = {
    ...windowHeaders(["'self'", `ws://${host}`]),
    'X-Frame-Options': 'DENY',
    'Cache-Control': 'no-store',
  };
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
}

/** A sentence for a person who sees it in the browser. */
export function replyWithSentence(response: ServerResponse, status: number, sentence: string): void {
  response.statusCode = status;
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.end(`${sentence}\n`);
}

export function replyWithAnswer(response: ServerResponse, answer: Answer<unknown>): void {
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.end(JSON.stringify(answer));
}
