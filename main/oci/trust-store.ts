import { readFileSync } from 'node:fs';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { clientCertificateOptions, type ClientCertificate } from './certificates.ts';

/** What holds for TLS with one host beyond what this computer trusts anyway. */
export interface HostTls {
  /** PEM. Added to the authorities that are trusted, never instead of them. */
  readonly authorities: readonly string[];
  /** Shown to this host when it asks. */
  readonly client: ClientCertificate | null;
}

export const usualTls: HostTls = { authorities: [], client: null };

/**
 * Whom connections trust: Node's own list, the system's, `NODE_EXTRA_CA_CERTS`, `SSL_CERT_FILE`, and what a host adds.
 * The system's list takes about a tenth of a second to read, so that waits for the first connection that needs it. What
 * nothing was added for shares one context.
 */
export class TrustStore {
  #usual: SecureContext | null = null;

  contextFor(tls: HostTls): SecureContext {
    if (tls.authorities.length === 0 && tls.client === null) {
      this.#usual ??= createSecureContext({ ca: [...trustedHere()] });
      return this.#usual;
    }
    return createSecureContext({
      ca: [...new Set([...trustedHere(), ...tls.authorities])],
      ...(tls.client !== null && clientCertificateOptions(tls.client)),
    });
  }
}

function trustedHere(): Set<string> {
  return new Set([...getCACertificates('default'), ...systemAuthorities(), ...extraAuthorities()]);
}

/** On Linux this is what `SSL_CERT_FILE` and `SSL_CERT_DIR` name. Electron's cryptography may not have such a list. */
function systemAuthorities(): readonly string[] {
  try {
    return getCACertificates('system');
  } catch {
    return [];
  }
}

/** Node reads these itself; inside Electron it is told not to. A file that is not there is no reason not to connect. */
function extraAuthorities(): readonly string[] {
  return ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE'].flatMap((name) => {
    const path = process.env[name];
    if (path === undefined || path === '') return [];
    try {
      return [readFileSync(path, 'utf8')];
    } catch {
      return [];
    }
  });
}
