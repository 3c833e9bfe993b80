import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { limits } from '../../main/base/limits.ts';
import { parseSigningConfig } from '../../main/trust/signing-config.ts';

const now = Date.UTC(2026, 10, 24);
const year = (start: number, end?: number) => ({
  start: `${start}-01-01T00:00:00Z`,
  ...(end !== undefined && { end: `${end}-01-01T00:00:00Z` }),
});

function service(host: string, changes: object = {}) {
  return { url: `https://${host}.example`, majorApiVersion: 1, validFor: year(2025), ...changes };
}

const usual = {
  mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
  caUrls: [service('fulcio')],
  oidcUrls: [service('issuer')],
  rekorTlogUrls: [service('rekor')],
  tsaUrls: [service('timestamps')],
};
const read = (config: unknown) => parseSigningConfig(Buffer.from(JSON.stringify(config)), now);
const refused = expect.objectContaining({ code: 'invalid' }) as Error;

describe('a signing configuration', () => {
  it('names the services, and where people sign in', () => {
    const { services, issuer } = read(usual);
    expect(services.fulcio.host).toBe('fulcio.example');
    expect(services.rekor.host).toBe('rekor.example');
    expect(services.rekorVersion).toBe(1);
    expect(services.timestampAuthority?.host).toBe('timestamps.example');
    expect(issuer?.host).toBe('issuer.example');
  });

  it('does without a timestamp authority and a place to sign in', () => {
    const { services, issuer } = read({ ...usual, tsaUrls: undefined, oidcUrls: [] });
    expect([services.timestampAuthority, issuer]).toEqual([undefined, null]);
  });

  it('gives of each kind the newest version that we speak and that is valid now', () => {
    const rekorTlogUrls = [
      service('old', { validFor: year(2020, 2026) }),
      service('present'),
      service('newer', { majorApiVersion: 2 }),
      service('newest', { majorApiVersion: 3 }),
      service('to-come', { majorApiVersion: 2, validFor: year(2027) }),
    ];
    const { services } = read({ ...usual, rekorTlogUrls });
    expect([services.rekor.host, services.rekorVersion]).toEqual(['newer.example', 2]);
  });

  it.each([
    ['of an earlier format', { mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.1+json' }],
    ['of no format', { mediaType: undefined }],
    ['without a certificate authority', { caUrls: [] }],
    ['without a log', { rekorTlogUrls: undefined }],
    [
      'whose log is of a version that nobody here speaks',
      { rekorTlogUrls: [service('r', { majorApiVersion: 3 })] },
    ],
    ['whose authority is no longer valid', { caUrls: [service('f', { validFor: year(2020, 2026) })] }],
    ['whose authority is not valid yet', { caUrls: [service('f', { validFor: year(2027) })] }],
    ['whose authority is valid at no time', { caUrls: [service('f', { validFor: undefined })] }],
    ['with a date that is none', { caUrls: [service('f', { validFor: { start: 'soon' } })] }],
    ['with a version that is no number', { caUrls: [service('f', { majorApiVersion: '1' })] }],
    ['with a script as an address', { caUrls: [service('f', { url: 'javascript:alert(1)' })] }],
    ['with a file as an address', { oidcUrls: [service('i', { url: 'file:///etc/passwd' })] }],
    ['with an address that is none', { tsaUrls: [service('t', { url: 'timestamps' })] }],
    [
      'with an address without end',
      { tsaUrls: [service('t', { url: `https://t.example/${'x'.repeat(512)}` })] },
    ],
    ['with services without end', { oidcUrls: Array.from({ length: 65 }, () => service('i')) }],
    ['with a list that is none', { caUrls: { 0: service('f') } }],
  ])('is refused %s', (_, changes) => {
    expect(() => read({ ...usual, ...changes })).toThrow(refused);
  });

  it('is refused over its limit, before it is parsed', () => {
    const padded = `${JSON.stringify(usual)}${' '.repeat(limits.trustDocumentBytes)}`;
    expect(() => parseSigningConfig(Buffer.from(padded), now)).toThrow(refused);
  });

  it('is refused with a code, whatever else the bytes are', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((text) => Buffer.from(text)),
        ),
        (bytes) => {
          expect(() => parseSigningConfig(bytes, now)).toThrow(refused);
        },
      ),
    );
  });
});
