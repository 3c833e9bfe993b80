import { inspect } from 'node:util';
import type { SeenRequest } from '../peers/scripted-registry.ts';

/** Secrets of the tests, unlike anything else, so that they are found wherever they turn up. */
export const planted = {
  password: 'password-PLANTED-73f1',
  identityToken: 'identity-PLANTED-a0c4',
  registryToken: 'registry-PLANTED-5be2',
} as const;
export type Planted = keyof typeof planted;

export const alice = { username: 'alice', password: planted.password } as const;
const encoded = Buffer.from(`${alice.username}:${alice.password}`, 'utf8').toString('base64');
const patterns: Readonly<Record<Planted, readonly string[]>> = {
  password: [planted.password, encoded],
  identityToken: [planted.identityToken],
  registryToken: [planted.registryToken],
};

/** The planted secrets in a text. */
export function secretsIn(text: string): Planted[] {
  return (Object.keys(planted) as Planted[]).filter((name) =>
    patterns[name].some((pattern) => text.includes(pattern)),
  );
}

/** Whatever a careless hand may make of a failure, its causes included, as one text. */
export function everythingOf(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  return [
    inspect(error, { depth: Infinity, showHidden: true, getters: true }),
    JSON.stringify(error),
    stack,
  ].join('\n');
}

/** In which part of which requests secrets arrived: `authorization: password`, `body: identityToken`. Each once. */
export function secretsReceived(requests: readonly SeenRequest[]): string[] {
  const found = requests.flatMap(({ url, headers: { authorization = '', ...headers }, body }) =>
    Object.entries({
      url,
      authorization,
      headers: JSON.stringify(headers),
      body: body.toString('utf8'),
    }).flatMap(([part, text]) => secretsIn(decodeURIComponent(text)).map((name) => `${part}: ${name}`)),
  );
  return [...new Set(found)].sort();
}
