import type { ConnectionCheck, ConnectionReport, UnderstoodRepository } from '../../preload/views.ts';
import { type DockerCommsError, type ErrorCode, toDockerCommsError } from '../base/errors.ts';
import { formatRepositoryReference, isLoopbackHost, parseRepositoryReference } from '../oci/reference.ts';
import type { OciRepository } from '../oci/repository.ts';
import { errorView } from './errors.ts';

/** What was meant by what somebody typed or pasted. Fails `invalid` with a sentence that says what is missing. */
export function understandRepository(text: string): UnderstoodRepository {
  const reference = parseRepositoryReference(text.trim());
  return {
    repository: formatRepositoryReference(reference),
    host: reference.host,
    path: reference.path,
    plainHttp: isLoopbackHost(reference.host),
  };
}

/**
 * Tries what messaging needs, in the order in which it can fail: an answer, a login, reading, writing. The first failure
 * explains the rest, so the later checks are skipped. Writes nothing but the two bytes of the empty config.
 */
export async function testConnection(
  repository: OciRepository,
  signal?: AbortSignal,
): Promise<ConnectionReport> {
  const checks: ConnectionCheck[] = [];
  const failed = () => checks.some(({ outcome }) => outcome === 'failed');
  const check = async (name: ConnectionCheck['name'], message: string, work: () => Promise<void>) => {
    if (failed()) {
      checks.push({ name, outcome: 'skipped', message: 'Not tried.' });
      return;
    }
    try {
      await work();
      checks.push({ name, outcome: 'passed', message });
    } catch (error) {
      checks.push(failedCheck(name, toDockerCommsError(error)));
    }
  };
  await check('reach', 'The registry answers.', () => reach(repository, signal));
  await check('login', 'The login is accepted.', () => repository.ping(signal));
  await check('pull', 'Messages can be read here.', () => readOneTag(repository, signal));
  await check('push', 'Messages can be written here.', async () => {
    await repository.ensureEmptyConfig(signal);
  });
  return { usable: !failed(), repository: formatRepositoryReference(repository.reference), checks };
}

/** An answer that asks for a login is an answer: the next check speaks about the login. */
async function reach(repository: OciRepository, signal?: AbortSignal): Promise<void> {
  try {
    await repository.ping(signal);
  } catch (error) {
    if (toDockerCommsError(error).code !== 'auth') throw error;
  }
}

async function readOneTag(repository: OciRepository, signal?: AbortSignal): Promise<void> {
  for await (const _tag of repository.tags({ pageSize: 1, ...(signal && { signal }) })) return;
}

function failedCheck(name: ConnectionCheck['name'], error: DockerCommsError): ConnectionCheck {
  const hint = hints[name][error.code];
  return {
    name,
    outcome: 'failed',
    message: error.message,
    error: errorView(error),
    ...(hint !== undefined && { hint }),
  };
}

/** What to do about it. The error's own sentence says what happened. */
const hints: Readonly<Record<ConnectionCheck['name'], Partial<Record<ErrorCode, string>>>> = {
  reach: {
    network:
      'Check the address and the port, and whether this computer reaches the registry (a VPN, a proxy).',
    protocol:
      'This may be the address of a web page. Give the address that you use with your container tools.',
  },
  login: {
    auth: 'Check the user name and the password. Many registries want an access token instead of the password.',
  },
  pull: {
    auth: 'This login may not read here. Ask for read and write access to this repository.',
    'not-found': 'Some registries want the repository to be created first.',
  },
  push: {
    auth: 'This login may read here but not write. Ask for write access to this repository.',
    'not-found': 'Create the repository at the registry first, then test again.',
    unsupported: 'This registry or repository takes no uploads.',
  },
};
