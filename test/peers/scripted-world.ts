import { Agent } from 'undici';
import { onTestFinished } from 'vitest';
import { Connections } from '../../main/oci/connections.ts';
import type { ScriptedRegistry } from './scripted-registry.ts';

/** One request, as it left the client: for whom it was meant, and whether it carried credentials. */
export interface DepartedRequest {
  readonly origin: string;
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
}

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
      const { authorization } = options.headers as Readonly<Record<string, string>>;
      this.departed.push({ origin, method: options.method, path: options.path, authorization });
      const peer = peers[origin];
      if (peer === undefined)
        throw Object.assign(new Error(`no such host: ${origin}`), { code: 'ENOTFOUND' });
      return dispatch({ ...options, origin: peer.origin }, handler);
    });
    this.connections = new Connections({ dispatcher });
    onTestFinished(() => agent.destroy());
  }

  /** Origins that were sent an Authorization header, each once, in order. */
  get originsWithCredentials(): string[] {
    return [
      ...new Set(
        this.departed.filter(({ authorization }) => authorization !== undefined).map(({ origin }) => origin),
      ),
    ];
  }

  /** Every origin that was contacted, each once, in order. */
  get origins(): string[] {
    return [...new Set(this.departed.map(({ origin }) => origin))];
  }
}
