import type { EngineServices, HandlersOf } from './services.ts';

export function localNetworkRequests({ context }: EngineServices): HandlersOf<'localNetwork'> {
  const { localNetwork } = context;
  return {
    'localNetwork.status': () => localNetwork.status(),
    'localNetwork.open': ({ quotaBytes }) => localNetwork.open(quotaBytes),
    'localNetwork.close': () => localNetwork.close(),
    'localNetwork.invite': ({ name }) => localNetwork.invite(name),
    'localNetwork.revoke': async ({ name }) => {
      await localNetwork.revoke(name);
      return localNetwork.status();
    },
  };
}
