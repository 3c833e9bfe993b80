import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAuthorities, readClientCertificate } from '../../main/oci/certificates.ts';
import { PrivateAuthority, pkcs12, type Certificate } from '../peers/certificate.ts';
import { describeWithRealPart } from '../peers/real-parts.ts';
import { everythingOf } from './secrets.ts';

const day = 86_400_000;
const bytes = (text: string) => Buffer.from(text, 'utf8');
const refused = (reason: string): unknown => expect.objectContaining({ code: 'invalid', detail: { reason } });

describe('a file that is to be an authority', () => {
  it.each([
    ['no-certificate', ''],
    ['no-certificate', 'hello'],
    ['unreadable', '-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----\n'],
    ['unreadable', '0hello'],
    ['private-key', '-----BEGIN EC PRIVATE KEY-----\naGVsbG8=\n-----END EC PRIVATE KEY-----\n'],
  ])('fails %s for %j', (reason, text) => {
    expect(() => readAuthorities(bytes(text), Date.now())).toThrow(refused(reason));
  });
});

describeWithRealPart('openssl', 'certificates', () => {
  let authority: PrivateAuthority;
  let other: PrivateAuthority;
  let leaf: Certificate;
  beforeAll(async () => {
    [authority, other] = await Promise.all([PrivateAuthority.make('First'), PrivateAuthority.make('Second')]);
    leaf = await authority.issue('client.example');
  });
  afterAll(() => Promise.all([authority.remove(), other.remove()]));

  it('of an authority is shown by subject, issuer, end and fingerprint', () => {
    const [first, ...more] = readAuthorities(bytes(authority.certificate), Date.now());
    expect(more).toEqual([]);
    expect(first).toMatchObject({ subject: 'CN=First', issuer: 'CN=First' });
    expect(first?.fingerprint).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
    expect(first?.expiresAt).toBeGreaterThan(Date.now() + day);
  });

  it('of several authorities may stand in one file, among words', () => {
    const file = bytes(`# ours\n${authority.certificate}\nand\n${other.certificate}`);
    expect(readAuthorities(file, Date.now()).map(({ subject }) => subject)).toEqual([
      'CN=First',
      'CN=Second',
    ]);
  });

  it('may come in DER too', () => {
    const base64 = authority.certificate.replace(/-----.*-----/g, '');
    expect(readAuthorities(Buffer.from(base64, 'base64'), Date.now())[0]?.subject).toBe('CN=First');
  });

  it('of a server that an authority issued is no authority, and one that has run out is none any more', () => {
    expect(() => readAuthorities(bytes(leaf.certificate), Date.now())).toThrow(refused('not-an-authority'));
    const later = Date.now() + 3 * day;
    expect(() => readAuthorities(bytes(authority.certificate), later)).toThrow(refused('expired'));
  });

  it('of a client are opened with their key before they are kept', async () => {
    const pem = { kind: 'pem', ...leaf } as const;
    expect(readClientCertificate(pem, Date.now())).toMatchObject({
      subject: 'CN=client.example',
      issuer: 'CN=First',
    });
    const file = (await pkcs12(leaf, 'PLANTED-pass')).toString('base64');
    const packed = { kind: 'pkcs12', file, passphrase: 'PLANTED-pass' } as const;
    expect(readClientCertificate(packed, Date.now())).toMatchObject({ subject: 'CN=client.example' });
  });

  it('of a client fail with a reason and without anything of the key', async () => {
    const second = await authority.issue('second.example');
    const file = (await pkcs12(leaf, 'PLANTED-pass')).toString('base64');
    const cases = [
      ['wrong-key', { kind: 'pem', certificate: leaf.certificate, key: second.key }],
      ['unreadable', { kind: 'pem', certificate: leaf.certificate, key: 'PLANTED-no-key' }],
      ['no-certificate', { kind: 'pem', certificate: '', key: leaf.key }],
      ['wrong-passphrase', { kind: 'pkcs12', file, passphrase: 'PLANTED-wrong' }],
      ['wrong-passphrase', { kind: 'pkcs12', file }],
      ['wrong-passphrase', { kind: 'pkcs12', file: 'AAAA', passphrase: 'PLANTED-pass' }],
    ] as const;
    for (const [reason, client] of cases) {
      try {
        readClientCertificate(client, Date.now());
        expect.unreachable(reason);
      } catch (error) {
        expect(error).toMatchObject({ code: 'invalid', detail: { reason } });
        const words = everythingOf(error);
        expect(words).not.toContain('PLANTED-');
        expect(words).not.toContain(leaf.key.split('\n')[1]);
      }
    }
    const later = Date.now() + 3 * day;
    expect(() => readClientCertificate({ kind: 'pem', ...leaf }, later)).toThrow(refused('expired'));
  });
});
