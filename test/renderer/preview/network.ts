import type { NetworkView } from '../../../preload/contract/network.ts';

const fingerprint = Array.from({ length: 32 }, (_, index) =>
  (index * 7 + 16).toString(16).toUpperCase(),
).join(':');

const start: NetworkView = {
  proxy: {
    mode: 'system',
    address: null,
    exceptions: '',
    username: null,
    system: { source: 'desktop', address: 'http://proxy.example.com:3128', isUsable: true },
  },
  authorities: [
    {
      subject: 'CN=Example Root CA, O=Example Ltd',
      issuer: 'CN=Example Root CA, O=Example Ltd',
      expiresAt: Date.UTC(2031, 4, 1),
      fingerprint,
      host: null,
    },
  ],
  plainHttpHosts: ['registry.lan:5000'],
  clientCertificates: [
    {
      subject: 'CN=alice',
      issuer: 'CN=Example Root CA, O=Example Ltd',
      expiresAt: Date.UTC(2027, 1, 1),
      fingerprint,
      host: 'registry.example.com',
    },
  ],
};

/** A network that remembers what is chosen about proxy and plain HTTP; certificates stay as they are. */
export function networkHandlers() {
  let view = start;
  const change = (part: Partial<NetworkView>) => (view = { ...view, ...part });
  const same = () => view;
  return {
    'network.get': same,
    'network.setProxy': ({ mode }: { mode: NetworkView['proxy']['mode'] }) =>
      change({ proxy: { ...view.proxy, mode } }),
    'network.addAuthorities': same,
    'network.removeAuthority': () => change({ authorities: [] }),
    'network.setPlainHttp': ({ host, allowed }: { host: string; allowed: boolean }) =>
      change({
        plainHttpHosts: [
          ...view.plainHttpHosts.filter((other) => other !== host),
          ...(allowed ? [host] : []),
        ],
      }),
    'network.setClientCertificate': same,
    'network.removeClientCertificate': () => change({ clientCertificates: [] }),
  };
}
