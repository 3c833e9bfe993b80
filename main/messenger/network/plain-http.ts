import { toDockerCommsError } from '../../base/errors.ts';
import { Connections } from '../../oci/connections.ts';
import type { Network } from '../../oci/network.ts';
import { isLoopbackHost, type RepositoryReference } from '../../oci/reference.ts';
import { OciRepository } from '../../oci/repository.ts';

/**
 * Whether a registry answers without encryption: asked once, without a login, and on connections that are given up
 * right afterwards. Nothing is used so before a person chose it.
 */
export async function answersPlainHttp(network: Network, reference: RepositoryReference): Promise<boolean> {
  if (isLoopbackHost(reference.host) || network.usesPlainHttp(reference.host)) return false;
  const connections = new Connections({ network: { ...network, usesPlainHttp: () => true } });
  try {
    await new OciRepository(reference, { connections }).ping();
    return true;
  } catch (error) {
    const { code, detail } = toDockerCommsError(error);
    return code === 'auth' && detail.proxy === undefined;
  } finally {
    await connections.close();
  }
}
