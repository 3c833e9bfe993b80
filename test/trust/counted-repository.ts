import { Agent } from 'undici';
import { onTestFinished } from 'vitest';
import { Connections } from '../../main/oci/connections.ts';
import { parseRepositoryReference } from '../../main/oci/reference.ts';
import { OciRepository } from '../../main/oci/repository.ts';
import { started } from '../registry/started.ts';

/** A repository of an embedded registry until the test ends, and the method of every request that went there. */
export async function countedRepository() {
  const requests: string[] = [];
  const { registry, close } = await started();
  const agent = new Agent();
  const dispatcher = agent.compose((dispatch) => (options, handler) => {
    requests.push(options.method);
    return dispatch(options, handler);
  });
  const connections = new Connections({ dispatcher });
  onTestFinished(async () => {
    await connections.close();
    await close();
  });
  const repository = new OciRepository(parseRepositoryReference(`${registry.host}/mail/bob`), {
    connections,
  });
  return { repository, requests };
}
