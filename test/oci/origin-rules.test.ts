import { describe, expect, it } from 'vitest';
import { isSameOrigin, refuseRealm, refuseTarget } from '../../main/oci/origin-rules.ts';

const refusal = (from: string, to: string) => refuseTarget(new URL(from), new URL(to));

describe('where a registry may send us', () => {
  it.each([
    ['https://r.example/', 'https://r.example/other'],
    ['https://r.example/', 'https://storage.example/x?signature=1'],
    ['https://r.example/', 'https://r.example:8443/'],
    ['https://r.example/', 'https://10.0.0.7/'],
    ['http://127.0.0.1:5000/', 'http://127.0.0.1:5000/x'],
    ['http://127.0.0.1:5000/', 'http://localhost:6000/x'],
    ['http://127.0.0.1:5000/', 'https://storage.example/'],
    ['http://chosen.lan:5000/', 'http://chosen.lan:5000/other'],
    ['http://chosen.lan:5000/', 'https://storage.example/'],
    ['http://chosen.lan/', 'https://chosen.lan/'],
  ])('from %s to %s', (from, to) => {
    expect(refusal(from, to)).toBeNull();
  });

  it.each([
    ['https://r.example/', 'http://r.example/'],
    ['https://r.example/', 'http://other.example/'],
    ['https://localhost/', 'http://localhost/'],
    ['http://chosen.lan:5000/', 'http://chosen.lan/'],
    ['http://chosen.lan:5000/', 'http://chosen.lan:5001/'],
    ['http://chosen.lan:5000/', 'http://storage.lan/'],
    ['https://chosen.lan/', 'http://chosen.lan/'],
    ['http://127.0.0.1:5000/', 'http://r.example/'],
    ['http://127.0.0.1:5000/', 'http://10.0.0.7/'],
    ['https://r.example/', 'http://169.254.169.254/latest/meta-data'],
  ])('never unencrypted: from %s to %s', (from, to) => {
    expect(refusal(from, to)).toBe('unencrypted');
  });

  it.each([
    'https://localhost/',
    'https://LOCALHOST:8443/',
    'https://localhost./',
    'https://x.localhost/',
    'https://127.0.0.1/',
    'https://127.1/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://0.0.0.0/',
    'https://[::1]/',
    'https://[::]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:0.0.0.0]/',
    'https://[::127.0.0.1]/',
    'http://127.0.0.1:2375/containers/json',
  ])('never from elsewhere to this computer: %s', (to) => {
    expect(refusal('https://r.example/', to)).toBe('loopback');
    expect(refusal('http://chosen.lan:5000/', to)).toBe('loopback');
  });

  it.each([
    'https://[2001:db8::1]/',
    'https://[::ffff:10.0.0.1]/',
    'https://128.0.0.1/',
    'https://localhost.example/',
  ])('but %s is not this computer', (to) => {
    expect(refusal('https://r.example/', to)).toBeNull();
  });

  it.each(['ftp://r.example/', 'file:///etc/passwd', 'data:text/plain,x', 'javascript:alert(1)'])(
    'never by another scheme: %s',
    (to) => {
      expect(refusal('https://r.example/', to)).toBe('scheme');
    },
  );

  it('never with a user in the address', () => {
    expect(refusal('https://r.example/', 'https://user:word@r.example/')).toBe('credentials-in-url');
  });
});

describe('who may be told the password', () => {
  it.each([
    ['https://r.example/', 'https://auth.example/token', null],
    ['https://r.example/', 'http://auth.example/token', 'unencrypted'],
    ['https://r.example/', 'http://r.example/token', 'unencrypted'],
    ['https://r.example/', 'https://localhost/token', 'loopback'],
    ['http://127.0.0.1:5000/', 'http://127.0.0.1:5001/token', null],
    ['http://127.0.0.1:5000/', 'http://auth.example/token', 'unencrypted'],
    ['http://127.0.0.1:5000/', 'https://auth.example/token', null],
    ['http://chosen.lan:5000/', 'http://chosen.lan:5000/token', null],
    ['http://chosen.lan:5000/', 'http://auth.lan/token', 'unencrypted'],
    ['http://chosen.lan:5000/', 'https://auth.lan/token', null],
  ])('registry %s, realm %s: %s', (registry, realm, expected) => {
    expect(refuseRealm(new URL(registry), new URL(realm))).toBe(expected);
  });

  it.each([
    ['https://r.example/a', 'https://r.example:443/b', true],
    ['https://r.example/', 'https://r.example:8443/', false],
    ['https://r.example/', 'http://r.example/', false],
    ['https://r.example/', 'https://r.example.evil/', false],
    ['data:x', 'data:x', false],
  ])('%s and %s are the same origin: %s', (one, other, expected) => {
    expect(isSameOrigin(new URL(one), new URL(other))).toBe(expected);
  });
});
