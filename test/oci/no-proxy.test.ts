import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NoProxy } from '../../main/oci/no-proxy.ts';

const covers = (list: string, target: string) => new NoProxy(list).covers(new URL(target));

describe('hosts without a proxy', () => {
  it.each([
    ['example.com', 'https://example.com/'],
    ['example.com', 'https://registry.example.com/'],
    ['EXAMPLE.com', 'https://Registry.Example.COM/'],
    ['example.com', 'https://registry.example.com./'],
    ['example.com.', 'https://example.com/'],
    ['.example.com', 'https://registry.example.com/'],
    ['*.example.com', 'https://a.b.example.com/'],
    ['other.org, example.com', 'https://example.com/'],
    ['other.org example.com', 'https://example.com/'],
    [' , ,example.com,', 'https://example.com/'],
    ['example.com:443', 'https://example.com/'],
    ['example.com:80', 'http://example.com/'],
    ['example.com:5000', 'https://example.com:5000/'],
    ['.example.com:5000', 'https://r.example.com:5000/'],
    ['10.1.2.3', 'https://10.1.2.3:5000/'],
    ['10.1.2.3:5000', 'https://10.1.2.3:5000/'],
    ['10.0.0.0/8', 'https://10.200.0.1/'],
    ['10.1.2.3/32', 'https://10.1.2.3/'],
    ['10.0.0.0/8', 'https://[::ffff:10.0.0.1]/'],
    ['fd00::/8', 'https://[fd12:3456::1]/'],
    ['2001:db8::1', 'https://[2001:db8::1]:5000/'],
    ['[2001:db8::1]', 'https://[2001:db8::1]/'],
    ['[2001:db8::1]:5000', 'https://[2001:db8::1]:5000/'],
    ['2001:0db8:0::0001', 'https://[2001:db8::1]/'],
    ['*', 'https://example.com/'],
    ['none.invalid,*', 'https://10.0.0.1/'],
    ['*:5000', 'https://example.com:5000/'],
  ])('“%s” covers %s', (list, target) => {
    expect(covers(list, target)).toBe(true);
  });

  it.each([
    ['', 'https://example.com/'],
    ['example.com', 'https://notexample.com/'],
    ['example.com', 'https://example.com.evil.org/'],
    ['.example.com', 'https://example.com/'],
    ['*.example.com', 'https://example.com/'],
    ['example.com:5000', 'https://example.com/'],
    ['example.com:80', 'https://example.com/'],
    ['*:5000', 'https://example.com/'],
    ['10.1.2.3', 'https://10.1.2.30/'],
    ['10.1.2.3:5000', 'https://10.1.2.3/'],
    ['10.0.0.0/8', 'https://11.0.0.1/'],
    ['10.0.0.0/8', 'https://10.example.com/'],
    ['10.0.0.0/33', 'https://10.0.0.1/'],
    ['10.0.0.0/', 'https://10.0.0.1/'],
    ['fd00::/8', 'https://[fe80::1]/'],
    ['.', 'https://example.com/'],
    ['*.', 'https://example.com/'],
    ['exa*le.com', 'https://example.com/'],
    ['https://example.com', 'https://example.com/'],
  ])('“%s” does not cover %s', (list, target) => {
    expect(covers(list, target)).toBe(false);
  });

  it.each([
    'http://localhost:5000/',
    'http://127.0.0.1/',
    'http://127.9.9.9:1/',
    'http://[::1]:80/',
    'https://localhost./',
  ])('this computer never needs one: %s', (target) => {
    expect(covers('', target)).toBe(true);
  });

  const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,10}[a-z0-9])?$/);
  const name = fc.array(label, { minLength: 2, maxLength: 4 }).map((labels) => labels.join('.'));

  it('whatever the list says, it never fails', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), name, (list, host) => {
        expect(typeof covers(list, `https://${host}/`)).toBe('boolean');
      }),
    );
  });

  it('a name covers itself and what is below it, whatever stands beside it', () => {
    fc.assert(
      fc.property(name, label, fc.string({ maxLength: 40 }), (host, below, beside) => {
        const list = `${beside.replaceAll('*', '')},${host}`;
        expect(covers(list, `https://${host}/`)).toBe(true);
        expect(covers(list, `https://${below}.${host}:8443/`)).toBe(true);
        expect(covers(`.${host}`, `https://${host}/`)).toBe(false);
        expect(covers(host, `https://x${host}/`)).toBe(false);
      }),
    );
  });

  it('a network covers an address exactly when the first bits are the same', () => {
    fc.assert(
      fc.property(
        fc.nat(0xffffffff),
        fc.nat(0xffffffff),
        fc.integer({ min: 0, max: 32 }),
        (one, other, bits) => {
          const shift = 32n - BigInt(bits);
          const same = BigInt(one) >> shift === BigInt(other) >> shift;
          const loopback = other >>> 24 === 127;
          expect(covers(`${dotted(one)}/${bits}`, `https://${dotted(other)}/`)).toBe(same || loopback);
        },
      ),
    );
  });
});

function dotted(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
}
