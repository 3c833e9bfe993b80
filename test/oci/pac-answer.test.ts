import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isDockerCommsError } from '../../main/base/errors.ts';
import { proxyOfPacAnswer } from '../../main/oci/pac-answer.ts';

describe('what the system says about proxies', () => {
  it.each([
    ['DIRECT', null],
    ['PROXY p.example:3128', 'http://p.example:3128'],
    ['PROXY p.example:80', 'http://p.example'],
    ['HTTPS p.example:443', 'https://p.example'],
    ['HTTPS p.example:8443', 'https://p.example:8443'],
    ['PROXY 10.1.2.3:8080', 'http://10.1.2.3:8080'],
    ['PROXY [2001:db8::1]:8080', 'http://[2001:db8::1]:8080'],
    ['PROXY a_b.example:1', 'http://a_b.example:1'],
    ['PROXY a:1;PROXY b:2;DIRECT', 'http://a:1'],
    ['HTTPS a:1; PROXY b:2; DIRECT', 'https://a:1'],
    ['DIRECT;PROXY a:1', null],
    ['SOCKS5 s:1080;PROXY p:3128;DIRECT', 'http://p:3128'],
    ['SOCKS s:1080; DIRECT', null],
    ['SOCKS4 s:1080;QUIC q:443;HTTPS p:443', 'https://p'],
  ])('%s leads to %s', (answer, expected) => {
    const proxy = proxyOfPacAnswer(answer);
    expect(proxy?.address.origin ?? null).toBe(expected);
    expect(proxy?.login ?? null).toBeNull();
  });

  it.each(['SOCKS s:1080', 'SOCKS4 s:1080', 'SOCKS5 s:1080', 'QUIC q:443', 'SOCKS5 s:1080;SOCKS s:1080'])(
    '%s names nothing that is spoken here, and going straight is not what was meant',
    (answer) => {
      expect(() => proxyOfPacAnswer(answer)).toThrow(
        expect.objectContaining({ code: 'unsupported', detail: { reason: 'proxy-address' } }),
      );
    },
  );

  it.each([
    '',
    ';',
    'DIRECT;',
    'PROXY p:1;;DIRECT',
    'direct',
    'proxy p:1',
    'DIRECT p:1',
    'PROXY',
    'PROXY p',
    'PROXY p:',
    'PROXY :1',
    'PROXY p:0',
    'PROXY p:000',
    'PROXY p:65536',
    'PROXY p:-1',
    'PROXY p:1x',
    'PROXY  p:1',
    'PROXY\tp:1',
    'PROXY p:1 PROXY q:2',
    'PROXY p:1,PROXY q:2',
    'PROXY anna:PLANTED@p:1',
    'PROXY http://p:1',
    'PROXY p:1/path',
    'PROXY p:1?x',
    'PROXY p:1#x',
    'PROXY p\\q:1',
    'PROXY 2001:db8::1:8080',
    'PROXY [2001:db8::1:8080',
    'PROXY [::g]:1',
    'PROXY [1.2.3]:1',
    'PROXY 1.2.3.999:1',
    'PROXY p\u0000:1',
    'PROXY p\r\nq:1',
    'PROXY bücher.example:1',
    'HTTP p:1',
    'SOCKS6 s:1',
    'SOCKS5 s',
    'PROXY p:1;nonsense',
    '[https://a:1, https://b:2]',
  ])('%j is refused', (answer) => {
    expect(() => proxyOfPacAnswer(answer)).toThrow(expect.objectContaining({ code: 'invalid' }));
  });

  it('a very long answer is refused', () => {
    const many = (count: number) => Array.from({ length: count }, () => 'PROXY p.example:1').join(';');
    expect(proxyOfPacAnswer(many(100))?.address.host).toBe('p.example:1');
    expect(() => proxyOfPacAnswer(many(1000))).toThrow(expect.objectContaining({ code: 'invalid' }));
  });

  it('fails in our own words for whatever else comes', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('', 'PROXY ', 'HTTPS ', 'SOCKS5 '), (text, kind) => {
        try {
          const proxy = proxyOfPacAnswer(`${kind}${text}`);
          expect(proxy === null || /^https?:$/.test(proxy.address.protocol)).toBe(true);
        } catch (error) {
          expect(isDockerCommsError(error, 'invalid') || isDockerCommsError(error, 'unsupported')).toBe(true);
        }
      }),
    );
  });
});
