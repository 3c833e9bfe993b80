import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DockerCommsError } from '../../main/base/errors.ts';
import { limits } from '../../main/base/limits.ts';
import { subjectOfToken } from '../../main/trust/identity-token.ts';

/** As base64url without padding (RFC 7515, section 2). */
const part = (text: string) => Buffer.from(text).toString('base64url');
const head = part('{"alg":"RS256"}');
const tokenOf = (claims: unknown) => `${head}.${part(JSON.stringify(claims))}.${part('signature')}`;

/** What went wrong, and whether it tells anything of the token. */
function refusalOf(token: string) {
  try {
    subjectOfToken(token);
  } catch (error) {
    if (!(error instanceof DockerCommsError)) throw error;
    const { code, message, detail, cause } = error;
    return { code, reason: detail.reason, told: `${message} ${JSON.stringify(detail)}`, cause };
  }
  throw new Error('taken');
}

test.each([
  [
    'a verified e-mail address',
    { email: 'alice@example.com', email_verified: true, sub: '1' },
    'alice@example.com',
  ],
  [
    'one that is verified in words',
    { email: 'alice@example.com', email_verified: 'true' },
    'alice@example.com',
  ],
  ['the subject, where there is no address', { sub: 'repo:a/b' }, 'repo:a/b'],
  ['the subject, where the address is empty', { email: '', sub: '1' }, '1'],
  [
    'the subject, where the address is no text',
    { email: ['alice@example.com'], email_verified: true, sub: '1' },
    '1',
  ],
])('a token is about %s', (_what, claims, subject) => {
  expect(subjectOfToken(tokenOf(claims))).toBe(subject);
});

test.each([
  ['is not', false],
  ['is not in words', 'false'],
  ['is in other words', 'TRUE'],
  ['is by a number', 1],
  ['is nothing', null],
  ['is a list', [true]],
  ['is not mentioned', undefined],
])(
  'an e-mail address of which being verified %s is nobody’s, also where there is a subject',
  (_what, verified) => {
    const token = tokenOf({ email: 'alice@example.com', email_verified: verified, sub: '1' });
    expect(refusalOf(token)).toMatchObject({ code: 'auth', reason: 'email-not-verified' });
  },
);

test.each([
  ['nobody', tokenOf({})],
  ['an empty subject', tokenOf({ sub: '' })],
  ['a subject that is no text', tokenOf({ sub: 1 })],
  ['claims that are a list', tokenOf(['alice@example.com'])],
  ['claims that are a text', tokenOf('alice@example.com')],
  ['claims that are nothing', tokenOf(null)],
  ['claims that are not JSON', `${head}.${part('sub=1')}.x`],
  ['claims that are not base64url', `${head}.%%%.x`],
  ['claims that are not UTF-8', `${head}.${Buffer.from([0xff, 0xfe]).toString('base64url')}.x`],
  ['no claims', `${head}..x`],
  ['one part', tokenOf({ sub: '1' }).replaceAll('.', '')],
  ['two parts', `${head}.${part('{"sub":"1"}')}`],
  ['four parts', `${tokenOf({ sub: '1' })}.x`],
  ['five parts, encrypted', `${tokenOf({ sub: '1' })}.x.y`],
  ['nothing', ''],
])('a token with %s says nobody', (_what, token) => {
  expect(refusalOf(token)).toMatchObject({ code: 'auth', reason: 'no-token' });
});

test('a token may be as long as a header, and no longer', () => {
  const token = tokenOf({ sub: '1' });
  const filled = token + 'A'.repeat(limits.headerCharacters - token.length);
  expect(subjectOfToken(filled)).toBe('1');
  expect(refusalOf(`${filled}A`)).toMatchObject({ code: 'auth', reason: 'no-token' });
});

test('no refusal tells anything of the token', () => {
  const secret = 'dontTellAnybodyThis';
  for (const token of [secret, `${head}.${part(`{"sub":${secret}`)}.x`, tokenOf({ email: secret })]) {
    const { told, cause } = refusalOf(token);
    expect(told).not.toContain(secret);
    expect(cause).toBeUndefined();
  }
});

test('whatever is given, a subject or that error comes out', () => {
  const claims = fc.dictionary(
    fc.constantFrom('sub', 'email', 'email_verified', '__proto__'),
    fc.jsonValue(),
  );
  const given = fc.oneof(
    fc.string(),
    claims.map(tokenOf),
    fc.string().map((text) => `${head}.${part(text)}.x`),
  );
  fc.assert(
    fc.property(given, (token) => {
      try {
        expect(subjectOfToken(token)).not.toBe('');
      } catch (error) {
        if (!(error instanceof DockerCommsError)) throw error;
        expect(error.code).toBe('auth');
      }
    }),
  );
});
