import type { ConnectionCheckName } from '../../../preload/contract/connection-checks.ts';
import type { DockerCommsError, ErrorCode } from '../../base/errors.ts';
import { isUntrustedCertificate } from '../../oci/pinned-certificate.ts';
import type { KnownRegistry } from './known-registries.ts';

/** What to do about a check that failed. The error's own sentence says what happened. */
export function hintFor(
  name: ConnectionCheckName,
  error: DockerCommsError,
  known: KnownRegistry | null,
): string | undefined {
  const { code, detail } = error;
  if (isUntrustedCertificate(error)) return untrustedHint;
  if (detail.reason === 'login-vanished') return undefined;
  const general = hints[name]?.[code];
  // What is known of a registry is about logins, permissions and content, not about lines that are cut.
  return general === undefined ? undefined : (known?.hints?.[name] ?? general);
}

const untrustedHint =
  'If this is the registry of somebody you know, compare its fingerprint with them, below. Otherwise ask its administrator.';

const hints: Partial<Record<ConnectionCheckName, Partial<Record<ErrorCode, string>>>> = {
  reach: {
    network:
      'Check the address and the port, and whether this computer reaches the registry (a VPN, a proxy).',
    protocol:
      'This may be the address of a web page, or a network that wants you to sign in first. Give the address that you use with your container tools.',
  },
  login: {
    auth: 'Check the user name and the password. Many registries want an access token instead of the password.',
    network: 'The registry answers, but the service that it sends logins to does not. Try again later.',
    unsupported: 'Install the credential helper that is missing, or choose another login.',
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
  artifacts: {
    auth: 'This login may upload here but not publish. Ask for write access to this repository.',
    unsupported:
      'Ask the administrator to allow the artifact types application/vnd.dockercomms.*, or use another registry.',
    protocol: 'Use a registry that takes OCI artifacts: most do by now.',
  },
};
