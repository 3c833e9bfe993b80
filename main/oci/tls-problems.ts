import type { ConnectionReason } from '../base/reasons.ts';

/** A connection that TLS did not allow: a sentence, and `detail.reason` for those who offer a way out. */
export interface TlsProblem {
  readonly message: string;
  readonly reason?: ConnectionReason;
}

const tlsCode = /CERT|^ERR_TLS_|^ERR_SSL_|^UNABLE_TO_|^EPROTO$|SIGNATURE/;

export function isTlsCode(system: string | undefined): system is string {
  return system !== undefined && tlsCode.test(system);
}

/** Codes of a server that wanted a certificate of ours: by TLS 1.3, and by 1.2 where it only says that it is over. */
const clientCertificateCode = /ALERT_CERTIFICATE_REQUIRED|ALERT_HANDSHAKE_FAILURE|ALERT_BAD_CERTIFICATE/;
/** What came was not TLS at all. */
const notTlsCode = /^EPROTO$|WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|RECORD_TOO_/;

/** What the code of a failed TLS connection with `host` means. */
export function tlsProblem(system: string, host: string): TlsProblem {
  if (system === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return { message: `The certificate of ${host} is for another name. Check the address.` };
  }
  if (system === 'CERT_HAS_EXPIRED') {
    return { message: `The certificate of ${host} has expired. Its administrator has to renew it.` };
  }
  if (clientCertificateCode.test(system)) {
    return {
      message: `${host} wants a client certificate, or another one. Add it under Settings → Network.`,
      reason: 'client-certificate',
    };
  }
  if (notTlsCode.test(system) || system.startsWith('ERR_SSL_')) {
    return {
      message: `${host} does not offer an encrypted connection here. Check the port.`,
      reason: 'not-encrypted',
    };
  }
  return {
    message: `The certificate of ${host} is not trusted on this computer, so the connection is not safe. If it is the certificate of your organisation, add its authority under Settings → Network.`,
    reason: 'untrusted-certificate',
  };
}
