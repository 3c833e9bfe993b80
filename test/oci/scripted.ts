import type { Clock } from '../../main/base/clock.ts';
import { parseRepositoryReference } from '../../main/oci/reference.ts';
import { OciRepository, type OciRepositoryOptions } from '../../main/oci/repository.ts';
import { onTestFinished } from 'vitest';
import type { ScriptedRegistry, SeenRequest } from '../peers/scripted-registry.ts';

/** The login of the scripted tests. The password must never be seen anywhere but where it belongs. */
export const login = { username: 'alice', password: 'pa55-w0rd-of-alice' } as const;
export const basicHeader = `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`;

/** A clock that tests move; what waits on it does not wait, and is recorded. */
export interface TestClock extends Clock {
  readonly waits: number[];
  advance(milliseconds: number): void;
}

export function testClock(): TestClock {
  let now = Date.UTC(2026, 10, 23, 12);
  const waits: number[] = [];
  return {
    waits,
    now: () => now,
    advance(milliseconds) {
      now += milliseconds;
    },
    after(milliseconds, callback) {
      waits.push(milliseconds);
      const timer = setImmediate(callback);
      return () => clearImmediate(timer);
    },
  };
}

/** A client for `team/mail` on `host`, closed when the test ends; waits between attempts take no time. */
export function openScripted(host: string, options: OciRepositoryOptions = {}): OciRepository {
  const repository = new OciRepository(parseRepositoryReference(`${host}/team/mail`), {
    clock: testClock(),
    ...options,
  });
  onTestFinished(() => repository.close());
  return repository;
}

export const withLogin = { credentials: () => Promise.resolve(login) } as const;

/** Makes `peer` a registry that wants basic authentication: everything is answered 401 until it has the login. */
export function whenLoggedIn<Answer extends object>(answer: Answer) {
  return (request: SeenRequest) =>
    request.headers.authorization === basicHeader
      ? answer
      : { status: 401, headers: { 'www-authenticate': 'Basic realm="tests"' } };
}

/** A token service on `peer` at /token: counts, and gives `token-1`, `token-2`, … */
export function tokenService(peer: ScriptedRegistry, more: Readonly<Record<string, unknown>> = {}): void {
  let given = 0;
  peer.always('GET', '/token', () => {
    given += 1;
    return { body: { token: `token-${given}`, expires_in: 300, ...more } };
  });
}
