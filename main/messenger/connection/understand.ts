import type { UnderstoodRepository } from '../../../preload/contract/connection.ts';
import type { Network } from '../../oci/network.ts';
import { formatRepositoryReference, isLoopbackHost, registryUrl } from '../../oci/reference.ts';
import { understandReference } from '../../oci/pasted-reference.ts';
import { knownRegistry } from './known-registries.ts';

/**
 * What was meant by what somebody typed or pasted, and how it is reached by the rules of `network`. Fails `invalid` with
 * a sentence that says what is missing.
 */
export function understandRepository(
  text: string,
  { usesPlainHttp }: Pick<Network, 'usesPlainHttp'>,
): UnderstoodRepository {
  const reference = understandReference(text);
  const { protocol, host: server } = registryUrl(reference, usesPlainHttp(reference.host));
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
