/**
 * The headers `ratelimit-limit` and `ratelimit-remaining` by which Docker Hub tells how many pulls are left
 * (https://docs.docker.com/docker-hub/usage/pulls/, "View pull rate and limit"): a count, and after `;w=` the seconds in
 * which it holds. Attacker-controlled. Pure.
 * Must-fail vectors: test/oci/pull-limit.test.ts.
 */

/** How many pulls a registry lets somebody make. */
export interface PullLimit {
  readonly limit: number;
  readonly remaining: number | null;
  readonly windowSeconds: number | null;
}

/** The limit in an answer's headers, `100;w=21600` as Docker Hub writes it; null when there is none. */
export function parsePullLimit(headers: ReadonlyMap<string, string>): PullLimit | null {
  const limit = parseQuota(headers.get('ratelimit-limit'));
  if (limit === null) return null;
  const remaining = parseQuota(headers.get('ratelimit-remaining'));
  return {
    limit: limit.count,
    remaining: remaining?.count ?? null,
    windowSeconds: limit.windowSeconds ?? remaining?.windowSeconds ?? null,
  };
}

function parseQuota(value: string | undefined) {
  const [, count, window] = /^\s*(\d{1,9})\s*(?:;\s*w=(\d{1,9}))?\s*(?:[;,].*)?$/.exec(value ?? '') ?? [];
  if (count === undefined) return null;
  return { count: Number(count), windowSeconds: window === undefined ? null : Number(window) };
}
