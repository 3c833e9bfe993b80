import type { UnderstoodRepository } from '../../../preload/contract/connection.ts';
import { formatRepositoryReference, isLoopbackHost, registryUrl } from '../../oci/reference.ts';
import { understandReference } from '../../oci/pasted-reference.ts';
import { knownRegistry } from './known-registries.ts';

/** What was meant by what somebody typed or pasted. Fails `invalid` with a sentence that says what is missing. */
export function understandRepository(text: string): UnderstoodRepository {
  const reference = understandReference(text);
  const { protocol, host: server } = registryUrl(reference);
  const known = knownRegistry(reference);
  return {
    repository: formatRepositoryReference(reference),
    host: reference.host,
    path: reference.path,
    server,
    plainHttp: protocol === 'http:',
    onThisComputer: isLoopbackHost(reference.host),
    registry: known === null ? null : { name: known.name, advice: known.advice },
  };
}
