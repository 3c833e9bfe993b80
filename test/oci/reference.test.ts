import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatRepositoryReference,
  isLoopbackHost,
  parseRepositoryReference,
  registryUrl,
} from '../../main/oci/reference.ts';

const invalid = expect.objectContaining({ code: 'invalid' }) as Error;

describe('a repository reference', () => {
  it.each([
    ['ghcr.io/me/mail', 'ghcr.io', 'me/mail'],
    ['  GHCR.io/me/mail/ ', 'ghcr.io', 'me/mail'],
    ['https://registry.example:8443/team/mail', 'registry.example:8443', 'team/mail'],
    ['http://localhost:5000/mail', 'localhost:5000', 'mail'],
    ['localhost/mail', 'localhost', 'mail'],
    ['build-1:5000/mail', 'build-1:5000', 'mail'],
    ['[::1]:5000/a/b', '[::1]:5000', 'a/b'],
    ['[2001:db8::1]/a', '[2001:db8::1]', 'a'],
    ['https://[2001:DB8::1]:8443/a/b/', '[2001:db8::1]:8443', 'a/b'],
    ['docker.io/you/mail', 'docker.io', 'you/mail'],
    ['docker.io/library/mail', 'docker.io', 'library/mail'],
    ['https://index.docker.io/you/mail', 'index.docker.io', 'you/mail'],
    ['registry-1.docker.io/you/mail', 'registry-1.docker.io', 'you/mail'],
    ['r.example/a__b/c--d/e.f', 'r.example', 'a__b/c--d/e.f'],
  ])('is understood in %j', (text, host, path) => {
    expect(parseRepositoryReference(text)).toEqual({ host, path });
  });

  it.each([
    '',
    '/',
    'ghcr.io',
    'ghcr.io/',
    '/mail',
    'you/mail',
    'ghcr.io/Me/mail',
    'ghcr.io/me//mail',
    'ghcr.io/../mail',
    'ghcr.io/me/mail:latest',
    `ghcr.io/me/mail@sha256:${'0'.repeat(64)}`,
    'ghcr.io/mail?x=1',
    'ghcr.io/mail#x',
    'ghcr.io:0/mail',
    'ghcr.io:65536/mail',
    'ghcr.io:x/mail',
    'gh cr.io/mail',
    '-bad.example/mail',
    '[::zz]:5000/mail',
    '::1/mail',
    '2001:db8::1/mail',
    '[::1/mail',
    '[::1]5000/mail',
    '[fe80::1%25eth0]/mail',
    '[]/mail',
    `ghcr.io/${'a'.repeat(256)}`,
    'ftp://ghcr.io/mail',
  ])('is refused in %j', (text) => {
    expect(() => parseRepositoryReference(text)).toThrow(invalid);
  });

  it('never repeats a password that was pasted with it', () => {
    try {
      parseRepositoryReference('https://me:s3cret@ghcr.io/me/mail');
      expect.unreachable();
    } catch (error) {
      expect(JSON.stringify(error) + String(error)).not.toContain('s3cret');
    }
  });

  it('reads back what it writes', () => {
    const host = fc.constantFrom('ghcr.io', 'localhost', 'a-b.example:5000', '127.0.0.1:1', '[::1]:65535');
    const component = fc.stringMatching(/^[a-z0-9]{1,8}((\.|_|__|-{1,3})[a-z0-9]{1,8}){0,2}$/);
    const path = fc.array(component, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
    fc.assert(
      fc.property(fc.record({ host, path }), (reference) => {
        expect(parseRepositoryReference(formatRepositoryReference(reference))).toEqual(reference);
      }),
    );
  });

  it('throws nothing but invalid, whatever is typed', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          const reference = parseRepositoryReference(text);
          expect(URL.canParse(registryUrl(reference).href)).toBe(true);
        } catch (error) {
          expect(error).toMatchObject({ code: 'invalid' });
        }
      }),
    );
  });
});

describe('how a registry is reached', () => {
  it.each([
    ['localhost:5000/a', 'http://localhost:5000'],
    ['127.0.0.1:5000/a', 'http://127.0.0.1:5000'],
    ['127.8.9.1/a', 'http://127.8.9.1'],
    ['[::1]:5000/a', 'http://[::1]:5000'],
    ['ghcr.io/a', 'https://ghcr.io'],
    ['http://registry.example/a', 'https://registry.example'],
    ['10.0.0.1:5000/a', 'https://10.0.0.1:5000'],
    ['128.0.0.1/a', 'https://128.0.0.1'],
    ['docker.io/you/mail', 'https://registry-1.docker.io'],
    ['index.docker.io/you/mail', 'https://registry-1.docker.io'],
    ['registry-1.docker.io/you/mail', 'https://registry-1.docker.io'],
    ['docker.io.example/you/mail', 'https://docker.io.example'],
    ['[2001:db8::1]:8443/a', 'https://[2001:db8::1]:8443'],
  ])('%s is at %s', (text, origin) => {
    expect(registryUrl(parseRepositoryReference(text)).origin).toBe(origin);
  });

  it.each([
    ['localhost', true],
    ['LOCALHOST:80', true],
    ['127.0.0.1:5000', true],
    ['[::1]', true],
    ['::1', true],
    ['localhost.example', false],
    ['x.localhost', false],
    ['127.0.0.1.example:80', false],
    ['0.0.0.0', false],
    ['1.127.0.0', false],
  ])('%s is loopback: %s', (host, expected) => {
    expect(isLoopbackHost(host)).toBe(expected);
  });
});
