import { describe, expect, it } from 'vitest';
import { parseRepositoryReference } from '../../main/oci/reference.ts';
import { OciRepository, type Credentials } from '../../main/oci/repository.ts';
import { registryLogin, startDockerRegistry } from '../peers/docker-registry.ts';
import { describeWithRealPart } from '../peers/real-parts.ts';
import { registryContract } from './contract.ts';

describeWithRealPart('docker-registry', 'distribution 2.8', () => {
  registryContract('without a login', async () => {
    const registry = await startDockerRegistry();
    return { host: registry.host, referrers: false, deletesTags: false, stop: () => registry.remove() };
  });

  registryContract('with a login', async () => {
    const registry = await startDockerRegistry({ login: true });
    return {
      host: registry.host,
      credentials: registryLogin,
      referrers: false,
      deletesTags: false,
      stop: () => registry.remove(),
    };
  });

  describe('with a login that is not right', () => {
    const wrong: [string, Credentials | null, string][] = [
      ['a wrong password', { ...registryLogin, password: 'wrong' }, 'login-refused'],
      ['an unknown user', { username: 'mallory', password: 'correct horse' }, 'login-refused'],
      ['no login', null, 'login-required'],
    ];
    it.each(wrong)('refuses %s, and says which it was', async (_name, credentials, reason) => {
      const registry = await startDockerRegistry({ login: true });
      const repository = new OciRepository(parseRepositoryReference(`${registry.host}/mail`), {
        credentials: () => Promise.resolve(credentials),
      });
      try {
        await expect(repository.ping()).rejects.toMatchObject({ code: 'auth', detail: { reason } });
        await expect(repository.ensureEmptyConfig()).rejects.toMatchObject({
          code: 'auth',
          detail: { reason },
        });
      } finally {
        await repository.close();
        await registry.remove();
      }
    });
  });

  it('is found again on the same port with its data after a crash', async () => {
    const registry = await startDockerRegistry();
    const repository = new OciRepository(parseRepositoryReference(`${registry.host}/mail`));
    try {
      const { digest } = await repository.ensureEmptyConfig();
      await registry.stop();
      await expect(repository.ping()).rejects.toMatchObject({ code: 'network' });
      await registry.restart();
      expect(await repository.exists(digest)).toBe(true);
    } finally {
      await repository.close();
      await registry.remove();
    }
  });
});
