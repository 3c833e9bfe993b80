import { Agent } from 'undici';
import { onTestFinished } from 'vitest';
import { Connections } from '../../main/oci/connections.ts';
import { basicHeader, login } from '../oci/scripted.ts';
import { secretsIn } from '../oci/secrets.ts';
import type { ScriptedRegistry } from './scripted-registry.ts';

/** One request, as it left the client: for whom it was meant, and whether it carried credentials. */
export interface DepartedRequest {
  readonly origin: string;
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** Headers that log somebody in. */
const loginHeaders = ['authorization', 'proxy-authorization', 'cookie'];

/**
 * An internet of scripted peers: connections under which each origin, `https://registry.example` say, is served by a
 * peer on loopback. Everything that leaves is recorded with the origin it was meant for; origins that do not exist
 * fail as unknown hosts do. So a test can say where credentials went, without certificates or name servers.
 */
export class ScriptedWorld {
  readonly departed: DepartedRequest[] = [];
  readonly connections: Connections;

  constructor(peers: Readonly<Record<string, ScriptedRegistry>>) {
    const agent = new Agent({ connections: 8 });
    const dispatcher = agent.compose((dispatch) => (options, handler) => {
      const origin = String(options.origin);
      const headers = options.headers as Readonly<Record<string, string>>;
      const { method, path } = options;
      this.departed.push({ origin, method, path, authorization: headers.authorization, headers });
      const peer = peers[origin];
      if (peer === undefined)
        throw Object.assign(new Error(`no such host: ${origin}`), { code: 'ENOTFOUND' });
      return dispatch({ ...options, origin: peer.origin }, handler);
    });
    this.connections = new Connections({ dispatcher });
    onTestFinished(() => agent.destroy());
  }

  /** Origins that were sent a header that logs in, or a secret of the tests in whatever header or address; each once, in order. */
  get originsWithCredentials(): string[] {
    return [...new Set(this.departed.filter(carriesCredentials).map(({ origin }) => origin))];
  }

  /** Every origin that was contacted, each once, in order. */
  get origins(): string[] {
    return [...new Set(this.departed.map(({ origin }) => origin))];
  }
}

function carriesCredentials({ path, headers }: DepartedRequest): boolean {
  if (Object.keys(headers).some((name) => loginHeaders.includes(name.toLowerCase()))) return true;
  const said = decodeURIComponent(path) + JSON.stringify(headers);
  const ofScripts = [login.password, basicHeader.slice('Basic '.length)];
  return secretsIn(said).length > 0 || ofScripts.some((secret) => said.includes(secret));
}
