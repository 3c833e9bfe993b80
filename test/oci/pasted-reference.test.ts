import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { understandReference } from '../../main/oci/pasted-reference.ts';
import { formatRepositoryReference, parseRepositoryReference } from '../../main/oci/reference.ts';

const digest = `sha256:${'0'.repeat(64)}`;

describe('what a person pastes', () => {
  it.each([
    ['ghcr.io/me/mail', 'ghcr.io/me/mail'],
    ['ghcr.io/me/mail:latest', 'ghcr.io/me/mail'],
    [`ghcr.io/me/mail@${digest}`, 'ghcr.io/me/mail'],
    [`ghcr.io/me/mail:v1@${digest}`, 'ghcr.io/me/mail'],
    ['localhost:5000/mail:1.0', 'localhost:5000/mail'],
    ['[::1]:5000/a/b:x', '[::1]:5000/a/b'],
    ['docker pull ghcr.io/me/mail:latest', 'ghcr.io/me/mail'],
    ['$ docker pull ghcr.io/me/mail', 'ghcr.io/me/mail'],
    ['sudo podman pull --quiet quay.io/me/mail', 'quay.io/me/mail'],
    ['docker image push docker.io/me/mail', 'docker.io/me/mail'],
    ['https://hub.docker.com/r/me/mail', 'docker.io/me/mail'],
    ['https://hub.docker.com/r/me/mail/tags?page=1', 'docker.io/me/mail'],
    ['https://hub.docker.com/repository/docker/me/mail/general', 'docker.io/me/mail'],
    ['https://quay.io/repository/me/mail', 'quay.io/me/mail'],
    ['https://quay.io/repository/me/mail?tab=tags', 'quay.io/me/mail'],
    ['https://github.com/users/me/packages/container/package/mail', 'ghcr.io/me/mail'],
    ['https://github.com/orgs/team/packages/container/mail%2Finbox', 'ghcr.io/team/mail/inbox'],
    ['https://github.com/orgs/team/packages/container/mail/123?tag=latest', 'ghcr.io/team/mail'],
  ])('%j means %s', (text, meant) => {
    expect(formatRepositoryReference(understandReference(text))).toBe(meant);
  });

  it.each([
    'you/mail',
    'docker pull',
    'docker pull mail',
    'https://hub.docker.com/',
    'ghcr.io/me/mail:',
    'ghcr.io/mail?x=1',
  ])('is refused in %j: which registry, or which repository, is not said', (text) => {
    expect(() => understandReference(text)).toThrow(expect.objectContaining({ code: 'invalid' }) as Error);
  });

  it('never repeats a password that was pasted with it', () => {
    try {
      understandReference('docker pull me:s3cret@ghcr.io/me/mail:latest');
      expect.unreachable();
    } catch (error) {
      expect(JSON.stringify(error) + String(error)).not.toContain('s3cret');
    }
  });

  it('that is a reference means that reference, with any tag and digest behind it', () => {
    const host = fc.constantFrom('ghcr.io', 'localhost', 'a-b.example:5000', '127.0.0.1:1', '[::1]:65535');
    const component = fc.stringMatching(/^[a-z0-9]{1,8}((\.|_|__|-{1,3})[a-z0-9]{1,8}){0,2}$/);
    const path = fc.array(component, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
    const tag = fc.oneof(fc.constant(''), fc.stringMatching(/^:[A-Za-z0-9_][A-Za-z0-9._-]{0,20}$/));
    const end = fc.constantFrom('', `@${digest}`);
    fc.assert(
      fc.property(host, path, tag, end, (host, path, tag, end) => {
        expect(understandReference(`${host}/${path}${tag}${end}`)).toEqual({ host, path });
      }),
    );
  });

  it('fails with nothing but invalid, and quickly, whatever it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[docker pul:@%2f./-]{0,60}$/)), (text) => {
        try {
          const reference = understandReference(text);
          expect(parseRepositoryReference(formatRepositoryReference(reference))).toEqual(reference);
        } catch (error) {
          expect(error).toMatchObject({ code: 'invalid' });
        }
      }),
    );
  });
});
