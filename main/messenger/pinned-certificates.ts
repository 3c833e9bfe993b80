import { z } from 'zod';
import { DockerCommsError } from '../base/errors.ts';
import { plainNetwork, type Network } from '../oci/network.ts';
import { parseRepositoryReference, registryUrl } from '../oci/reference.ts';
import type { Store } from '../store/store.ts';

const factName = 'pinned-certificates';
const pinsSchema = z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/));

/** Which certificate a person accepted for which registry host: a fact of this home, for every account alike. */
export class PinnedCertificates {
  readonly #store: Pick<Store, 'facts'>;

  constructor(store: Pick<Store, 'facts'>) {
    this.#store = store;
  }

  /** The fingerprint for `host[:port]` as it stands in a URL; null: the usual rules hold. */
  of(host: string): string | null {
    const pins = this.#read();
    return Object.hasOwn(pins, host) ? (pins[host] ?? null) : null;
  }

  /** The usual network, with these hosts trusted by their certificate alone. */
  get network(): Network {
    return { ...plainNetwork, pinnedCertificate: (host) => this.of(host) };
  }

  ofRepository(repository: string): string | null {
    return this.of(hostOf(repository));
  }

  /** For the host of `repository`, in place of one that was accepted before. */
  accept(repository: string, fingerprint: string): void {
    this.#store.facts.set(factName, { ...this.#read(), [hostOf(repository)]: fingerprint });
  }

  forget(repository: string): void {
    const { [hostOf(repository)]: _forgotten, ...rest } = this.#read();
    this.#store.facts.set(factName, rest);
  }

  /** What cannot be read must not turn into "no pins": a host would then be asked by the usual rules. */
  #read(): Readonly<Record<string, string>> {
    const parsed = pinsSchema.safeParse(this.#store.facts.get(factName) ?? {});
    if (parsed.success) return parsed.data;
    throw new DockerCommsError('storage', 'The accepted certificates cannot be read.', {
      cause: parsed.error,
    });
  }
}

/** As connections name it: one address can be written in several ways. */
function hostOf(repository: string): string {
  return registryUrl(parseRepositoryReference(repository)).host;
}
