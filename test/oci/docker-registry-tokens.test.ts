import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { parseRepositoryReference } from '../../main/oci/reference.ts';
import { OciRepository, type Credentials } from '../../main/oci/repository.ts';
import { startDockerRegistry, type RealRegistry } from '../peers/docker-registry.ts';
import { describeWithRealPart } from '../peers/real-parts.ts';
import { startTokenService, type TokenService } from '../peers/token-service.ts';
import { collect, registryContract } from './contract.ts';

const writer = { username: 'alice', password: 'writes' };
const reader = { username: 'rita', password: 'reads' };
const users = { [writer.username]: writer.password, [reader.username]: reader.password };

function startTokens(lifeSeconds = 300): Promise<TokenService> {
  return startTokenService({
    users,
    lifeSeconds,
    rights: (username) => {
      if (username === writer.username) return ['pull', 'push', 'delete'];
      return username === reader.username ? ['pull'] : [];
    },
  });
}

describeWithRealPart(['docker-registry', 'openssl'], 'distribution 2.8 with bearer tokens', () => {
  registryContract('with a login', async () => {
    const tokens = await startTokens();
    const registry = await startDockerRegistry({ bearer: tokens.authentication });
    return {
      host: registry.host,
      credentials: writer,
      referrers: false,
      deletesTags: false,
      stop: async () => {
        await registry.remove();
        await tokens.stop();
      },
    };
  });

  let tokens: TokenService;
  let registry: RealRegistry;
  beforeAll(async () => {
    tokens = await startTokens();
    registry = await startDockerRegistry({ bearer: tokens.authentication });
  });
  afterAll(async () => {
    await registry.remove();
    await tokens.stop();
  });

  const open = (credentials: Credentials | null): OciRepository => {
    const repository = new OciRepository(parseRepositoryReference(`${registry.host}/team/mail`), {
      credentials: () => Promise.resolve(credentials),
    });
    onTestFinished(() => repository.close());
    return repository;
  };

  it('refuses a wrong password', async () => {
    await expect(open({ ...writer, password: 'wrong' }).ensureEmptyConfig()).rejects.toMatchObject({
      code: 'auth',
      detail: { reason: 'login-refused' },
    });
  });

  it('refuses to read for somebody without a login', async () => {
    await expect(open(null).resolve('t')).rejects.toMatchObject({ code: 'auth' });
  });

  it('lets a reader read and refuses to write', async () => {
    const { digest } = await open(writer).ensureEmptyConfig();
    const repository = open(reader);
    expect(await repository.exists(digest)).toBe(true);
    expect(await collect(repository.tags())).toEqual([]);
    await expect(repository.pushBlob(new Uint8Array(1), { digest, size: 1 })).rejects.toMatchObject({
      code: 'auth',
      detail: { reason: 'not-permitted' },
    });
  });

  it('asks for one token for a whole upload', async () => {
    const before = tokens.asked.length;
    const repository = open(writer);
    await repository.pushBlob(Buffer.from('{}'), {
      digest: 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
      size: 2,
    });
    expect(tokens.asked.slice(before)).toEqual([['repository:team/mail:pull,push']]);
  });
});
