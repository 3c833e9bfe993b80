import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseChallenges } from '../../main/oci/challenge.ts';

const plain = (headers: string | readonly string[] | undefined) =>
  parseChallenges(headers).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);

/** Whether `text` is what is left of `whole` when some characters (backslashes, say) are taken out. */
function isWithin(text: string, whole: string): boolean {
  let position = 0;
  for (const unit of whole.split('')) if (unit === text[position]) position += 1;
  return position === text.length;
}

describe('WWW-Authenticate', () => {
  const cases: [title: string, header: string | string[], expected: unknown[]][] = [
    [
      'a bearer challenge as Docker Hub sends it',
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push"',
      [
        [
          'bearer',
          {
            realm: 'https://auth.docker.io/token',
            service: 'registry.docker.io',
            scope: 'repository:a/b:pull,push',
          },
        ],
      ],
    ],
    ['a basic challenge', 'Basic realm="Registry Realm"', [['basic', { realm: 'Registry Realm' }]]],
    [
      'several challenges in one header',
      'Basic realm="a", Bearer realm="https://b",service="c"',
      [
        ['basic', { realm: 'a' }],
        ['bearer', { realm: 'https://b', service: 'c' }],
      ],
    ],
    [
      'several challenges without a comma between them',
      'Basic realm="a" Bearer realm="b"',
      [
        ['basic', { realm: 'a' }],
        ['bearer', { realm: 'b' }],
      ],
    ],
    [
      'one challenge a header',
      ['Negotiate', 'Bearer realm="b"'],
      [
        ['negotiate', {}],
        ['bearer', { realm: 'b' }],
      ],
    ],
    [
      'unquoted values',
      'Bearer realm=https://b/token,service=c',
      [['bearer', { realm: 'https://b/token', service: 'c' }]],
    ],
    [
      'an unquoted scope with a comma in it',
      'Bearer realm=https://b,scope=repository:a:pull,push,service=c, Basic realm=x',
      [
        ['bearer', { realm: 'https://b', scope: 'repository:a:pull,push', service: 'c' }],
        ['basic', { realm: 'x' }],
      ],
    ],
    [
      'escapes in quoted values',
      String.raw`Basic realm="a \"b\" \\c"`,
      [['basic', { realm: String.raw`a "b" \c` }]],
    ],
    [
      'odd case and white space',
      'BEARER  Realm = "b" ,, SERVICE="c"',
      [['bearer', { realm: 'b', service: 'c' }]],
    ],
    [
      'a quotation mark that is never closed',
      'Bearer realm="https://b',
      [['bearer', { realm: 'https://b' }]],
    ],
    [
      'the first of two equal parameters',
      'Bearer realm="https://first",realm="https://second"',
      [['bearer', { realm: 'https://first' }]],
    ],
    ['parameters without a scheme', 'realm="x"', []],
    ['nothing', '', []],
  ];
  it.each(cases)('understands %s', (_title, header, expected) => {
    expect(plain(header)).toEqual(expected);
  });

  const token = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
  const value = fc.string({ maxLength: 30 }).map((text) => text.replace(/[^\x20-\x7e]/g, ''));
  const challenge = fc.record({
    scheme: token,
    parameters: fc.uniqueArray(fc.tuple(token, value), {
      minLength: 1,
      maxLength: 4,
      selector: ([name]) => name,
    }),
  });
  const quote = (text: string): string => `"${text.replace(/["\\]/g, String.raw`\$&`)}"`;

  it('reads back every list of challenges with quoted values', () => {
    fc.assert(
      fc.property(fc.array(challenge, { maxLength: 4 }), (challenges) => {
        const header = challenges
          .map(
            ({ scheme, parameters }) =>
              `${scheme} ${parameters.map(([n, v]) => `${n}=${quote(v)}`).join(', ')}`,
          )
          .join(', ');
        expect(plain(header)).toEqual(
          challenges.map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]),
        );
      }),
    );
  });

  it('never throws and never makes up a value that was not in the header', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom('Bearer ', 'Basic ', 'realm=', '"', ',', '\\', '=', 'scope=a:b:pull', ' '),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const header = pieces.join('');
        for (const { parameters } of parseChallenges(header)) {
          for (const [name, text] of parameters) {
            if (name !== 'scope') expect(isWithin(text, header)).toBe(true);
          }
        }
      }),
    );
  });

  it('looks at 16 KiB of a header and no more', () => {
    const header = `Basic realm="${'x'.repeat(1_000_000)}"`;
    expect(parseChallenges(header)[0]?.parameters.get('realm')?.length).toBeLessThan(16 * 1024);
  });
});
