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
    ['https://r.example/', 'http://10.0.0.7/'],
    ['https://r.example/', 'http://192.168.1.1/admin'],
    ['https://r.example/', 'http://[fd12:3456::1]/'],
    ['http://chosen.lan:5000/', 'http://10.0.0.7/'],
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

  const metadata = [
    'http://169.254.169.254/latest/meta-data',
    'https://169.254.0.1/',
    'https://169.254.169.254./',
    'https://0xa9fea9fe/',
    'https://2852039166/',
    'https://169.16689662/',
    'https://[fe80::1]/',
    'https://[febf:ffff::1]/',
    'https://[::ffff:169.254.169.254]/',
    'https://[::169.254.169.254]/',
    'https://[64:ff9b::169.254.169.254]/',
    'https://[fd00:ec2::254]/latest/meta-data',
    'http://metadata.google.internal/computeMetadata/v1/',
    'https://METADATA.google.internal./',
    'http://100.100.100.200/latest/meta-data',
  ];
  it.each(metadata)('never from anywhere to where clouds keep their keys: %s', (to) => {
    for (const from of ['https://r.example/', 'http://chosen.lan:5000/', 'http://127.0.0.1:5000/']) {
      expect(refusal(from, to)).toBe('link-local');
      expect(refuseRealm(new URL(from), new URL(to))).toBe('link-local');
    }
  });

  it('but within a registry at a link-local address that a person chose', () => {
    expect(refusal('https://[fe80::1]:5000/', 'https://[fe80::1]:5000/other')).toBeNull();
    expect(refusal('https://[fe80::1]:5000/', 'https://[fe80::2]:5000/')).toBe('link-local');
  });

  // Storage in a private network, behind a registry with a public name, is usual: TLS says who answers there.
  it.each(['https://10.0.0.7/', 'https://172.16.0.1/', 'https://192.168.1.1/', 'https://[fd12:3456::1]/'])(
    'a private address only encrypted: %s',
    (to) => {
      expect(refusal('https://r.example/', to)).toBeNull();
      expect(refusal('https://r.example/', to.replace('https:', 'http:'))).toBe('unencrypted');
    },
  );

  it.each([
    'https://[2001:db8::1]/',
    'https://[::ffff:10.0.0.1]/',
    'https://128.0.0.1/',
    'https://localhost.example/',
    'https://169.253.1.1/',
    'https://169.254.example/',
    'https://[fec0::1]/',
  ])('but %s is neither this computer nor link-local', (to) => {
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
