/**
 * Conformance checks written from the OCI distribution specification 1.1, in its four workflow categories. They know
 * nothing of the registry they run against but its address, so that any registry can be measured with them.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contentDiscovery } from './conformance-discovery.ts';
import { contentManagement } from './conformance-management.ts';
import { pull } from './conformance-pull.ts';
import { push } from './conformance-push.ts';
import { HttpClient } from './http-client.ts';

export interface RegistryUnderTest {
  /** `http://host:port` */
  readonly url: string;
  readonly close: () => Promise<void>;
}

export interface ConformanceOptions {
  /** Titles of rules that this registry is known to break. Each must fail: one that is kept is reported. */
  readonly knownFailures?: readonly string[];
}

/** What a rule gets: a client, and names that no other rule uses. */
export interface Bench {
  readonly client: () => HttpClient;
  readonly repository: () => string;
  readonly bytes: (length?: number) => Buffer;
}

export type Rule = (title: string, check: () => Promise<void>) => void;
export type RuleGroup = (rule: Rule, bench: Bench) => void;

const groups: Readonly<Record<string, RuleGroup>> = {
  pull,
  push,
  'content discovery': contentDiscovery,
  'content management': contentManagement,
};

/** Registers every rule as a test against the registry that `start` starts, once for all of them. */
export function conformance(
  name: string,
  start: () => Promise<RegistryUnderTest>,
  options: ConformanceOptions = {},
): void {
  describe(`${name}: OCI distribution specification 1.1`, () => {
    let registry: RegistryUnderTest;
    let client: HttpClient;
    beforeAll(async () => {
      registry = await start();
      client = new HttpClient(registry.url);
    });
    afterAll(async () => {
      await client.close();
      await registry.close();
    });
    const bench: Bench = {
      client: () => client,
      repository: () => `conformance/${randomUUID()}`,
      bytes: (length = 100) => randomBytes(length),
    };
    register(bench, new Set(options.knownFailures));
  });
}

function register(bench: Bench, known: Set<string>): void {
  const rule: Rule = (title, check) => {
    if (known.delete(title)) test.fails(`${title} (known failure)`, check);
    else test(title, check);
  };
  for (const [group, addRules] of Object.entries(groups)) {
    describe(group, () => {
      addRules(rule, bench);
    });
  }
  test('every known failure names a rule', () => {
    expect([...known]).toEqual([]);
  });
}
