import { DockerCommsError, systemErrorCode, type ErrorDetail } from '../base/errors.ts';
import type { ProxyReason } from '../base/reasons.ts';
import type { ProxyServer } from './proxy.ts';
import { isTlsCode } from './tls-problems.ts';

/** The failure when a proxy answered CONNECT, or any request, by itself. */
export function proxyRefusal(status: number, proxy: ProxyServer, target: URL): DockerCommsError {
  const name = proxy.address.host;
  if (status === 407) return loginNeeded(proxy, target);
  // 502, 503 and 504 pass by themselves; what else it says will stay so until somebody changes a rule.
  const message =
    status >= 500
      ? `The proxy ${name} does not reach ${target.host}. Try again later, or check the address.`
      : `The proxy ${name} does not allow connections to ${target.host}. Ask its administrator.`;
  return new DockerCommsError('network', message, {
    detail: { ...proxyDetail(proxy, target, 'proxy-refused'), status },
  });
}

function loginNeeded(proxy: ProxyServer, target: URL): DockerCommsError {
  const [reason, message]: readonly [ProxyReason, string] =
    proxy.login === null
      ? ['proxy-login-required', `The proxy ${proxy.address.host} asks for a user name and a password.`]
      : [
          'proxy-login-refused',
          `The proxy ${proxy.address.host} did not accept the user name or the password.`,
        ];
  return new DockerCommsError('auth', `${message} Change it under Settings → Network.`, {
    detail: { ...proxyDetail(proxy, target, reason), status: 407 },
  });
}

/** The failure when the proxy itself could not be reached. What is ours already, or an abort, stays what it is. */
export function proxyFailure(error: Error, proxy: ProxyServer, target: URL): Error {
  if (error instanceof DockerCommsError || error.name === 'AbortError') return error;
  const system = codeOf(error);
  const name = proxy.address.host;
  const message = isTlsCode(system)
    ? `The connection to the proxy ${name} is not safe: its certificate is not trusted, or it does not encrypt. Check it under Settings → Network.`
    : `The proxy ${name} does not answer. Check your network, and the proxy under Settings → Network.`;
  return new DockerCommsError('network', message, {
    detail: {
      ...proxyDetail(proxy, target, 'proxy-unreachable'),
      ...(system !== undefined && { system }),
    },
    cause: error,
  });
}

function codeOf(error: Error): string | undefined {
  const own = systemErrorCode(error);
  return own === 'UND_ERR_SOCKET' ? (systemErrorCode(error.cause) ?? own) : own;
}

function proxyDetail(proxy: ProxyServer, target: URL, reason: ProxyReason): ErrorDetail {
  return { proxy: proxy.address.origin, url: target.origin, reason };
}
