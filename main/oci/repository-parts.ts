import type { Capabilities } from './capabilities.ts';
import type { Exchange } from './exchange.ts';

/** What everything that works with one repository has in common. */
export interface RepositoryParts {
  readonly exchange: Exchange;
  /** The registry's own origin: the only one that gets credentials. */
  readonly registry: URL;
  /** `/v2/<name>/`. */
  readonly repository: URL;
  readonly capabilities: Capabilities;
}
