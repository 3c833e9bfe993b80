import { describe, expect, it } from 'vitest';
import { parseProxy, proxiesOfEnvironment, proxyForAll } from '../../main/oci/proxy.ts';
import { everythingOf } from './secrets.ts';

const chosen = (environment: Record<string, string>, target = 'https://registry.example/') =>
  proxiesOfEnvironment(environment)(new URL(target))?.address.origin ?? null;

describe('the proxy of the environment', () => {
  it.each([
    [{ HTTPS_PROXY: 'http://p:1' }, 'https://r.example/', 'http://p:1'],
    [{ https_proxy: 'http://p:1' }, 'https://r.example/', 'http://p:1'],
    [{ HTTPS_PROXY: 'http://p:1', https_proxy: 'http://p:2' }, 'https://r.example/', 'http://p:1'],
    [{ HTTPS_PROXY: '', https_proxy: 'http://p:2' }, 'https://r.example/', 'http://p:2'],
    [{ HTTPS_PROXY: 'http://p:1' }, 'http://r.example/', null],
    [{ HTTP_PROXY: 'http://p:1' }, 'https://r.example/', null],
    [{ HTTP_PROXY: 'http://p:1' }, 'http://r.example/', 'http://p:1'],
    [{ http_proxy: 'http://p:1' }, 'http://r.example/', 'http://p:1'],
    [{ HTTP_PROXY: 'http://p:1', REQUEST_METHOD: 'GET' }, 'http://r.example/', null],
    [{ http_proxy: 'http://p:1', REQUEST_METHOD: 'GET' }, 'http://r.example/', 'http://p:1'],
    [{ HTTPS_PROXY: 'p.example:3128' }, 'https://r.example/', 'http://p.example:3128'],
    [{ HTTPS_PROXY: 'https://p.example' }, 'https://r.example/', 'https://p.example'],
    [{ HTTPS_PROXY: 'http://p:1', NO_PROXY: 'r.example' }, 'https://r.example/', null],
    [{ HTTPS_PROXY: 'http://p:1', no_proxy: '.example' }, 'https://r.example/', null],
    [{ HTTPS_PROXY: 'http://p:1', NO_PROXY: 'other.example' }, 'https://r.example/', 'http://p:1'],
    [{ HTTP_PROXY: 'http://p:1' }, 'http://127.0.0.1:5000/', null],
    [{}, 'https://r.example/', null],
  ])('%j for %s: %s', (environment, target, expected) => {
    expect(chosen(environment, target)).toBe(expected);
  });

  it('that makes no sense fails when it is needed, and only then', () => {
    const choose = proxiesOfEnvironment({ HTTPS_PROXY: 'http://a b', NO_PROXY: 'near.example' });
    expect(choose(new URL('https://near.example/'))).toBeNull();
    expect(() => choose(new URL('https://r.example/'))).toThrow(expect.objectContaining({ code: 'invalid' }));
  });
});

describe('a proxy as it is written', () => {
  it.each([
    ['http://anna:secret@p:3128', 'anna', 'secret'],
    ['anna:secret@p:3128', 'anna', 'secret'],
    ['http://anna:p%40ss%3A@p:3128', 'anna', 'p@ss:'],
    ['http://anna:100%@p:3128', 'anna', '100%'],
    ['http://anna@p:3128', 'anna', ''],
  ])('may bring a login, which stays out of its address: %s', (text, username, password) => {
    const { address, login } = parseProxy(text);
    expect(login).toEqual({ username, password });
    expect(address.href).toBe('http://p:3128/');
  });

  it.each([
    ['socks5://anna:PLANTED@p:1080', 'unsupported'],
    ['http://anna:PLANTED@', 'invalid'],
    ['http://anna:PLANTED@p:port', 'invalid'],
    ['', 'invalid'],
  ])('fails for %s without repeating it', (text, code) => {
    try {
      parseProxy(text);
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code });
      expect(everythingOf(error)).not.toContain('PLANTED@');
    }
  });

  it('serves every host but the exceptions', () => {
    const proxy = parseProxy('p:3128');
    const choose = proxyForAll(proxy, '.lan, 10.0.0.0/8');
    expect(choose(new URL('https://r.example/'))).toBe(proxy);
    expect(choose(new URL('http://r.example/'))).toBe(proxy);
    expect(choose(new URL('https://r.lan/'))).toBeNull();
    expect(choose(new URL('https://10.0.0.1/'))).toBeNull();
    expect(choose(new URL('http://[::1]:5000/'))).toBeNull();
  });
});
