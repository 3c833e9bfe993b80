import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DockerCommsError } from '../../main/base/errors.ts';
import { nextLink } from '../../main/oci/link.ts';
import { backoffMs, isPassing, parseRetryAfter } from '../../main/oci/retry.ts';
import { scopeFor, unionOfScopes } from '../../main/oci/scope.ts';

describe('Link', () => {
  const base = new URL('https://r.example/v2/a/tags/list?n=2');
  it.each([
    ['</v2/a/tags/list?n=2&last=b>; rel="next"', 'https://r.example/v2/a/tags/list?n=2&last=b'],
    ['<?last=b>; rel=next', 'https://r.example/v2/a/tags/list?last=b'],
    ['<https://other.example/x>; rel="next"', 'https://other.example/x'],
    ['</a>; rel="prev", </b>; title="x, y"; rel="next"', 'https://r.example/b'],
    ['</b>;rel="prefetch next"', 'https://r.example/b'],
    ['</b>; REL=Next; x=y', 'https://r.example/b'],
    ['</a>; rel="nextish"', null],
    ['</a>; rel="prev"', null],
    ['</a>', null],
    ['<http://[bad>; rel="next"', null],
    ['', null],
  ])('%s leads to %s', (header, expected) => {
    expect(nextLink(header, base)?.href ?? null).toBe(expected);
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string(), (header) => void nextLink(header, base)));
  });
});

describe('Retry-After', () => {
  const now = Date.UTC(2026, 10, 23, 12, 0, 0);
  it.each([
    ['0', 0],
    ['120', 120_000],
    [' 5 ', 5000],
    ['Mon, 23 Nov 2026 12:00:30 GMT', 30_000],
    ['Mon, 23 Nov 2026 11:00:00 GMT', 0],
    ['-1', null],
    ['1.5', null],
    ['soon', null],
    ['', null],
    [undefined, null],
  ])('%j means %j ms', (header, expected) => {
    expect(parseRetryAfter(header, now)).toBe(expected);
  });
});

describe('what is tried again', () => {
  const failure = (code: 'network' | 'rate-limited' | 'auth', detail: Record<string, string | number>) =>
    new DockerCommsError(code, 'x', { detail });
  it.each([
    ['a refused connection', failure('network', { system: 'ECONNREFUSED' }), true],
    ['a cut connection', failure('network', { system: 'UND_ERR_SOCKET' }), true],
    ['503', failure('network', { status: 503 }), true],
    ['429', failure('rate-limited', { status: 429 }), true],
    ['500', failure('network', { status: 500 }), true],
    ['408', failure('network', { status: 408 }), true],
    ['an unknown host', failure('network', { system: 'ENOTFOUND' }), false],
    ['a certificate nobody trusts', failure('network', { system: 'DEPTH_ZERO_SELF_SIGNED_CERT' }), false],
    ['a certificate that has expired', failure('network', { system: 'CERT_HAS_EXPIRED' }), false],
    ['a refused login', failure('auth', { status: 401 }), false],
  ])('%s: %j', (_name, error, expected) => {
    expect(isPassing(error)).toBe(expected);
  });

  it('waits longer each time, and clients wait differently', () => {
    expect(backoffMs(2, 0)).toBeGreaterThan(backoffMs(1, 0));
    expect(backoffMs(1, 0.9)).toBeGreaterThan(backoffMs(1, 0.1));
    expect(backoffMs(3, 1)).toBeLessThan(5000);
  });
});

describe('scopes', () => {
  it.each([
    ['none', []],
    ['pull', ['repository:a/b:pull']],
    ['push', ['repository:a/b:pull,push']],
    ['delete', ['repository:a/b:delete,pull']],
  ] as const)('for %s are %j', (access, expected) => {
    expect(scopeFor('a/b', access)).toEqual(expected);
  });

  it.each([
    [['repository:a:pull', 'repository:a:push'], ['repository:a:pull,push']],
    [
      ['repository:b:pull', 'repository:a:pull'],
      ['repository:a:pull', 'repository:b:pull'],
    ],
    [['registry:catalog:*', ''], ['registry:catalog:*']],
    [['repository:host:5000/a:pull,push'], ['repository:host:5000/a:pull,push']],
    [['nonsense', 'a b c'], []],
  ])('%j are united to %j', (scopes, expected) => {
    expect(unionOfScopes(scopes)).toEqual(expected);
  });

  it('do not depend on their order, and uniting again changes nothing', () => {
    const scope = fc
      .tuple(
        fc.constantFrom('repository:a', 'repository:b/c', 'registry:catalog'),
        fc.subarray(['pull', 'push', 'delete'], { minLength: 1 }),
      )
      .map(([resource, actions]) => `${resource}:${actions.join(',')}`);
    fc.assert(
      fc.property(fc.array(scope), (scopes) => {
        const united = unionOfScopes(scopes);
        expect(unionOfScopes(scopes.toReversed())).toEqual(united);
        expect(unionOfScopes(united)).toEqual(united);
      }),
    );
  });
});
