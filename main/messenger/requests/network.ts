import type { NetworkView } from '../../../preload/contract/network.ts';
import type { EngineServices, HandlersOf } from './services.ts';

/** Every change holds at once: for connections, and for mailboxes, which are looked at again. */
export function networkRequests({ context, accounts }: EngineServices): HandlersOf<'network'> {
  const { network, repositories, events } = context;
  const changed = async (change: () => unknown): Promise<NetworkView> => {
    await change();
    repositories.useNetwork(await network.rules());
    events.emit({ type: 'accounts.changed' });
    // Not awaited: a host that does not answer would keep the person waiting here.
    void accounts.sync().catch(() => undefined);
    return network.view();
  };
  return {
    'network.get': () => network.view(),
    'network.setProxy': (input) => changed(() => network.setProxy(input)),
    'network.addAuthorities': (input) => changed(() => network.addAuthorities(input)),
    'network.removeAuthority': (input) => changed(() => network.removeAuthority(input)),
    'network.setPlainHttp': (input) => changed(() => network.setPlainHttp(input)),
    'network.setClientCertificate': (input) => changed(() => network.setClientCertificate(input)),
    'network.removeClientCertificate': (input) => changed(() => network.removeClientCertificate(input)),
  };
}
